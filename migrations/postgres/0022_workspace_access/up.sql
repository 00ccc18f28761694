-- As before, with the flags of the membership; what a function gives cannot be replaced.
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
        SELECT o.id, o.name, o.slug, o.description, o.domain, o.status, o.plan, o.overrides,
            o.users_count, o.owners_count, o.workspaces_count, o.created_at, o.updated_at, o.version,
            m.id, m.role, m.role_id, r.permissions, m.all_read, m.all_write, m.last_active_at
        FROM organizations o
        LEFT JOIN memberships m ON m.organization_id = o.id AND m.user_id = caller
        LEFT JOIN roles r ON r.organization_id = m.organization_id AND r.id = m.role_id
        WHERE o.id = organization;
END
$$;

-- As before, with the flags of the memberships, and with the workspace where one is named.
DROP FUNCTION check_many(bytea[], uuid[], uuid[]);
CREATE FUNCTION check_many(digests bytea[], organizations uuid[], subjects uuid[], workspaces uuid[]) RETURNS TABLE (
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
    member_all_read boolean,
    member_all_write boolean,
    subject_id uuid,
    subject_role text,
    subject_role_id uuid,
    subject_permissions text[],
    subject_all_read boolean,
    subject_all_write boolean,
    workspace_id uuid,
    workspace_personal_of uuid,
    workspace_archived boolean,
    workspace_default_access text,
    workspace_role text,
    workspace_grant text
) LANGUAGE plpgsql VOLATILE SECURITY INVOKER SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    chosen uuid;
    target uuid;
    stated uuid;
    tied uuid;
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
        SELECT o.id, o.status, m.id, m.role, m.role_id, m.all_read, m.all_write
        INTO organization_id, organization_status, member_id, member_role, member_role_id, member_all_read,
            member_all_write
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
            subject_all_read := NULL;
            subject_all_write := NULL;
            tied := member_id;
        ELSE
            SELECT m.id, m.role, m.role_id, r.permissions, m.all_read, m.all_write
            INTO subject_id, subject_role, subject_role_id, subject_permissions, subject_all_read, subject_all_write
            FROM memberships m
            JOIN users u ON u.id = m.user_id AND u.disabled_at IS NULL
            LEFT JOIN roles r ON r.organization_id = m.organization_id AND r.id = m.role_id
            WHERE m.organization_id = target AND m.user_id = subjects[number];
            tied := subject_id;
        END IF;
        IF workspaces[number] IS NULL THEN
            workspace_id := NULL;
            workspace_personal_of := NULL;
            workspace_archived := NULL;
            workspace_default_access := NULL;
            workspace_role := NULL;
            workspace_grant := NULL;
        ELSE
            SELECT w.id, w.personal_of, w.archived, w.default_access,
                -- Looked up, not joined: joining them takes a fifth longer.
                (SELECT p.role FROM workspace_members p
                    WHERE p.organization_id = target AND p.workspace_id = w.id AND p.member_id = tied),
                (SELECT g.access FROM workspace_grants g
                    WHERE g.organization_id = target AND g.workspace_id = w.id AND g.member_id = tied)
            INTO workspace_id, workspace_personal_of, workspace_archived, workspace_default_access, workspace_role,
                workspace_grant
            FROM workspaces w
            WHERE w.organization_id = target AND w.id = workspaces[number];
        END IF;
        RETURN NEXT;
    END LOOP;
END
$$;

-- What many permission checks of one caller in one organization need. The
-- caller is at place 0, with their own membership; the checks have theirs, each
-- with the subject's membership. Nothing at all where nobody holds the token.
--
-- Each check is a look into indexes, also for a plan that was made while there
-- was little to look through.
CREATE FUNCTION check_batch(digest bytea, organization uuid, subjects uuid[], workspaces uuid[]) RETURNS TABLE (
    place bigint,
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
    member_all_read boolean,
    member_all_write boolean,
    workspace_id uuid,
    workspace_personal_of uuid,
    workspace_archived boolean,
    workspace_default_access text,
    workspace_role text,
    workspace_grant text
) LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
    target uuid := organization;
    scope text;
BEGIN
    SELECT 0, s.id, u.id, u.email, u.name, u.superadmin, u.disabled_at IS NOT NULL, s.last_seen_at, s.expires_at,
        u.active_organization_id
    INTO place, session_id, user_id, email, name, superadmin, disabled, last_seen_at, expires_at,
        active_organization_id
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.token_digest = digest;
    IF session_id IS NULL THEN
        RETURN;
    END IF;
    IF target IS NULL THEN
        scope := set_config('app.organization_id', '', true);
        scope := set_config('app.user_id', user_id::text, true);
        active_organization_id := active_organization_of(user_id, active_organization_id);
        target := active_organization_id;
        scope := set_config('app.user_id', '', true);
    ELSE
        active_organization_id := NULL;
    END IF;

    -- From here on as inside the organization; without one, nothing is visible.
    scope := set_config('app.organization_id', coalesce(target::text, ''), true);
    SELECT o.id, o.status, m.id, m.role, m.role_id, r.permissions, m.all_read, m.all_write
    INTO organization_id, organization_status, member_id, member_role, member_role_id, member_permissions,
        member_all_read, member_all_write
    FROM organizations o
    LEFT JOIN memberships m ON m.organization_id = o.id AND m.user_id = check_batch.user_id
    LEFT JOIN roles r ON r.organization_id = m.organization_id AND r.id = m.role_id
    WHERE o.id = target;
    RETURN NEXT;

    RETURN QUERY
        SELECT asked.place, NULL::uuid, NULL::uuid, NULL::text, NULL::text, NULL::boolean, NULL::boolean,
            NULL::timestamptz, NULL::timestamptz, NULL::uuid, NULL::uuid, NULL::text,
            m.id, m.role, m.role_id, m.permissions, m.all_read, m.all_write,
            w.id, w.personal_of, w.archived, w.default_access,
            -- Not joined: for few rows PostgreSQL might read everybody in the workspace to find one.
            (SELECT p.role FROM workspace_members p
                WHERE p.organization_id = target AND p.workspace_id = w.id
                    AND p.member_id = CASE WHEN asked.subject IS NULL THEN check_batch.member_id ELSE m.id END),
            (SELECT g.access FROM workspace_grants g
                WHERE g.organization_id = target AND g.workspace_id = w.id
                    AND g.member_id = CASE WHEN asked.subject IS NULL THEN check_batch.member_id ELSE m.id END)
        FROM unnest(subjects, workspaces) WITH ORDINALITY AS asked (subject, workspace, place)
        LEFT JOIN LATERAL (
            SELECT s.id, s.role, s.role_id, s.all_read, s.all_write, r.permissions
            FROM memberships s
            JOIN users u ON u.id = s.user_id AND u.disabled_at IS NULL
            LEFT JOIN roles r ON r.organization_id = s.organization_id AND r.id = s.role_id
            WHERE s.organization_id = target AND s.user_id = asked.subject) m ON true
        LEFT JOIN workspaces w ON w.organization_id = target AND w.id = asked.workspace;
END
$$;

REVOKE ALL ON FUNCTION open_organization(uuid, uuid, boolean), check_many(bytea[], uuid[], uuid[], uuid[]),
    check_batch(bytea, uuid, uuid[], uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_organization(uuid, uuid, boolean), check_many(bytea[], uuid[], uuid[], uuid[]),
    check_batch(bytea, uuid, uuid[], uuid[]) TO guildhall_app;
