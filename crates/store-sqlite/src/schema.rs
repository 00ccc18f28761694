//! The tables as diesel sees them; `migrations/sqlite` is what makes them.

mod credits;

pub(crate) use credits::{
    credit_grants, credit_reservations, credit_transaction_lists, credit_transactions, credit_transactions_listed,
    credit_usage, credit_workspace_totals, credit_workspace_usage, member_quotas, workspace_budgets,
};
use diesel::{allow_tables_to_appear_in_same_query, table};

table! {
    users (id) {
        id -> Binary,
        email -> Text,
        name -> Text,
        preferred_name -> Nullable<Text>,
        pronouns -> Nullable<Text>,
        timezone -> Nullable<Text>,
        notes -> Nullable<Text>,
        context -> Nullable<Text>,
        search_key -> Text,
        superadmin -> Bool,
        email_verified_at -> Nullable<BigInt>,
        disabled_at -> Nullable<BigInt>,
        active_organization_id -> Nullable<Binary>,
        created_at -> BigInt,
        updated_at -> BigInt,
        version -> BigInt,
    }
}

table! {
    user_passwords (user_id) {
        user_id -> Binary,
        hash -> Text,
    }
}

table! {
    sessions (id) {
        id -> Binary,
        user_id -> Binary,
        token_digest -> Binary,
        created_at -> BigInt,
        last_seen_at -> BigInt,
        expires_at -> BigInt,
        user_agent -> Nullable<Text>,
        ip_address -> Nullable<Text>,
    }
}

table! {
    organizations (id) {
        id -> Binary,
        name -> Text,
        name_key -> Text,
        slug -> Text,
        description -> Nullable<Text>,
        domain -> Nullable<Text>,
        status -> Text,
        time_zone -> Text,
        plan -> Text,
        overrides -> Text,
        users_count -> BigInt,
        owners_count -> BigInt,
        workspaces_count -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        version -> BigInt,
    }
}

table! {
    roles (organization_id, id) {
        organization_id -> Binary,
        id -> Binary,
        name -> Text,
        name_key -> Text,
        description -> Nullable<Text>,
        permissions -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        version -> BigInt,
    }
}

table! {
    memberships (organization_id, id) {
        organization_id -> Binary,
        id -> Binary,
        user_id -> Binary,
        email -> Text,
        role -> Text,
        role_id -> Nullable<Binary>,
        all_read -> Bool,
        all_write -> Bool,
        source -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        last_active_at -> Nullable<BigInt>,
        version -> BigInt,
    }
}

table! {
    audit_heads (organization_id) {
        organization_id -> Binary,
        sequence -> BigInt,
        hash -> Binary,
    }
}

table! {
    audit_events (organization_id, sequence) {
        organization_id -> Binary,
        sequence -> BigInt,
        id -> Binary,
        action -> Text,
        actor_user_id -> Nullable<Binary>,
        actor_email -> Nullable<Text>,
        target_kind -> Nullable<Text>,
        target_id -> Nullable<Binary>,
        success -> Bool,
        details -> Text,
        request_id -> Nullable<Text>,
        ip_address -> Nullable<Text>,
        occurred_at -> BigInt,
        hash -> Binary,
    }
}

table! {
    platform_audit_head (singleton) {
        singleton -> BigInt,
        sequence -> BigInt,
        hash -> Binary,
    }
}

table! {
    platform_audit_events (sequence) {
        sequence -> BigInt,
        id -> Binary,
        action -> Text,
        actor_user_id -> Nullable<Binary>,
        actor_email -> Nullable<Text>,
        target_kind -> Nullable<Text>,
        target_id -> Nullable<Binary>,
        success -> Bool,
        details -> Text,
        request_id -> Nullable<Text>,
        ip_address -> Nullable<Text>,
        occurred_at -> BigInt,
        hash -> Binary,
    }
}

