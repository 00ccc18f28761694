-- Where the organization's days and months begin (M-26). A constant default rewrites no row.
ALTER TABLE organizations ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC'
    CONSTRAINT organizations_time_zone_length CHECK (octet_length(time_zone) BETWEEN 1 AND 64);

-- As before, with the new column; what a function gives cannot be replaced.
DROP FUNCTION open_organization(uuid, uuid, boolean);
CREATE FUNCTION open_organization(organization uuid, caller uuid, taking boolean) RETURNS TABLE (
    id uuid,
    name text,
    slug text,
    description text,
    domain text,
    status text,
    time_zone text,
    plan text,
    overrides jsonb,
    users_count bigint,
    owners_count bigint,
    workspaces_count bigint,
    created_at timestamptz,
    updated_at timestamptz,
    version bigint,
    member_id uuid,
    member_role text,
    member_role_id uuid,
    member_permissions text[],
    member_all_read boolean,
    member_all_write boolean,
    last_active_at timestamptz
) LANGUAGE plpgsql VOLATILE SECURITY INVOKER AS $$
#variable_conflict use_column
BEGIN
    IF taking THEN
        PERFORM FROM organizations o WHERE o.id = organization FOR NO KEY UPDATE;
    END IF;
    RETURN QUERY
        SELECT o.id, o.name, o.slug, o.description, o.domain, o.status, o.time_zone, o.plan, o.overrides,
            o.users_count, o.owners_count, o.workspaces_count, o.created_at, o.updated_at, o.version,
            m.id, m.role, m.role_id, r.permissions, m.all_read, m.all_write, m.last_active_at
        FROM organizations o
        LEFT JOIN memberships m ON m.organization_id = o.id AND m.user_id = caller
        LEFT JOIN roles r ON r.organization_id = m.organization_id AND r.id = m.role_id
        WHERE o.id = organization;
END
$$;

REVOKE ALL ON FUNCTION open_organization(uuid, uuid, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_organization(uuid, uuid, boolean) TO guildhall_app;
