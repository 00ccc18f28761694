-- Workspaces, the groups that order them, who is in them and who has access to
-- them, and how many there are of each kind.

CREATE TABLE workspace_groups (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id BLOB NOT NULL CHECK (length(id) = 16),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    -- The lower-case name: unique, and what lists are sorted by; written by the program.
    name_key TEXT NOT NULL,
    description TEXT CHECK (length(description) BETWEEN 1 AND 2000),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, name_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE workspaces (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id BLOB NOT NULL CHECK (length(id) = 16),
    kind TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 63),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    -- The lower-case name, which lists are sorted by; written by the program.
    name_key TEXT NOT NULL,
    slug TEXT NOT NULL CHECK (length(slug) BETWEEN 1 AND 63),
    -- The lower-case name, a line break, the slug: what searches look in.
    search_key TEXT NOT NULL,
    description TEXT CHECK (length(description) BETWEEN 1 AND 2000),
    group_id BLOB,
    -- Whose own it is. It stays when that user leaves the organization, and goes with the account.
    personal_of BLOB REFERENCES users (id) ON DELETE CASCADE,
    default_access TEXT CHECK (default_access IN ('read', 'write')),
    limits TEXT NOT NULL CHECK (json_valid(limits) AND json_type(limits) = 'object'),
    fields TEXT NOT NULL CHECK (json_valid(fields) AND json_type(fields) = 'object'),
    created_by BLOB REFERENCES users (id) ON DELETE SET NULL,
    archived_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    -- Every list is of those that are put away, or of those that are not.
    archived INTEGER NOT NULL GENERATED ALWAYS AS (archived_at IS NOT NULL) VIRTUAL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, slug),
    -- Setting it to NULL would set the organization to NULL with it, so the program does.
    FOREIGN KEY (organization_id, group_id) REFERENCES workspace_groups (organization_id, id)
) STRICT, WITHOUT ROWID;

-- A user has at most one of their own in an organization.
CREATE UNIQUE INDEX workspaces_personal ON workspaces (organization_id, personal_of) WHERE personal_of IS NOT NULL;
-- One for each view of the list: everything, what is nobody's own, what is open to every member.
CREATE INDEX workspaces_by_name ON workspaces (organization_id, archived, name_key, id);
CREATE INDEX workspaces_shared ON workspaces (organization_id, archived, name_key, id) WHERE personal_of IS NULL;
CREATE INDEX workspaces_open ON workspaces (organization_id, archived, name_key, id)
    WHERE personal_of IS NULL AND default_access IS NOT NULL;
CREATE INDEX workspaces_by_group ON workspaces (organization_id, group_id, archived, name_key, id);

-- These ask across tenants: a deleted account's own ones go with it,
CREATE INDEX workspaces_by_user ON workspaces (personal_of) WHERE personal_of IS NOT NULL;
-- and it is forgotten as the maker of others.
CREATE INDEX workspaces_by_maker ON workspaces (created_by);

-- What a membership in a workspace points to, so that its copy of the e-mail
-- cannot differ. The same index as before, but for being unique.
DROP INDEX memberships_by_email;
CREATE UNIQUE INDEX memberships_by_email ON memberships (organization_id, email, id);

CREATE TABLE workspace_members (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    workspace_id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    -- A copy of the membership's, kept equal by the foreign key, so that an
    -- index serves the list of a workspace's members in its order.
    email TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'member')),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, workspace_id, member_id),
    FOREIGN KEY (organization_id, workspace_id) REFERENCES workspaces (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, member_id, email) REFERENCES memberships (organization_id, id, email)
        ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX workspace_members_by_email ON workspace_members (organization_id, workspace_id, email, member_id);
CREATE INDEX workspace_members_by_member ON workspace_members (organization_id, member_id, workspace_id);
-- Whether another owner is there is asked before one goes.
CREATE INDEX workspace_owners ON workspace_members (organization_id, workspace_id, member_id) WHERE role = 'owner';

CREATE TABLE workspace_grants (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    workspace_id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    access TEXT NOT NULL CHECK (access IN ('read', 'write')),
    PRIMARY KEY (organization_id, workspace_id, member_id),
    FOREIGN KEY (organization_id, workspace_id) REFERENCES workspaces (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, member_id) REFERENCES memberships (organization_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX workspace_grants_by_member ON workspace_grants (organization_id, member_id, workspace_id);

-- How many there are of each kind, but for those that are somebody's own.
CREATE TABLE workspace_counts (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 63),
    used INTEGER NOT NULL CHECK (used >= 0),
    PRIMARY KEY (organization_id, kind)
) STRICT, WITHOUT ROWID;

-- Assumed, as in 0004_statistics: few workspaces are open to everybody.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    -- It went with the index.
    ('memberships', 'memberships_by_email', '1000000 1000 1 1'),
    ('workspace_groups', 'workspace_groups', '100000 20 1'),
    ('workspace_groups', 'sqlite_autoindex_workspace_groups_2', '100000 20 1'),
    ('workspaces', 'workspaces', '1000000 1000 1'),
    ('workspaces', 'sqlite_autoindex_workspaces_2', '1000000 1000 1'),
    ('workspaces', 'workspaces_personal', '200000 200 1'),
    ('workspaces', 'workspaces_by_name', '1000000 1000 500 1 1'),
    ('workspaces', 'workspaces_shared', '800000 800 400 1 1'),
    ('workspaces', 'workspaces_open', '100000 100 50 1 1'),
    ('workspaces', 'workspaces_by_group', '1000000 1000 50 25 1 1'),
    ('workspaces', 'workspaces_by_user', '200000 5'),
    ('workspaces', 'workspaces_by_maker', '1000000 50'),
    ('workspace_members', 'workspace_members', '5000000 5000 5 1'),
    ('workspace_members', 'workspace_members_by_email', '5000000 5000 5 1 1'),
    ('workspace_members', 'workspace_members_by_member', '5000000 5000 5 1'),
    ('workspace_members', 'workspace_owners', '1000000 1000 1 1'),
    ('workspace_grants', 'workspace_grants', '5000000 5000 5 1'),
    ('workspace_grants', 'workspace_grants_by_member', '5000000 5000 5 1'),
    ('workspace_counts', 'workspace_counts', '10000 2 1');
