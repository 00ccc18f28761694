DROP TABLE credit_transactions_listed;
DROP TABLE credit_transaction_lists;

CREATE INDEX credit_transactions_by_kind ON credit_transactions (organization_id, kind, id);
CREATE INDEX credit_transactions_by_user ON credit_transactions (organization_id, user_id, id)
    WHERE user_id IS NOT NULL;
CREATE INDEX credit_transactions_by_workspace ON credit_transactions (organization_id, workspace_id, id)
    WHERE workspace_id IS NOT NULL;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('credit_transactions', 'credit_transactions_by_kind', '100000000 100000 10000 1'),
    ('credit_transactions', 'credit_transactions_by_user', '100000000 100000 200 1'),
    ('credit_transactions', 'credit_transactions_by_workspace', '50000000 50000 1000 1');
