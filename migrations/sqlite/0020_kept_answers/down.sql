DROP TABLE user_idempotent_answers;

CREATE TABLE idempotent_answers_rebuilt (
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

-- Those of accounts that are gone have no place, nor have those of the ledger, which goes next.
INSERT INTO idempotent_answers_rebuilt (
    organization_id, user_id, operation, key, fingerprint, answer, created_at
)
SELECT organization_id, user_id, operation, key, fingerprint, answer, created_at
FROM idempotent_answers
WHERE kept_for_good = 0 AND user_id IN (SELECT id FROM users)
ORDER BY organization_id, user_id, operation, key;

DROP TABLE idempotent_answers;
ALTER TABLE idempotent_answers_rebuilt RENAME TO idempotent_answers;

CREATE INDEX idempotent_answers_by_age ON idempotent_answers (organization_id, created_at);
CREATE INDEX idempotent_answers_by_user ON idempotent_answers (user_id);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('idempotent_answers', 'idempotent_answers', '1000000 1000 100 50 1'),
    ('idempotent_answers', 'idempotent_answers_by_age', '1000000 1000 1'),
    ('idempotent_answers', 'idempotent_answers_by_user', '1000000 100');
