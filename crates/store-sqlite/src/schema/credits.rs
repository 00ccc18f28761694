use diesel::table;

table! {
    credit_grants (organization_id, id) {
        organization_id -> Binary,
        id -> Binary,
        amount -> BigInt,
        priority -> BigInt,
        expires_at -> Nullable<BigInt>,
        available -> BigInt,
        reserved -> BigInt,
        created_at -> BigInt,
        is_left -> BigInt,
    }
}

table! {
    credit_transactions (organization_id, id) {
        organization_id -> Binary,
        id -> Binary,
        kind -> Text,
        amount -> BigInt,
        user_id -> Nullable<Binary>,
        actor_id -> Nullable<Binary>,
        workspace_id -> Nullable<Binary>,
        operation -> Nullable<Text>,
        reservation_id -> Nullable<Binary>,
        reverses -> Nullable<Binary>,
        day -> Text,
        month -> Text,
        reason -> Nullable<Text>,
        entries -> Text,
        created_at -> BigInt,
        request_operation -> Nullable<Text>,
        request_key -> Nullable<Text>,
        request_fingerprint -> Nullable<Text>,
        answer -> Nullable<Text>,
    }
}

table! {
    credit_transaction_lists (organization_id, list, subject, first) {
        organization_id -> Binary,
        list -> BigInt,
        subject -> Binary,
        first -> Binary,
        ids -> Binary,
    }
}

table! {
    credit_transactions_listed (organization_id) {
        organization_id -> Binary,
        until -> Binary,
    }
}

table! {
    credit_reservations (organization_id, id) {
        organization_id -> Binary,
        id -> Binary,
        user_id -> Binary,
        workspace_id -> Nullable<Binary>,
        operation -> Nullable<Text>,
        held -> Text,
        state -> Text,
        expires_at -> BigInt,
        day -> Text,
        month -> Text,
        created_at -> BigInt,
    }
}

table! {
    credit_usage (organization_id, user_id, period) {
        organization_id -> Binary,
        user_id -> Binary,
        period -> Text,
        used -> BigInt,
    }
}

table! {
    credit_workspace_usage (organization_id, workspace_id, user_id, period) {
        organization_id -> Binary,
        workspace_id -> Binary,
        user_id -> Binary,
        period -> Text,
        used -> BigInt,
    }
}

table! {
    credit_workspace_totals (organization_id, workspace_id, period) {
        organization_id -> Binary,
        workspace_id -> Binary,
        period -> Text,
        used -> BigInt,
    }
}

table! {
    workspace_budgets (organization_id, workspace_id) {
        organization_id -> Binary,
        workspace_id -> Binary,
        monthly -> BigInt,
        daily -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    member_quotas (organization_id, member_id) {
        organization_id -> Binary,
        member_id -> Binary,
        monthly -> BigInt,
        daily -> BigInt,
        updated_at -> BigInt,
    }
}
