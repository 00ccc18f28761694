-- A request for credits makes one transaction, which keeps what was answered:
-- one row and one index less for every spend than with a row beside it.
ALTER TABLE credit_transactions ADD COLUMN request_operation TEXT CHECK (length(request_operation) > 0);
-- As the client chose it.
ALTER TABLE credit_transactions ADD COLUMN request_key TEXT CHECK (length(request_key) > 0);
-- What the request said, so that another one with the same key is noticed.
ALTER TABLE credit_transactions ADD COLUMN request_fingerprint TEXT;
ALTER TABLE credit_transactions ADD COLUMN answer TEXT CHECK (
    (answer IS NULL) = (request_operation IS NULL) AND (answer IS NULL) = (request_key IS NULL)
    AND (answer IS NULL) = (request_fingerprint IS NULL) AND (answer IS NULL OR actor_id IS NOT NULL)
);

DROP TRIGGER credit_transactions_refuse_update;
UPDATE credit_transactions
SET request_operation = a.operation, request_key = a.key, request_fingerprint = a.fingerprint, answer = a.answer
FROM idempotent_answers AS a
WHERE a.kept_for_good = 1 AND a.organization_id = credit_transactions.organization_id
    AND a.user_id = credit_transactions.actor_id
    AND credit_transactions.id = unhex(replace(substr(a.answer, 1, 36), '-', ''));
-- Each is about a transaction, or nothing is migrated.
CREATE TABLE answers_about_nothing (number INTEGER NOT NULL CHECK (number = 0)) STRICT;
INSERT INTO answers_about_nothing
SELECT count(*) FROM idempotent_answers AS a
WHERE a.kept_for_good = 1 AND NOT EXISTS (
    SELECT 1 FROM credit_transactions AS t
    WHERE t.organization_id = a.organization_id AND t.actor_id = a.user_id AND t.request_operation = a.operation
        AND t.request_key = a.key AND t.id = unhex(replace(substr(a.answer, 1, 36), '-', ''))
);
DROP TABLE answers_about_nothing;
CREATE TRIGGER credit_transactions_refuse_update BEFORE UPDATE ON credit_transactions
BEGIN
    SELECT RAISE(ABORT, 'the ledger is never changed');
END;

-- Most have two sides, which are told without going through them all.
DROP TRIGGER credit_transactions_are_balanced;
CREATE TRIGGER credit_transactions_are_balanced BEFORE INSERT ON credit_transactions
WHEN (
    CASE json_array_length(NEW.entries)
        WHEN 2 THEN ifnull(NEW.entries ->> '$[0][2]', 0) + ifnull(NEW.entries ->> '$[1][2]', 0)
        ELSE (SELECT sum(value ->> 2) FROM json_each(NEW.entries))
    END
) <> 0
BEGIN
    SELECT RAISE(ABORT, 'the ledger is never out of balance');
END;

-- Who asked what, once: what they are answered when they ask again.
CREATE UNIQUE INDEX credit_transactions_by_request
    ON credit_transactions (organization_id, actor_id, request_operation, request_key)
    WHERE request_key IS NOT NULL;

-- An index over what is available would be written for every spend. This
-- changes when the last of a grant is gone, or comes back.
DROP INDEX credit_grants_left;
ALTER TABLE credit_grants ADD COLUMN is_left INTEGER NOT NULL DEFAULT 1 CHECK (is_left IN (0, 1));
UPDATE credit_grants SET is_left = 0 WHERE available + reserved = 0;
CREATE INDEX credit_grants_left ON credit_grants (organization_id, id) WHERE is_left = 1;

CREATE TRIGGER credit_grants_are_left_from_the_start AFTER INSERT ON credit_grants
WHEN (NEW.available + NEW.reserved > 0) <> NEW.is_left
BEGIN
    UPDATE credit_grants SET is_left = NEW.available + NEW.reserved > 0
    WHERE organization_id = NEW.organization_id AND id = NEW.id;
END;
CREATE TRIGGER credit_grants_are_left AFTER UPDATE OF available, reserved ON credit_grants
WHEN (NEW.available + NEW.reserved > 0) <> NEW.is_left
BEGIN
    UPDATE credit_grants SET is_left = NEW.available + NEW.reserved > 0
    WHERE organization_id = NEW.organization_id AND id = NEW.id;
END;

-- Answers beside the ledger are forgotten in time, all of them, and go with
-- their account. SQLite cannot add a foreign key, so the table is rebuilt;
-- nothing refers to it.
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

INSERT INTO idempotent_answers_rebuilt (
    organization_id, user_id, operation, key, fingerprint, answer, created_at
)
SELECT organization_id, user_id, operation, key, fingerprint, answer, created_at
FROM idempotent_answers
WHERE kept_for_good = 0
ORDER BY organization_id, user_id, operation, key;

DROP TABLE idempotent_answers;
ALTER TABLE idempotent_answers_rebuilt RENAME TO idempotent_answers;

-- The oldest are forgotten.
CREATE INDEX idempotent_answers_by_age ON idempotent_answers (organization_id, created_at);

-- Asks across tenants: they go with the account.
CREATE INDEX idempotent_answers_by_user ON idempotent_answers (user_id);

-- Assumed, as in 0004_statistics; what was assumed of the old table went with it.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('credit_grants', 'credit_grants_left', '20000 5 1'),
    ('credit_transactions', 'credit_transactions_by_request', '100000000 100000 1000 500 1'),
    ('idempotent_answers', 'idempotent_answers', '1000000 1000 100 50 1'),
    ('idempotent_answers', 'idempotent_answers_by_age', '1000000 1000 1'),
    ('idempotent_answers', 'idempotent_answers_by_user', '1000000 100');
