-- One chain per organization. Accounts and targets are named without foreign
-- keys: the log outlives what it is about.
CREATE TABLE audit_heads (
    organization_id uuid NOT NULL,
    sequence bigint NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT audit_heads_pkey PRIMARY KEY (organization_id),
    CONSTRAINT audit_heads_organization_id_fkey
        FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT audit_heads_sequence_not_negative CHECK (sequence >= 0),
    CONSTRAINT audit_heads_hash_length CHECK (octet_length(hash) = 32)
);

CREATE TABLE audit_events (
    organization_id uuid NOT NULL,
    sequence bigint NOT NULL,
    id uuid NOT NULL,
    action text NOT NULL,
    actor_user_id uuid,
    actor_email text,
    target_kind text,
    target_id uuid,
    success boolean NOT NULL,
    -- json, not jsonb: kept to the letter, and \u0000 is no error.
    details json NOT NULL,
    request_id text,
    ip_address text,
    occurred_at timestamptz NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT audit_events_pkey PRIMARY KEY (organization_id, sequence),
    CONSTRAINT audit_events_organization_id_fkey
        FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT audit_events_sequence_positive CHECK (sequence >= 1),
    CONSTRAINT audit_events_target_whole CHECK ((target_kind IS NULL) = (target_id IS NULL)),
    CONSTRAINT audit_events_hash_length CHECK (octet_length(hash) = 32)
);

CREATE INDEX audit_events_organization_id_action_sequence_idx ON audit_events (organization_id, action, sequence);
CREATE INDEX audit_events_organization_id_actor_sequence_idx ON audit_events (organization_id, actor_user_id, sequence);
CREATE INDEX audit_events_organization_id_target_sequence_idx ON audit_events (organization_id, target_id, sequence);

-- The installation's own chain.
CREATE TABLE platform_audit_head (
    -- Exactly one row.
    id boolean NOT NULL DEFAULT true,
    sequence bigint NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT platform_audit_head_pkey PRIMARY KEY (id),
    CONSTRAINT platform_audit_head_single CHECK (id),
    CONSTRAINT platform_audit_head_sequence_not_negative CHECK (sequence >= 0),
    CONSTRAINT platform_audit_head_hash_length CHECK (octet_length(hash) = 32)
);

INSERT INTO platform_audit_head (sequence, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

CREATE TABLE platform_audit_events (
    sequence bigint NOT NULL,
    id uuid NOT NULL,
    action text NOT NULL,
    actor_user_id uuid,
    actor_email text,
    target_kind text,
    target_id uuid,
    success boolean NOT NULL,
    details json NOT NULL,
    request_id text,
    ip_address text,
    occurred_at timestamptz NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT platform_audit_events_pkey PRIMARY KEY (sequence),
    CONSTRAINT platform_audit_events_sequence_positive CHECK (sequence >= 1),
    CONSTRAINT platform_audit_events_target_whole CHECK ((target_kind IS NULL) = (target_id IS NULL)),
    CONSTRAINT platform_audit_events_hash_length CHECK (octet_length(hash) = 32)
);

-- Append-only for the service: no UPDATE, no DELETE. When an organization is
-- deleted, the cascade runs with the rights of the tables' owner.
GRANT SELECT, INSERT ON audit_events, platform_audit_events TO guildhall_app;
GRANT SELECT, INSERT, UPDATE ON audit_heads TO guildhall_app;
GRANT SELECT, UPDATE ON platform_audit_head TO guildhall_app;
