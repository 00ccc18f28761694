-- How much of each resource is used, as the product reports it: up to the
-- largest number that every JSON reader keeps exactly.
CREATE TABLE quota_usage (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    quota TEXT NOT NULL CHECK (length(quota) BETWEEN 1 AND 63),
    used INTEGER NOT NULL CHECK (used BETWEEN 0 AND 9007199254740991),
    PRIMARY KEY (organization_id, quota)
) STRICT, WITHOUT ROWID;

-- Assumed, as in 0004_statistics.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('quota_usage', 'quota_usage', '10000 3 1');
