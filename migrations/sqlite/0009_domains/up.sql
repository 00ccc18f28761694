-- The internet domains that organizations claim. Many may claim one, and at
-- most one has it verified.
CREATE TABLE organization_domains (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id BLOB NOT NULL CHECK (length(id) = 16),
    domain TEXT NOT NULL CHECK (length(domain) BETWEEN 1 AND 253),
    status TEXT NOT NULL CHECK (status IN ('pending', 'verified', 'failed')),
    challenge TEXT NOT NULL CHECK (length(challenge) > 0),
    enrolment TEXT NOT NULL CHECK (enrolment IN ('manual', 'suggest', 'automatic')),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    checked_at INTEGER,
    verified_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, domain)
) STRICT, WITHOUT ROWID;

-- Asks across tenants: whose a domain is.
CREATE UNIQUE INDEX organization_domains_verified ON organization_domains (domain) WHERE status = 'verified';

-- Assumed, as in 0004_statistics.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('organization_domains', 'organization_domains', '100000 5 1'),
    ('organization_domains', 'sqlite_autoindex_organization_domains_2', '100000 5 1'),
    ('organization_domains', 'organization_domains_verified', '50000 1');
