-- Tenants and what belongs to them. Every tenant table leads its primary key
-- and its indexes with organization_id, and refers to other rows of the same
-- tenant by (organization_id, id), so that no row can point across tenants.

CREATE TABLE organizations (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    -- The lower-case name, which lists are sorted by; written by the program.
    name_key TEXT NOT NULL,
    slug TEXT NOT NULL UNIQUE CHECK (length(slug) BETWEEN 1 AND 63),
    description TEXT CHECK (length(description) BETWEEN 1 AND 2000),
    domain TEXT CHECK (length(domain) BETWEEN 1 AND 253),
    status TEXT NOT NULL CHECK (status IN ('active', 'suspended', 'lockdown')),
    plan TEXT NOT NULL CHECK (length(plan) BETWEEN 1 AND 63),
    users_count INTEGER NOT NULL CHECK (users_count >= 0),
    owners_count INTEGER NOT NULL CHECK (owners_count BETWEEN 0 AND users_count),
    workspaces_count INTEGER NOT NULL CHECK (workspaces_count >= 0),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1)
) STRICT, WITHOUT ROWID;

CREATE INDEX organizations_by_status ON organizations (status, id);

CREATE TABLE roles (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id BLOB NOT NULL CHECK (length(id) = 16),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    -- The lower-case name: unique, and what lists are sorted by; written by the program.
    name_key TEXT NOT NULL,
    description TEXT CHECK (length(description) BETWEEN 1 AND 2000),
    permissions TEXT NOT NULL CHECK (json_valid(permissions) AND json_type(permissions) = 'array'),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, name_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE memberships (
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

CREATE INDEX memberships_by_email ON memberships (organization_id, email, id);
CREATE INDEX memberships_by_role ON memberships (organization_id, role_id, role, email, id);

-- The one index that asks across tenants: a user's own organizations, and the
-- one joined first, which `me` stands for where nothing was chosen.
CREATE INDEX memberships_by_user ON memberships (user_id, created_at, id, organization_id);
