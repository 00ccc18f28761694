-- Who wants to join the organization that has the domain of their address. An
-- approved request is gone, a declined one stays, so that nobody asks twice.
CREATE TABLE join_requests (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id BLOB NOT NULL CHECK (length(id) = 16),
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    status TEXT NOT NULL CHECK (status IN ('pending', 'declined')),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX join_requests_by_status ON join_requests (organization_id, status, id);

-- Asks across tenants: they go with the account.
CREATE INDEX join_requests_by_user ON join_requests (user_id);

-- Assumed, as in 0004_statistics.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('join_requests', 'join_requests', '100000 100 1'),
    ('join_requests', 'sqlite_autoindex_join_requests_2', '100000 100 1'),
    ('join_requests', 'join_requests_by_status', '100000 100 50 1'),
    ('join_requests', 'join_requests_by_user', '100000 2');
