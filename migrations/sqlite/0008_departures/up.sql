-- Who was removed from an organization, or left it, and did not come back:
-- nothing but an explicit act makes them a member again. By address and not by
-- account, because an account may go and come back under another id.
CREATE TABLE departures (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    email TEXT NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    departed_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, email)
) STRICT, WITHOUT ROWID;

-- Assumed, as in 0004_statistics.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('departures', 'departures', '100000 100 1');
