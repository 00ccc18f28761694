-- Who was removed from an organization, or left it, and did not come back:
-- nothing but an explicit act makes them a member again.
CREATE TABLE departures (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    departed_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, user_id)
) STRICT, WITHOUT ROWID;

-- Asks across tenants: they go with the account.
CREATE INDEX departures_by_user ON departures (user_id);

-- Assumed, as in 0004_statistics.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('departures', 'departures', '100000 100 1'),
    ('departures', 'departures_by_user', '100000 2');
