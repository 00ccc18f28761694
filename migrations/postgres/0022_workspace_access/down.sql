DROP FUNCTION check_batch(bytea, uuid, uuid[], uuid[]);
DROP FUNCTION check_many(bytea[], uuid[], uuid[], uuid[]);
CREATE FUNCTION check_many(digests bytea[], organizations uuid[], subjects uuid[]) RETURNS TABLE (
    place integer,
    session_id uuid,
    user_id uuid,
    email text,
    name text,
    superadmin boolean,
    disabled boolean,
    last_seen_at timestamptz,
    expires_at timestamptz,
    active_organization_id uuid,
    organization_id uuid,
    organization_status text,
    member_id uuid,
    member_role text,
    member_role_id uuid,
    member_permissions text[],
    subject_id uuid,
    subject_role text,
    subject_role_id uuid,
    subject_permissions text[]
) LANGUAGE plpgsql VOLATILE SECURITY INVOKER SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    chosen uuid;
    target uuid;
    stated uuid;
    scope text;
BEGIN
    FOR number IN 1..cardinality(digests) LOOP
        SELECT number, s.id, u.id, u.email, u.name, u.superadmin, u.disabled_at IS NOT NULL, s.last_seen_at,
            s.expires_at, u.active_organization_id
        INTO place, session_id, user_id, email, name, superadmin, disabled, last_seen_at, expires_at, chosen
        FROM sessions s JOIN users u ON u.id = s.user_id
        WHERE s.token_digest = digests[number];
        CONTINUE WHEN session_id IS NULL;
        active_organization_id := NULL;
        target := organizations[number];
        IF target IS NULL THEN
            scope := set_config('app.organization_id', '', true);
            scope := set_config('app.user_id', user_id::text, true);
            active_organization_id := active_organization_of(user_id, chosen);
            target := active_organization_id;
            scope := set_config('app.user_id', '', true);
            stated := NULL;
        END IF;

        -- From here on as inside the organization; without one, nothing is visible.
        IF stated IS DISTINCT FROM target THEN
            scope := set_config('app.organization_id', coalesce(target::text, ''), true);
            stated := target;
        END IF;
        SELECT o.id, o.status, m.id, m.role, m.role_id
        INTO organization_id, organization_status, member_id, member_role, member_role_id
        FROM organizations o
        LEFT JOIN memberships m ON m.organization_id = o.id AND m.user_id = check_many.user_id
        WHERE o.id = target;
        member_permissions := NULL;
        IF member_role_id IS NOT NULL THEN
            SELECT r.permissions INTO member_permissions
            FROM roles r WHERE r.organization_id = target AND r.id = member_role_id;
        END IF;
        IF subjects[number] IS NULL THEN
            subject_id := NULL;
            subject_role := NULL;
            subject_role_id := NULL;
            subject_permissions := NULL;
        ELSE
            SELECT m.id, m.role, m.role_id, r.permissions
            INTO subject_id, subject_role, subject_role_id, subject_permissions
            FROM memberships m
            JOIN users u ON u.id = m.user_id AND u.disabled_at IS NULL
            LEFT JOIN roles r ON r.organization_id = m.organization_id AND r.id = m.role_id
            WHERE m.organization_id = target AND m.user_id = subjects[number];
        END IF;
        RETURN NEXT;
    END LOOP;
END
$$;

DROP FUNCTION open_organization(uuid, uuid, boolean);
CREATE FUNCTION open_organization(organization uuid, caller uuid, taking boolean) RETURNS TABLE (
    id uuid,
    name text,
    slug text,
    description text,
    domain text,
    status text,
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
    last_active_at timestamptz
) LANGUAGE plpgsql VOLATILE SECURITY INVOKER AS $$
#variable_conflict use_column
BEGIN
    IF taking THEN
        PERFORM FROM organizations o WHERE o.id = organization FOR NO KEY UPDATE;
    END IF;
    RETURN QUERY
        SELECT o.id, o.name, o.slug, o.description, o.domain, o.status, o.plan, o.overrides,
            o.users_count, o.owners_count, o.workspaces_count, o.created_at, o.updated_at, o.version,
            m.id, m.role, m.role_id, r.permissions, m.last_active_at
        FROM organizations o
        LEFT JOIN memberships m ON m.organization_id = o.id AND m.user_id = caller
        LEFT JOIN roles r ON r.organization_id = m.organization_id AND r.id = m.role_id
        WHERE o.id = organization;
END
$$;

REVOKE ALL ON FUNCTION check_many(bytea[], uuid[], uuid[]), open_organization(uuid, uuid, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION check_many(bytea[], uuid[], uuid[]), open_organization(uuid, uuid, boolean) TO guildhall_app;
