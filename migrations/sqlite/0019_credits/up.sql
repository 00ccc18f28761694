-- Credits: grants and what is left of them, the ledger, reservations, what each
-- member has spent, and how much each may. Amounts go up to the largest number
-- that every JSON reader keeps exactly.

CREATE TABLE credit_grants (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id BLOB NOT NULL CHECK (length(id) = 16),
    amount INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
    -- Lower ones are spent first.
    priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 255),
    expires_at INTEGER,
    -- What the ledger says is left, kept beside it.
    available INTEGER NOT NULL CHECK (available >= 0),
    reserved INTEGER NOT NULL CHECK (reserved >= 0),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id),
    CHECK (available + reserved <= amount)
) STRICT, WITHOUT ROWID;

-- Those of which something is left.
CREATE INDEX credit_grants_left ON credit_grants (organization_id, id) WHERE available + reserved > 0;

-- The ledger. Accounts and workspaces that it names may be gone: it stays.
CREATE TABLE credit_transactions (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id BLOB NOT NULL CHECK (length(id) = 16),
    kind TEXT NOT NULL CHECK (
        kind IN ('grant', 'consume', 'reserve', 'commit', 'release', 'lapse', 'refund', 'expire', 'revoke')
    ),
    amount INTEGER NOT NULL CHECK (amount BETWEEN 0 AND 9007199254740991),
    -- Whose quota it counts in.
    user_id BLOB CHECK (length(user_id) = 16),
    -- Who asked for it.
    actor_id BLOB CHECK (length(actor_id) = 16),
    workspace_id BLOB CHECK (length(workspace_id) = 16),
    operation TEXT CHECK (length(operation) BETWEEN 1 AND 120),
    reservation_id BLOB CHECK (length(reservation_id) = 16),
    reverses BLOB CHECK (length(reverses) = 16),
    day TEXT NOT NULL CHECK (length(day) = 10),
    month TEXT NOT NULL CHECK (length(month) = 7),
    reason TEXT CHECK (length(reason) BETWEEN 1 AND 2000),
    -- What it moves, in order: triples of an account, a grant, and how much more is there. They are in the row, since
    -- every spend waits for each row that is written.
    entries TEXT NOT NULL CHECK (json_valid(entries) AND json_type(entries) = 'array'),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX credit_transactions_by_kind ON credit_transactions (organization_id, kind, id);
CREATE INDEX credit_transactions_by_user ON credit_transactions (organization_id, user_id, id)
    WHERE user_id IS NOT NULL;
CREATE INDEX credit_transactions_by_workspace ON credit_transactions (organization_id, workspace_id, id)
    WHERE workspace_id IS NOT NULL;
-- What was given back of one.
CREATE INDEX credit_transactions_reversing ON credit_transactions (organization_id, reverses, id)
    WHERE reverses IS NOT NULL;

CREATE TRIGGER credit_transactions_are_balanced BEFORE INSERT ON credit_transactions
WHEN (SELECT sum(value ->> 2) FROM json_each(NEW.entries)) <> 0
BEGIN
    SELECT RAISE(ABORT, 'the ledger is never out of balance');
END;

CREATE TRIGGER credit_transactions_refuse_update BEFORE UPDATE ON credit_transactions
BEGIN
    SELECT RAISE(ABORT, 'the ledger is never changed');
END;

-- A ledger goes with its organization and not otherwise: the cascade runs when
-- the organization's row is gone already.
CREATE TRIGGER credit_transactions_refuse_delete BEFORE DELETE ON credit_transactions
WHEN EXISTS (SELECT 1 FROM organizations WHERE id = OLD.organization_id)
BEGIN
    SELECT RAISE(ABORT, 'the ledger is never deleted');
END;

CREATE TABLE credit_reservations (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id BLOB NOT NULL CHECK (length(id) = 16),
    -- It is settled after the account has gone, too.
    user_id BLOB NOT NULL CHECK (length(user_id) = 16),
    workspace_id BLOB CHECK (length(workspace_id) = 16),
    operation TEXT CHECK (length(operation) BETWEEN 1 AND 120),
    -- What it holds of each grant: pairs of the grant and the amount.
    held TEXT NOT NULL CHECK (json_valid(held) AND json_type(held) = 'array'),
    state TEXT NOT NULL CHECK (state IN ('open', 'committed', 'released', 'lapsed')),
    expires_at INTEGER NOT NULL,
    day TEXT NOT NULL CHECK (length(day) = 10),
    month TEXT NOT NULL CHECK (length(month) = 7),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id)
) STRICT, WITHOUT ROWID;

-- Those whose time is over are looked for before anything is decided.
CREATE INDEX credit_reservations_open ON credit_reservations (organization_id, expires_at, id) WHERE state = 'open';

-- What is spent or held. A reservation gives back what is counted here when its
-- time is over, and be the account gone: there is no foreign key.
CREATE TABLE credit_usage (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    user_id BLOB NOT NULL CHECK (length(user_id) = 16),
    -- A day or a month.
    period TEXT NOT NULL CHECK (length(period) IN (7, 10)),
    used INTEGER NOT NULL CHECK (used >= 0),
    PRIMARY KEY (organization_id, user_id, period)
) STRICT, WITHOUT ROWID;

-- The part of it that was for a workspace, which may be gone as well.
CREATE TABLE credit_workspace_usage (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    workspace_id BLOB NOT NULL CHECK (length(workspace_id) = 16),
    user_id BLOB NOT NULL CHECK (length(user_id) = 16),
    period TEXT NOT NULL CHECK (length(period) IN (7, 10)),
    used INTEGER NOT NULL CHECK (used >= 0),
    PRIMARY KEY (organization_id, workspace_id, user_id, period)
) STRICT, WITHOUT ROWID;

CREATE TABLE member_quotas (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    member_id BLOB NOT NULL,
    -- 0 is unlimited.
    monthly INTEGER NOT NULL CHECK (monthly BETWEEN 0 AND 9007199254740991),
    daily INTEGER NOT NULL CHECK (daily BETWEEN 0 AND 9007199254740991),
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, member_id),
    FOREIGN KEY (organization_id, member_id) REFERENCES memberships (organization_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Assumed, as in 0004_statistics.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('credit_grants', 'credit_grants', '1000000 500 1'),
    ('credit_grants', 'credit_grants_left', '20000 5 1'),
    ('credit_transactions', 'credit_transactions', '100000000 100000 1'),
    ('credit_transactions', 'credit_transactions_by_kind', '100000000 100000 10000 1'),
    ('credit_transactions', 'credit_transactions_by_user', '100000000 100000 200 1'),
    ('credit_transactions', 'credit_transactions_by_workspace', '50000000 50000 1000 1'),
    ('credit_transactions', 'credit_transactions_reversing', '1000000 1000 1 1'),
    ('credit_reservations', 'credit_reservations', '10000000 10000 1'),
    ('credit_reservations', 'credit_reservations_open', '10000 10 1 1'),
    ('credit_usage', 'credit_usage', '100000000 100000 100 1'),
    ('credit_workspace_usage', 'credit_workspace_usage', '100000000 100000 1000 100 1'),
    ('member_quotas', 'member_quotas', '1000000 1000 1');
