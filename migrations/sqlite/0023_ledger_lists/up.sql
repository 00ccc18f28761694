-- The ledger by kind, by user and by workspace. Indexes of the ledger itself would be written, a page or more of each,
-- for every spend, which waits until they are on the disk. These are written for some hundred transactions at once, in
-- blocks; what is not in them yet is at the ledger's end.
CREATE TABLE credit_transaction_lists (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    -- By kind (1), by user (2), by workspace (3).
    list INTEGER NOT NULL CHECK (list BETWEEN 1 AND 3),
    -- The kind's name, or an identifier.
    subject BLOB NOT NULL,
    -- The first of its transactions in this block; all are before those in the next.
    first BLOB NOT NULL CHECK (length(first) = 16),
    -- Its transactions in their order, with nothing between them.
    ids BLOB NOT NULL CHECK (length(ids) > 0 AND length(ids) % 16 = 0 AND substr(ids, 1, 16) = first),
    PRIMARY KEY (organization_id, list, subject, first)
) STRICT, WITHOUT ROWID;

-- How far they go: transactions with ids up to this one are in the lists, others are not.
CREATE TABLE credit_transactions_listed (
    organization_id BLOB PRIMARY KEY NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    until BLOB NOT NULL CHECK (length(until) = 16)
) STRICT, WITHOUT ROWID;

INSERT INTO credit_transaction_lists (organization_id, list, subject, first, ids)
SELECT organization_id, list, subject, min(id), unhex(group_concat(hex(id), '' ORDER BY id))
FROM (
    SELECT organization_id, list, subject, id,
        (row_number() OVER (PARTITION BY organization_id, list, subject ORDER BY id) - 1) / 256 AS block
    FROM (
        SELECT organization_id, 1 AS list, CAST(kind AS BLOB) AS subject, id FROM credit_transactions
        UNION ALL
        SELECT organization_id, 2, user_id, id FROM credit_transactions WHERE user_id IS NOT NULL
        UNION ALL
        SELECT organization_id, 3, workspace_id, id FROM credit_transactions WHERE workspace_id IS NOT NULL
    )
)
GROUP BY organization_id, list, subject, block;
INSERT INTO credit_transactions_listed (organization_id, until)
SELECT organization_id, max(id) FROM credit_transactions GROUP BY organization_id;

-- An index would have what the ledger has, whatever happens. This has it as long as nobody takes anything out.
CREATE TRIGGER credit_transaction_lists_refuse_delete BEFORE DELETE ON credit_transaction_lists
WHEN EXISTS (SELECT 1 FROM organizations WHERE id = OLD.organization_id)
BEGIN
    SELECT RAISE(ABORT, 'the ledger is never taken out of its lists');
END;
CREATE TRIGGER credit_transactions_listed_refuse_delete BEFORE DELETE ON credit_transactions_listed
WHEN EXISTS (SELECT 1 FROM organizations WHERE id = OLD.organization_id)
BEGIN
    SELECT RAISE(ABORT, 'the ledger is never listed less far');
END;
CREATE TRIGGER credit_transactions_listed_only_grow BEFORE UPDATE ON credit_transactions_listed
WHEN NEW.until <= OLD.until OR NEW.organization_id <> OLD.organization_id
BEGIN
    SELECT RAISE(ABORT, 'the ledger is never listed less far');
END;

DELETE FROM sqlite_stat1 WHERE idx IN (
    'credit_transactions_by_kind', 'credit_transactions_by_user', 'credit_transactions_by_workspace'
);
DROP INDEX credit_transactions_by_kind;
DROP INDEX credit_transactions_by_user;
DROP INDEX credit_transactions_by_workspace;

-- Assumed, as in 0004_statistics.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('credit_transaction_lists', 'credit_transaction_lists', '10000000 10000 3000 20 1'),
    ('credit_transactions_listed', 'credit_transactions_listed', '1000 1');
