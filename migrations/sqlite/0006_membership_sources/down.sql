-- Of the ways that were not known before, one's own organization comes closest
-- to having made it, and every other to being added.

CREATE TABLE memberships_rebuilt (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id BLOB NOT NULL CHECK (length(id) = 16),
    user_id BLOB NOT NULL,
    -- A copy of the account's, kept equal by the foreign key, so that an index
    -- serves the list of members in its order.
    email TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'custom')),
    role_id BLOB CHECK ((role = 'custom') = (role_id IS NOT NULL)),
    all_read INTEGER NOT NULL CHECK (all_read IN (0, 1)),
    all_write INTEGER NOT NULL CHECK (all_write IN (0, 1)),
    source TEXT NOT NULL CHECK (source IN ('creator', 'direct_add')),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    last_active_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, user_id),
    -- A role that somebody holds cannot go, nor an account that is a member.
    FOREIGN KEY (organization_id, role_id) REFERENCES roles (organization_id, id),
    FOREIGN KEY (user_id, email) REFERENCES users (id, email) ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;

INSERT INTO memberships_rebuilt (
    organization_id, id, user_id, email, role, role_id, all_read, all_write, source,
    created_at, updated_at, last_active_at, version
)
SELECT
    organization_id, id, user_id, email, role, role_id, all_read, all_write,
    CASE
        WHEN source = 'creator' OR (source = 'sign_up' AND role = 'owner') THEN 'creator'
        ELSE 'direct_add'
    END,
    created_at, updated_at, last_active_at, version
FROM memberships
ORDER BY organization_id, id;

DROP TABLE memberships;
ALTER TABLE memberships_rebuilt RENAME TO memberships;

CREATE INDEX memberships_by_email ON memberships (organization_id, email, id);
CREATE INDEX memberships_by_role ON memberships (organization_id, role_id, role, email, id);

-- The one index that asks across tenants: a user's own organizations, and the
-- one joined first, which `me` stands for where nothing was chosen.
CREATE INDEX memberships_by_user ON memberships (user_id, created_at, id, organization_id);

-- They went with the table; see 0004_statistics.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('memberships', 'memberships', '1000000 1000 1'),
    ('memberships', 'sqlite_autoindex_memberships_2', '1000000 1000 1'),
    ('memberships', 'memberships_by_email', '1000000 1000 1 1'),
    ('memberships', 'memberships_by_role', '1000000 1000 50 50 1 1'),
    ('memberships', 'memberships_by_user', '1000000 10 1 1 1');