table! {
    email_verifications (user_id) {
        user_id -> Binary,
        token_digest -> Binary,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

table! {
    invitations (organization_id, id) {
        organization_id -> Binary,
        id -> Binary,
        email -> Text,
        role -> Text,
        role_id -> Nullable<Binary>,
        all_read -> Bool,
        all_write -> Bool,
        grants -> Text,
        message -> Nullable<Text>,
        invited_by -> Nullable<Binary>,
        status -> Text,
        token_digest -> Binary,
        created_at -> BigInt,
        updated_at -> BigInt,
        expires_at -> BigInt,
        version -> BigInt,
    }
}

table! {
    departures (organization_id, email) {
        organization_id -> Binary,
        email -> Text,
        departed_at -> BigInt,
    }
}

table! {
    organization_domains (organization_id, id) {
        organization_id -> Binary,
        id -> Binary,
        domain -> Text,
        status -> Text,
        challenge -> Text,
        enrolment -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        checked_at -> Nullable<BigInt>,
        verified_at -> Nullable<BigInt>,
        version -> BigInt,
    }
}

table! {
    join_requests (organization_id, id) {
        organization_id -> Binary,
        id -> Binary,
        user_id -> Binary,
        status -> Text,
        created_at -> BigInt,
    }
}

table! {
    mail_queue (id) {
        id -> Binary,
        organization_id -> Nullable<Binary>,
        recipient -> Text,
        sealed -> Binary,
        created_at -> BigInt,
        due_at -> BigInt,
        attempts -> BigInt,
    }
}

table! {
    installation (singleton) {
        singleton -> BigInt,
        default_organization_id -> Nullable<Binary>,
    }
}

table! {
    workspace_groups (organization_id, id) {
        organization_id -> Binary,
        id -> Binary,
        name -> Text,
        name_key -> Text,
        description -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
        version -> BigInt,
    }
}

table! {
    workspaces (organization_id, id) {
        organization_id -> Binary,
        id -> Binary,
        kind -> Text,
        name -> Text,
        name_key -> Text,
        slug -> Text,
        search_key -> Text,
        description -> Nullable<Text>,
        group_id -> Nullable<Binary>,
        personal_of -> Nullable<Binary>,
        default_access -> Nullable<Text>,
        limits -> Text,
        fields -> Text,
        created_by -> Nullable<Binary>,
        archived_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
        version -> BigInt,
    }
}

table! {
    workspace_members (organization_id, workspace_id, member_id) {
        organization_id -> Binary,
        workspace_id -> Binary,
        member_id -> Binary,
        email -> Text,
        role -> Text,
        created_at -> BigInt,
    }
}

table! {
    workspace_grants (organization_id, workspace_id, member_id) {
        organization_id -> Binary,
        workspace_id -> Binary,
        member_id -> Binary,
        access -> Text,
    }
}

table! {
    workspace_counts (organization_id, kind) {
        organization_id -> Binary,
        kind -> Text,
        used -> BigInt,
    }
}

table! {
    quota_usage (organization_id, quota) {
        organization_id -> Binary,
        quota -> Text,
        used -> BigInt,
    }
}

table! {
    idempotent_answers (organization_id, user_id, operation, key) {
        organization_id -> Binary,
        user_id -> Binary,
        operation -> Text,
        key -> Text,
        fingerprint -> Text,
        answer -> Text,
        created_at -> BigInt,
    }
}

table! {
    user_idempotent_answers (user_id, operation, key) {
        user_id -> Binary,
        operation -> Text,
        key -> Text,
        fingerprint -> Text,
        answer -> Text,
        created_at -> BigInt,
    }
}

allow_tables_to_appear_in_same_query!(
    users,
    user_passwords,
    sessions,
    organizations,
    roles,
    memberships,
    invitations,
    organization_domains,
    join_requests,
    workspaces,
    workspace_groups,
    workspace_members,
    workspace_grants,
    quota_usage,
);
