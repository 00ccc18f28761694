-- Statements that must state whom they are for, and then read, in one round
-- trip. Each runs in a transaction of its own, with which its settings end.
-- SECURITY INVOKER: row-level security holds inside as it does outside.
-- Settings are made by assignment, which plpgsql evaluates without a query.
--
-- Plans are kept with the connection. `enable_seqscan = off`: a plan that was
-- made while the tables were small must not scan them when they are large.

-- Who holds each of the tokens with these digests. Answers are found by their
-- place; a digest that nobody holds has none. Many at once, because a round
-- trip costs more than the reading.
CREATE FUNCTION authenticate_many(digests bytea[]) RETURNS TABLE (
    place integer,
    session_id uuid,
    user_id uuid,
    email text,
    name text,
    superadmin boolean,
    disabled boolean,
    last_seen_at timestamptz,
    expires_at timestamptz,
    active_organization_id uuid
) LANGUAGE plpgsql VOLATILE SECURITY INVOKER SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    chosen uuid;
    scope text;
BEGIN
    FOR number IN 1..cardinality(digests) LOOP
        SELECT number, s.id, u.id, u.email, u.name, u.superadmin, u.disabled_at IS NOT NULL, s.last_seen_at,
            s.expires_at, u.active_organization_id
        INTO place, session_id, user_id, email, name, superadmin, disabled, last_seen_at, expires_at, chosen
        FROM sessions s JOIN users u ON u.id = s.user_id
        WHERE s.token_digest = digests[number];
        CONTINUE WHEN session_id IS NULL;
        scope := set_config('app.user_id', user_id::text, true);
        active_organization_id := active_organization_of(user_id, chosen);
        RETURN NEXT;
    END LOOP;
END
$$;

-- The organization that `me` stands for: the chosen one if still a member of
-- it, else the one joined first. Runs as on the account (app.user_id).
CREATE FUNCTION active_organization_of(account uuid, chosen uuid) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY INVOKER AS $$
DECLARE
    found uuid;
BEGIN
    IF chosen IS NOT NULL THEN
        SELECT m.organization_id INTO found FROM memberships m
        WHERE m.user_id = account AND m.organization_id = chosen;
    END IF;
    IF found IS NULL THEN
        SELECT m.organization_id INTO found FROM memberships m
        WHERE m.user_id = account ORDER BY m.created_at, m.id LIMIT 1;
    END IF;
    RETURN found;
END
$$;

-- What each of these permission checks needs. Where the organization is null,
-- in the caller's active one; only then is that looked up. The settings state
-- anew for each check whom it is for, so that no check sees another's rows.
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

REVOKE ALL ON FUNCTION authenticate_many(bytea[]), check_many(bytea[], uuid[], uuid[]),
    active_organization_of(uuid, uuid), open_organization(uuid, uuid, boolean), touch_member(uuid, uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authenticate_many(bytea[]), check_many(bytea[], uuid[], uuid[]),
    active_organization_of(uuid, uuid), open_organization(uuid, uuid, boolean), touch_member(uuid, uuid, timestamptz) TO guildhall_app;
