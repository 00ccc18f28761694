-- Invitations into an organization, by a link of which only the token's digest is kept.
CREATE TABLE invitations (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id BLOB NOT NULL CHECK (length(id) = 16),
    email TEXT NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'custom')),
    -- Refers to nothing: a role may go while an invitation is out, which is
    -- found out when somebody accepts it.
    role_id BLOB CHECK ((role = 'custom') = (role_id IS NOT NULL)),
    all_read INTEGER NOT NULL CHECK (all_read IN (0, 1)),
    all_write INTEGER NOT NULL CHECK (all_write IN (0, 1)),
    message TEXT CHECK (length(message) BETWEEN 1 AND 2000),
    invited_by BLOB REFERENCES users (id) ON DELETE SET NULL,
    -- One whose time is over stays pending until another takes its place.
    status TEXT NOT NULL CHECK (status IN ('pending', 'expired', 'accepted', 'declined', 'revoked')),
    token_digest BLOB NOT NULL CHECK (length(token_digest) = 32),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (organization_id, id)
) STRICT, WITHOUT ROWID;

-- An address has at most one pending invitation into an organization.
CREATE UNIQUE INDEX invitations_pending ON invitations (organization_id, email) WHERE status = 'pending';
CREATE INDEX invitations_by_email ON invitations (organization_id, email, id);
CREATE INDEX invitations_by_status ON invitations (organization_id, status, id);
-- Those whose time is over are looked for among these.
CREATE INDEX invitations_unanswered ON invitations (organization_id, id) WHERE status IN ('pending', 'expired');

-- These ask across tenants. Who has a token does not know where it leads:
CREATE UNIQUE INDEX invitations_by_token ON invitations (token_digest);
-- a user sees what waits for their address, wherever it comes from:
CREATE INDEX invitations_received ON invitations (email, id) WHERE status = 'pending';
-- and a deleted account is forgotten as the inviter.
CREATE INDEX invitations_by_inviter ON invitations (invited_by);

-- Assumed, as in 0004_statistics: most invitations were answered.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('invitations', 'invitations', '1000000 1000 1'),
    ('invitations', 'invitations_pending', '50000 50 1'),
    ('invitations', 'invitations_by_email', '1000000 1000 2 1'),
    ('invitations', 'invitations_by_status', '1000000 1000 200 1'),
    ('invitations', 'invitations_unanswered', '100000 100 1'),
    ('invitations', 'invitations_by_token', '1000000 1'),
    ('invitations', 'invitations_received', '50000 2 1'),
    ('invitations', 'invitations_by_inviter', '1000000 100');
