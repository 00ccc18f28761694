-- Answers that are about a transaction of the ledger are kept as long as that,
-- and be the account gone. So there is no foreign key to it any more, nor the
-- index over all answers that it needs, which every spend had to wait for:
-- deleting an account deletes its other answers. SQLite cannot drop a foreign
-- key, so the table is rebuilt; nothing refers to it. Rows are in the order in
-- which they came, beside the index: keys are random, and with whole rows in
-- the index every spend would change nearly twice as many pages of it.
CREATE TABLE idempotent_answers_rebuilt (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    user_id BLOB NOT NULL CHECK (length(user_id) = 16),
    operation TEXT NOT NULL CHECK (length(operation) > 0),
    -- As the client chose it.
    key TEXT NOT NULL CHECK (length(key) > 0),
    -- What the request said, so that another one with the same key is noticed.
    fingerprint TEXT NOT NULL,
    answer TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    kept_for_good INTEGER NOT NULL CHECK (kept_for_good IN (0, 1)),
    PRIMARY KEY (organization_id, user_id, operation, key)
) STRICT;

INSERT INTO idempotent_answers_rebuilt (
    organization_id, user_id, operation, key, fingerprint, answer, created_at, kept_for_good
)
SELECT organization_id, user_id, operation, key, fingerprint, answer, created_at, 0
FROM idempotent_answers
ORDER BY created_at;

DROP TABLE idempotent_answers;
ALTER TABLE idempotent_answers_rebuilt RENAME TO idempotent_answers;

-- The oldest are forgotten, but those that are kept for good.
CREATE INDEX idempotent_answers_by_age ON idempotent_answers (organization_id, created_at) WHERE kept_for_good = 0;

-- Asks across tenants: they go with the account, but those that are kept for good.
CREATE INDEX idempotent_answers_by_user ON idempotent_answers (user_id) WHERE kept_for_good = 0;

-- What requests on an account were answered that are not ones inside an
-- organization, kept for a time.
CREATE TABLE user_idempotent_answers (
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    operation TEXT NOT NULL CHECK (length(operation) BETWEEN 1 AND 200),
    key TEXT NOT NULL CHECK (length(key) > 0),
    fingerprint TEXT NOT NULL,
    answer TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, operation, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX user_idempotent_answers_by_age ON user_idempotent_answers (user_id, created_at);

-- Assumed, as in 0004_statistics; what was assumed of the old table went with it.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('idempotent_answers', 'sqlite_autoindex_idempotent_answers_1', '1000000 1000 100 50 1'),
    ('idempotent_answers', 'idempotent_answers_by_age', '100000 100 1'),
    ('idempotent_answers', 'idempotent_answers_by_user', '100000 10'),
    ('user_idempotent_answers', 'user_idempotent_answers', '1000000 100 50 1'),
    ('user_idempotent_answers', 'user_idempotent_answers_by_age', '1000000 100 1');
