CREATE TABLE organizations (
    id uuid NOT NULL,
    name text NOT NULL,
    -- The lower-case name as the service folds it: what lists are sorted by.
    name_key text COLLATE "C" NOT NULL,
    slug text COLLATE "C" NOT NULL,
    description text,
    domain text,
    status text NOT NULL,
    plan text NOT NULL,
    users_count bigint NOT NULL,
    owners_count bigint NOT NULL,
    workspaces_count bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT organizations_pkey PRIMARY KEY (id),
    CONSTRAINT organizations_slug_key UNIQUE (slug),
    CONSTRAINT organizations_name_length CHECK (char_length(name) BETWEEN 1 AND 120),
    CONSTRAINT organizations_slug_form CHECK (slug ~ '^[a-z0-9-]{1,63}$'),
    CONSTRAINT organizations_description_length CHECK (char_length(description) BETWEEN 1 AND 2000),
    CONSTRAINT organizations_domain_length CHECK (octet_length(domain) BETWEEN 1 AND 253),
    CONSTRAINT organizations_status_known CHECK (status IN ('active', 'suspended', 'lockdown')),
    CONSTRAINT organizations_plan_form CHECK (plan ~ '^[A-Z0-9_]{1,63}$'),
    CONSTRAINT organizations_counters_not_negative
        CHECK (users_count >= 0 AND owners_count >= 0 AND workspaces_count >= 0),
    CONSTRAINT organizations_owners_are_members CHECK (owners_count <= users_count),
    CONSTRAINT organizations_version_positive CHECK (version >= 1)
);

-- The operator's list by status, newest first.
CREATE INDEX organizations_status_id_idx ON organizations (status, id);

CREATE TABLE roles (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    description text,
    permissions text[] NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT roles_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT roles_organization_id_name_key_key UNIQUE (organization_id, name_key),
    CONSTRAINT roles_organization_id_fkey
        FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT roles_name_length CHECK (char_length(name) BETWEEN 1 AND 120),
    CONSTRAINT roles_description_length CHECK (char_length(description) BETWEEN 1 AND 2000),
    CONSTRAINT roles_version_positive CHECK (version >= 1)
);

CREATE TABLE memberships (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    -- A copy that the foreign key keeps true, so that one index gives members in the order of their e-mails.
    email text COLLATE "C" NOT NULL,
    role text NOT NULL,
    role_id uuid,
    all_read boolean NOT NULL,
    all_write boolean NOT NULL,
    source text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    last_active_at timestamptz,
    version bigint NOT NULL,
    CONSTRAINT memberships_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT memberships_organization_id_user_id_key UNIQUE (organization_id, user_id),
    CONSTRAINT memberships_organization_id_fkey
        FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT memberships_organization_id_role_id_fkey
        FOREIGN KEY (organization_id, role_id) REFERENCES roles (organization_id, id),
    CONSTRAINT memberships_user_id_email_fkey
        FOREIGN KEY (user_id, email) REFERENCES users (id, email) ON UPDATE CASCADE,
    CONSTRAINT memberships_role_known CHECK (role IN ('owner', 'admin', 'member', 'custom')),
    CONSTRAINT memberships_role_id_where_custom CHECK ((role = 'custom') = (role_id IS NOT NULL)),
    CONSTRAINT memberships_source_known CHECK (source IN ('creator', 'direct_add')),
    CONSTRAINT memberships_version_positive CHECK (version >= 1)
);

CREATE INDEX memberships_organization_id_email_id_idx ON memberships (organization_id, email, id);
CREATE INDEX memberships_organization_id_role_id_idx ON memberships (organization_id, role_id)
    WHERE role_id IS NOT NULL;
-- "My organizations": the one index that does not begin with the tenant.
CREATE INDEX memberships_user_id_organization_id_idx ON memberships (user_id, organization_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON organizations, roles, memberships TO guildhall_app;
