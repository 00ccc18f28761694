//! The tables, as the migrations in `migrations/postgres` make them.

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

diesel::table! {
    users (id) {
        id -> Uuid,
        email -> Text,
        name -> Text,
        preferred_name -> Nullable<Text>,
        pronouns -> Nullable<Text>,
        timezone -> Nullable<Text>,
        notes -> Nullable<Text>,
        context -> Nullable<Text>,
        superadmin -> Bool,
        email_verified_at -> Nullable<Timestamptz>,
        disabled_at -> Nullable<Timestamptz>,
        active_organization_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> BigInt,
        search_key -> Text,
    }
}

diesel::table! {
    user_passwords (user_id) {
        user_id -> Uuid,
        phc -> Text,
    }
}

diesel::table! {
    sessions (id) {
        id -> Uuid,
        user_id -> Uuid,
        token_digest -> Binary,
        created_at -> Timestamptz,
        last_seen_at -> Timestamptz,
        expires_at -> Timestamptz,
        user_agent -> Nullable<Text>,
        ip_address -> Nullable<Text>,
    }
}

diesel::table! {
    email_verifications (user_id) {
        user_id -> Uuid,
        token_digest -> Binary,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    organizations (id) {
        id -> Uuid,
        name -> Text,
        name_key -> Text,
        slug -> Text,
        description -> Nullable<Text>,
        domain -> Nullable<Text>,
        status -> Text,
        time_zone -> Text,
        plan -> Text,
        overrides -> Jsonb,
        users_count -> BigInt,
        owners_count -> BigInt,
        workspaces_count -> BigInt,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> BigInt,
    }
}

diesel::table! {
    roles (organization_id, id) {
        organization_id -> Uuid,
        id -> Uuid,
        name -> Text,
        name_key -> Text,
        description -> Nullable<Text>,
        permissions -> Array<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> BigInt,
    }
}

diesel::table! {
    memberships (organization_id, id) {
        organization_id -> Uuid,
        id -> Uuid,
        user_id -> Uuid,
        email -> Text,
        role -> Text,
        role_id -> Nullable<Uuid>,
        all_read -> Bool,
        all_write -> Bool,
        source -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        last_active_at -> Nullable<Timestamptz>,
        version -> BigInt,
    }
}

diesel::table! {
    invitations (organization_id, id) {
        organization_id -> Uuid,
        id -> Uuid,
        email -> Text,
        role -> Text,
        role_id -> Nullable<Uuid>,
        all_read -> Bool,
        all_write -> Bool,
        grants -> Jsonb,
        message -> Nullable<Text>,
        invited_by -> Nullable<Uuid>,
        status -> Text,
        token_digest -> Binary,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        expires_at -> Timestamptz,
        version -> BigInt,
    }
}

diesel::table! {
    departures (organization_id, email) {
        organization_id -> Uuid,
        email -> Text,
        departed_at -> Timestamptz,
    }
}

diesel::table! {
    organization_domains (organization_id, id) {
        organization_id -> Uuid,
        id -> Uuid,
        domain -> Text,
        status -> Text,
        challenge -> Text,
        enrolment -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        checked_at -> Nullable<Timestamptz>,
        verified_at -> Nullable<Timestamptz>,
        version -> BigInt,
    }
}

diesel::table! {
    join_requests (organization_id, id) {
        organization_id -> Uuid,
        id -> Uuid,
        user_id -> Uuid,
        status -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    mail_queue (id) {
        id -> Uuid,
        organization_id -> Nullable<Uuid>,
        recipient -> Text,
        sealed -> Binary,
        created_at -> Timestamptz,
        due_at -> Timestamptz,
        attempts -> Integer,
    }
}

diesel::table! {
    installation (id) {
        id -> Bool,
        default_organization_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    workspace_groups (organization_id, id) {
        organization_id -> Uuid,
        id -> Uuid,
        name -> Text,
        name_key -> Text,
        description -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> BigInt,
    }
}

// `workspaces` is not here: it has more columns than diesel's tables. See `tables::workspaces`.

diesel::table! {
    workspace_members (organization_id, workspace_id, member_id) {
        organization_id -> Uuid,
        workspace_id -> Uuid,
        member_id -> Uuid,
        role -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    workspace_grants (organization_id, member_id, workspace_id) {
        organization_id -> Uuid,
        member_id -> Uuid,
        workspace_id -> Uuid,
        access -> Text,
    }
}

diesel::table! {
    idempotent_answers (organization_id, user_id, operation, key) {
        organization_id -> Uuid,
        user_id -> Uuid,
        operation -> Text,
        key -> Text,
        fingerprint -> Text,
        answer -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    user_idempotent_answers (user_id, operation, key) {
        user_id -> Uuid,
        operation -> Text,
        key -> Text,
        fingerprint -> Text,
        answer -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    audit_heads (organization_id) {
        organization_id -> Uuid,
        sequence -> BigInt,
        hash -> Binary,
    }
}

diesel::table! {
    audit_events (organization_id, sequence) {
        organization_id -> Uuid,
        sequence -> BigInt,
        id -> Uuid,
        action -> Text,
        actor_user_id -> Nullable<Uuid>,
        actor_email -> Nullable<Text>,
        target_kind -> Nullable<Text>,
        target_id -> Nullable<Uuid>,
        success -> Bool,
        details -> Json,
        request_id -> Nullable<Text>,
        ip_address -> Nullable<Text>,
        occurred_at -> Timestamptz,
        hash -> Binary,
    }
}

diesel::table! {
    platform_audit_head (id) {
        id -> Bool,
        sequence -> BigInt,
        hash -> Binary,
    }
}

diesel::table! {
    platform_audit_events (sequence) {
        sequence -> BigInt,
        id -> Uuid,
        action -> Text,
        actor_user_id -> Nullable<Uuid>,
        actor_email -> Nullable<Text>,
        target_kind -> Nullable<Text>,
        target_id -> Nullable<Uuid>,
        success -> Bool,
        details -> Json,
        request_id -> Nullable<Text>,
        ip_address -> Nullable<Text>,
        occurred_at -> Timestamptz,
        hash -> Binary,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    organizations,
    memberships,
    roles,
    users,
    invitations,
    organization_domains,
    join_requests,
    workspace_members,
);
diesel::joinable!(user_passwords -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(users, user_passwords);
