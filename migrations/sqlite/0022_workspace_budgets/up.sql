-- How much may be spent for a workspace, by all members together.
CREATE TABLE workspace_budgets (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    workspace_id BLOB NOT NULL,
    -- 0 is unlimited.
    monthly INTEGER NOT NULL CHECK (monthly BETWEEN 0 AND 9007199254740991),
    daily INTEGER NOT NULL CHECK (daily BETWEEN 0 AND 9007199254740991),
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, workspace_id),
    FOREIGN KEY (organization_id, workspace_id) REFERENCES workspaces (organization_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- What they have spent or hold for it: what credit_workspace_usage says of each, added up, since a budget must not take
-- longer to look at the more members there are. The workspace may be gone.
CREATE TABLE credit_workspace_totals (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    workspace_id BLOB NOT NULL CHECK (length(workspace_id) = 16),
    period TEXT NOT NULL CHECK (length(period) IN (7, 10)),
    used INTEGER NOT NULL CHECK (used >= 0),
    PRIMARY KEY (organization_id, workspace_id, period)
) STRICT, WITHOUT ROWID;

INSERT INTO credit_workspace_totals (organization_id, workspace_id, period, used)
SELECT organization_id, workspace_id, period, sum(used) FROM credit_workspace_usage
GROUP BY organization_id, workspace_id, period;

-- Assumed, as in 0004_statistics.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('credit_workspace_totals', 'credit_workspace_totals', '1000000 1000 100 1'),
    ('workspace_budgets', 'workspace_budgets', '100000 100 1');
