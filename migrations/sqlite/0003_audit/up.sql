-- The audit logs: append-only, hash-chained, with the end of each chain kept
-- beside it so that a cut tail is found.

CREATE TABLE audit_heads (
    organization_id BLOB NOT NULL PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL CHECK (sequence >= 0),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_events (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL CHECK (sequence >= 1),
    id BLOB NOT NULL CHECK (length(id) = 16),
    action TEXT NOT NULL CHECK (length(action) > 0),
    actor_user_id BLOB CHECK (length(actor_user_id) = 16),
    actor_email TEXT,
    target_kind TEXT,
    target_id BLOB CHECK ((target_kind IS NULL) = (target_id IS NULL)),
    success INTEGER NOT NULL CHECK (success IN (0, 1)),
    details TEXT NOT NULL CHECK (json_valid(details) AND json_type(details) = 'object'),
    request_id TEXT,
    ip_address TEXT,
    occurred_at INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (organization_id, sequence)
) STRICT, WITHOUT ROWID;

CREATE INDEX audit_events_by_action ON audit_events (organization_id, action, sequence);
CREATE INDEX audit_events_by_actor ON audit_events (organization_id, actor_user_id, sequence);
CREATE INDEX audit_events_by_target ON audit_events (organization_id, target_id, sequence);

CREATE TRIGGER audit_events_refuse_update BEFORE UPDATE ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'audit events are never changed');
END;

-- A log goes with its organization and not otherwise: the cascade runs when
-- the organization's row is gone already.
CREATE TRIGGER audit_events_refuse_delete BEFORE DELETE ON audit_events
WHEN EXISTS (SELECT 1 FROM organizations WHERE id = OLD.organization_id)
BEGIN
    SELECT RAISE(ABORT, 'audit events are never deleted');
END;

-- The installation's own chain.
CREATE TABLE platform_audit_head (
    singleton INTEGER NOT NULL PRIMARY KEY CHECK (singleton = 1),
    sequence INTEGER NOT NULL CHECK (sequence >= 0),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

INSERT INTO platform_audit_head (singleton, sequence, hash) VALUES (1, 0, zeroblob(32));

CREATE TABLE platform_audit_events (
    sequence INTEGER NOT NULL PRIMARY KEY CHECK (sequence >= 1),
    id BLOB NOT NULL CHECK (length(id) = 16),
    action TEXT NOT NULL CHECK (length(action) > 0),
    actor_user_id BLOB CHECK (length(actor_user_id) = 16),
    actor_email TEXT,
    target_kind TEXT,
    target_id BLOB CHECK ((target_kind IS NULL) = (target_id IS NULL)),
    success INTEGER NOT NULL CHECK (success IN (0, 1)),
    details TEXT NOT NULL CHECK (json_valid(details) AND json_type(details) = 'object'),
    request_id TEXT,
    ip_address TEXT,
    occurred_at INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TRIGGER platform_audit_events_refuse_update BEFORE UPDATE ON platform_audit_events
BEGIN
    SELECT RAISE(ABORT, 'audit events are never changed');
END;

CREATE TRIGGER platform_audit_events_refuse_delete BEFORE DELETE ON platform_audit_events
BEGIN
    SELECT RAISE(ABORT, 'audit events are never deleted');
END;

CREATE TRIGGER platform_audit_head_refuse_delete BEFORE DELETE ON platform_audit_head
BEGIN
    SELECT RAISE(ABORT, 'the audit log always has a head');
END;
