-- What requests that may be sent again were answered, kept for a time.
CREATE TABLE idempotent_answers (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    operation TEXT NOT NULL CHECK (length(operation) > 0),
    -- As the client chose it.
    key TEXT NOT NULL CHECK (length(key) > 0),
    -- What the request said, so that another one with the same key is noticed.
    fingerprint TEXT NOT NULL,
    answer TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, user_id, operation, key)
) STRICT, WITHOUT ROWID;

-- The oldest are forgotten.
CREATE INDEX idempotent_answers_by_age ON idempotent_answers (organization_id, created_at);

-- Asks across tenants: they go with the account.
CREATE INDEX idempotent_answers_by_user ON idempotent_answers (user_id);

-- Assumed, as in 0004_statistics.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('idempotent_answers', 'idempotent_answers', '1000000 1000 100 50 1'),
    ('idempotent_answers', 'idempotent_answers_by_age', '1000000 1000 1'),
    ('idempotent_answers', 'idempotent_answers_by_user', '1000000 100');
