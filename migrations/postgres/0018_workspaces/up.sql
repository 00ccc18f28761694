-- Groups order workspaces, and give nobody any access.
CREATE TABLE workspace_groups (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    description text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT workspace_groups_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT workspace_groups_organization_id_name_key_key UNIQUE (organization_id, name_key),
    CONSTRAINT workspace_groups_organization_id_fkey
        FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT workspace_groups_name_length CHECK (char_length(name) BETWEEN 1 AND 120),
    CONSTRAINT workspace_groups_description_length CHECK (char_length(description) BETWEEN 1 AND 2000),
    CONSTRAINT workspace_groups_version_positive CHECK (version >= 1)
);

CREATE TABLE workspaces (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text COLLATE "C" NOT NULL,
    name text NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    slug text COLLATE "C" NOT NULL,
    description text,
    group_id uuid,
    -- Whose own it is. Stays when they leave the organization, goes with the account.
    personal_of uuid,
    default_access text,
    -- What the kind declares: objects of numbers, and of values.
    limits jsonb NOT NULL,
    fields jsonb NOT NULL,
    created_by uuid,
    archived_at timestamptz,
    -- What the indexes of the lists begin with, after the tenant.
    archived boolean NOT NULL GENERATED ALWAYS AS (archived_at IS NOT NULL) STORED,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT workspaces_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT workspaces_organization_id_slug_key UNIQUE (organization_id, slug),
    CONSTRAINT workspaces_organization_id_fkey
        FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    -- No action: SET NULL would empty organization_id too. Who deletes a group empties it first.
    CONSTRAINT workspaces_organization_id_group_id_fkey
        FOREIGN KEY (organization_id, group_id) REFERENCES workspace_groups (organization_id, id),
    CONSTRAINT workspaces_personal_of_fkey FOREIGN KEY (personal_of) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT workspaces_created_by_fkey FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT workspaces_kind_form CHECK (kind ~ '^[a-z][a-z0-9_]{0,62}$'),
    CONSTRAINT workspaces_name_length CHECK (char_length(name) BETWEEN 1 AND 120),
    CONSTRAINT workspaces_slug_form CHECK (slug ~ '^[a-z0-9-]{1,63}$'),
    CONSTRAINT workspaces_description_length CHECK (char_length(description) BETWEEN 1 AND 2000),
    CONSTRAINT workspaces_default_access_known CHECK (default_access IN ('read', 'write')),
    CONSTRAINT workspaces_version_positive CHECK (version >= 1)
);

-- One of their own for each user (M-50).
CREATE UNIQUE INDEX workspaces_organization_id_personal_of_key ON workspaces (organization_id, personal_of)
    WHERE personal_of IS NOT NULL;
-- Lists are ranges of one of these, in the order of names: all, for superadmins; those that are nobody's own; these
-- of one kind; those that are open to every member; those in a group.
CREATE INDEX workspaces_organization_id_name_key_id_idx ON workspaces (organization_id, archived, name_key, id);
CREATE INDEX workspaces_organization_id_name_key_id_shared_idx ON workspaces (organization_id, archived, name_key, id)
    WHERE personal_of IS NULL;
CREATE INDEX workspaces_organization_id_kind_name_key_id_idx
    ON workspaces (organization_id, archived, kind, name_key, id)
    WHERE personal_of IS NULL;
CREATE INDEX workspaces_organization_id_name_key_id_open_idx ON workspaces (organization_id, archived, name_key, id)
    WHERE personal_of IS NULL AND default_access IS NOT NULL;
CREATE INDEX workspaces_organization_id_group_id_name_key_id_idx
    ON workspaces (organization_id, group_id, archived, name_key, id)
    WHERE group_id IS NOT NULL;
-- For accounts that go.
CREATE INDEX workspaces_personal_of_idx ON workspaces (personal_of) WHERE personal_of IS NOT NULL;
CREATE INDEX workspaces_created_by_idx ON workspaces (created_by) WHERE created_by IS NOT NULL;

-- Who is in a workspace, and who has a grant for one: for as long as they are members of the organization.
CREATE TABLE workspace_members (
    organization_id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    member_id uuid NOT NULL,
    role text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT workspace_members_pkey PRIMARY KEY (organization_id, workspace_id, member_id),
    CONSTRAINT workspace_members_organization_id_fkey
        FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT workspace_members_organization_id_workspace_id_fkey
        FOREIGN KEY (organization_id, workspace_id) REFERENCES workspaces (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT workspace_members_organization_id_member_id_fkey
        FOREIGN KEY (organization_id, member_id) REFERENCES memberships (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT workspace_members_role_known CHECK (role IN ('owner', 'member'))
);

CREATE INDEX workspace_members_organization_id_member_id_idx
    ON workspace_members (organization_id, member_id, workspace_id);

CREATE TABLE workspace_grants (
    organization_id uuid NOT NULL,
    member_id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    access text NOT NULL,
    CONSTRAINT workspace_grants_pkey PRIMARY KEY (organization_id, member_id, workspace_id),
    CONSTRAINT workspace_grants_organization_id_fkey
        FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT workspace_grants_organization_id_workspace_id_fkey
        FOREIGN KEY (organization_id, workspace_id) REFERENCES workspaces (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT workspace_grants_organization_id_member_id_fkey
        FOREIGN KEY (organization_id, member_id) REFERENCES memberships (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT workspace_grants_access_known CHECK (access IN ('read', 'write'))
);

CREATE INDEX workspace_grants_organization_id_workspace_id_idx ON workspace_grants (organization_id, workspace_id);

-- How many workspaces there are of each kind, but for personal ones (M-15).
CREATE TABLE workspace_counts (
    organization_id uuid NOT NULL,
    kind text COLLATE "C" NOT NULL,
    used bigint NOT NULL,
    CONSTRAINT workspace_counts_pkey PRIMARY KEY (organization_id, kind),
    CONSTRAINT workspace_counts_organization_id_fkey
        FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT workspace_counts_used_not_negative CHECK (used >= 0)
);

GRANT SELECT, INSERT, UPDATE, DELETE
    ON workspace_groups, workspaces, workspace_members, workspace_grants, workspace_counts TO guildhall_app;

-- Seen inside the organization only.
ALTER TABLE workspace_groups ENABLE ROW LEVEL SECURITY;
ALTER TABLE workspace_groups FORCE ROW LEVEL SECURITY;
CREATE POLICY by_organization ON workspace_groups
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
ALTER TABLE workspaces ENABLE ROW LEVEL SECURITY;
ALTER TABLE workspaces FORCE ROW LEVEL SECURITY;
CREATE POLICY by_organization ON workspaces
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
ALTER TABLE workspace_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE workspace_members FORCE ROW LEVEL SECURITY;
CREATE POLICY by_organization ON workspace_members
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
ALTER TABLE workspace_grants ENABLE ROW LEVEL SECURITY;
ALTER TABLE workspace_grants FORCE ROW LEVEL SECURITY;
CREATE POLICY by_organization ON workspace_grants
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
ALTER TABLE workspace_counts ENABLE ROW LEVEL SECURITY;
ALTER TABLE workspace_counts FORCE ROW LEVEL SECURITY;
CREATE POLICY by_organization ON workspace_counts
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
