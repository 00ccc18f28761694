-- Statements that must state whom they are for, and then read, in one round
-- trip. Each runs in a transaction of its own, with which its settings end.
-- SECURITY INVOKER: row-level security holds inside as it does outside.
-- Settings are made by assignment, which plpgsql evaluates without a query.

CREATE FUNCTION authenticate(
    digest bytea,
    OUT session_id uuid,
    OUT user_id uuid,
    OUT email text,
    OUT name text,
    OUT superadmin boolean,
    OUT disabled boolean,
    OUT last_seen_at timestamptz,
    OUT expires_at timestamptz,
    OUT active_organization_id uuid
) LANGUAGE plpgsql VOLATILE SECURITY INVOKER AS $$
#variable_conflict use_column
DECLARE
    chosen uuid;
    scope text;
BEGIN
    SELECT s.id, u.id, u.email, u.name, u.superadmin, u.disabled_at IS NOT NULL, s.last_seen_at, s.expires_at,
        u.active_organization_id
    INTO session_id, user_id, email, name, superadmin, disabled, last_seen_at, expires_at, chosen
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.token_digest = authenticate.digest;
    IF session_id IS NULL THEN
        RETURN;
    END IF;
    scope := set_config('app.user_id', user_id::text, true);
    IF chosen IS NOT NULL THEN
        SELECT m.organization_id INTO active_organization_id
        FROM memberships m WHERE m.user_id = authenticate.user_id AND m.organization_id = chosen;
    END IF;
    IF active_organization_id IS NULL THEN
        SELECT m.organization_id INTO active_organization_id
        FROM memberships m WHERE m.user_id = authenticate.user_id ORDER BY m.created_at, m.id LIMIT 1;
    END IF;
END
$$;

-- With `organization` null: in the caller's active organization.
CREATE FUNCTION check_facts(
    digest bytea,
    organization uuid,
    subject uuid,
    OUT session_id uuid,
    OUT user_id uuid,
    OUT email text,
    OUT name text,
    OUT superadmin boolean,
    OUT disabled boolean,
    OUT last_seen_at timestamptz,
    OUT expires_at timestamptz,
    OUT active_organization_id uuid,
    OUT organization_id uuid,
    OUT organization_status text,
    OUT member_id uuid,
    OUT member_role text,
    OUT member_role_id uuid,
    OUT member_permissions text[],
    OUT subject_id uuid,
    OUT subject_role text,
    OUT subject_role_id uuid,
    OUT subject_permissions text[]
) LANGUAGE plpgsql VOLATILE SECURITY INVOKER AS $$
#variable_conflict use_column
DECLARE
    chosen uuid;
    scope text;
BEGIN
    SELECT s.id, u.id, u.email, u.name, u.superadmin, u.disabled_at IS NOT NULL, s.last_seen_at, s.expires_at,
        u.active_organization_id
    INTO session_id, user_id, email, name, superadmin, disabled, last_seen_at, expires_at, chosen
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.token_digest = check_facts.digest;
    IF session_id IS NULL THEN
        RETURN;
    END IF;
    scope := set_config('app.user_id', user_id::text, true);
    IF chosen IS NOT NULL THEN
        SELECT m.organization_id INTO active_organization_id
        FROM memberships m WHERE m.user_id = check_facts.user_id AND m.organization_id = chosen;
    END IF;
    IF active_organization_id IS NULL THEN
        SELECT m.organization_id INTO active_organization_id
        FROM memberships m WHERE m.user_id = check_facts.user_id ORDER BY m.created_at, m.id LIMIT 1;
    END IF;
    IF check_facts.organization IS NULL THEN
        organization := active_organization_id;
        IF organization IS NULL THEN
            RETURN;
        END IF;
    END IF;

    -- From here on as inside the organization, and no longer on the account.
    scope := set_config('app.organization_id', organization::text, true);
    scope := set_config('app.user_id', '', true);
    SELECT o.id, o.status, m.id, m.role, m.role_id
    INTO organization_id, organization_status, member_id, member_role, member_role_id
    FROM organizations o
    LEFT JOIN memberships m ON m.organization_id = o.id AND m.user_id = check_facts.user_id
    WHERE o.id = check_facts.organization;
    IF member_role_id IS NOT NULL THEN
        SELECT r.permissions INTO member_permissions
        FROM roles r WHERE r.organization_id = check_facts.organization AND r.id = member_role_id;
    END IF;
    IF subject IS NOT NULL AND organization_id IS NOT NULL THEN
        SELECT m.id, m.role, m.role_id, r.permissions
        INTO subject_id, subject_role, subject_role_id, subject_permissions
        FROM memberships m
        LEFT JOIN roles r ON r.organization_id = m.organization_id AND r.id = m.role_id
        WHERE m.organization_id = check_facts.organization AND m.user_id = subject;
    END IF;
END
$$;

-- An organization and the caller's place in it. A writing unit of work takes
-- the organization first: the statement after that sees what the unit of work
-- before it has committed, which one statement that locks and joins would not
-- (it reads the joined rows as of its own beginning).
CREATE FUNCTION open_organization(organization uuid, caller uuid, taking boolean) RETURNS TABLE (
    id uuid,
    name text,
    slug text,
    description text,
    domain text,
    status text,
    plan text,
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
        SELECT o.id, o.name, o.slug, o.description, o.domain, o.status, o.plan,
            o.users_count, o.owners_count, o.workspaces_count, o.created_at, o.updated_at, o.version,
            m.id, m.role, m.role_id, r.permissions, m.last_active_at
        FROM organizations o
        LEFT JOIN memberships m ON m.organization_id = o.id AND m.user_id = caller
        LEFT JOIN roles r ON r.organization_id = m.organization_id AND r.id = m.role_id
        WHERE o.id = organization;
END
$$;

-- Notes that a member used the organization; never back in time.
CREATE FUNCTION touch_member(organization uuid, member uuid, at timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY INVOKER AS $$
DECLARE
    scope text;
BEGIN
    scope := set_config('app.organization_id', organization::text, true);
    UPDATE memberships m SET last_active_at = at
    WHERE m.organization_id = organization AND m.user_id = member
        AND (m.last_active_at IS NULL OR m.last_active_at < at);
END
$$;

REVOKE ALL ON FUNCTION authenticate(bytea), check_facts(bytea, uuid, uuid),
    open_organization(uuid, uuid, boolean), touch_member(uuid, uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authenticate(bytea), check_facts(bytea, uuid, uuid),
    open_organization(uuid, uuid, boolean), touch_member(uuid, uuid, timestamptz) TO guildhall_app;
