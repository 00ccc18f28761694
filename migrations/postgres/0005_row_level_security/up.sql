-- The last barrier between tenants. Every transaction of the service states
-- whom it is for, local to the transaction:
--
--   app.organization_id   inside one organization
--   app.user_id           on one account
--   app.platform = 'on'   the operator
--
-- What is not stated is empty, and matches nothing. FORCE makes the policies
-- hold for the owner too; only superusers and roles with BYPASSRLS pass.
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
ALTER TABLE roles ENABLE ROW LEVEL SECURITY;
ALTER TABLE roles FORCE ROW LEVEL SECURITY;
ALTER TABLE memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE memberships FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_heads ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_heads FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_events FORCE ROW LEVEL SECURITY;

-- Who sees an organization: those inside it, its members in their list, the
-- operator in theirs. One policy with branches, without sub-selects: PostgreSQL
-- would prepare every alternative anew for every statement, which took longer
-- than reading the one row that is asked for by its key.
CREATE FUNCTION is_own_organization(organization uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY INVOKER AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM memberships m
        WHERE m.organization_id = organization
            AND m.user_id = nullif(current_setting('app.user_id', true), '')::uuid
    );
END
$$;
CREATE FUNCTION is_own_role(organization uuid, role uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY INVOKER AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM memberships m
        WHERE m.organization_id = organization AND m.role_id = is_own_role.role
            AND m.user_id = nullif(current_setting('app.user_id', true), '')::uuid
    );
END
$$;
REVOKE ALL ON FUNCTION is_own_organization(uuid), is_own_role(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_own_organization(uuid), is_own_role(uuid, uuid) TO guildhall_app;

CREATE POLICY visible ON organizations FOR SELECT
    USING (CASE
        WHEN nullif(current_setting('app.organization_id', true), '') IS NOT NULL
            THEN id = nullif(current_setting('app.organization_id', true), '')::uuid
        WHEN nullif(current_setting('app.user_id', true), '') IS NOT NULL
            THEN is_own_organization(id)
        ELSE current_setting('app.platform', true) = 'on'
    END);
CREATE POLICY made_inside ON organizations FOR INSERT
    WITH CHECK (id = (SELECT nullif(current_setting('app.organization_id', true), '')::uuid));
CREATE POLICY changed_inside ON organizations FOR UPDATE
    USING (id = (SELECT nullif(current_setting('app.organization_id', true), '')::uuid));
CREATE POLICY deleted_inside ON organizations FOR DELETE
    USING (id = (SELECT nullif(current_setting('app.organization_id', true), '')::uuid));
-- A user sees their own memberships, where no organization is stated. Again one
-- policy with branches: two alternatives would be read as an OR, for which
-- PostgreSQL gives up the order of the index and reads every member of the
-- organization for one page of them.
CREATE POLICY visible ON memberships FOR SELECT
    USING (CASE
        WHEN nullif(current_setting('app.organization_id', true), '') IS NOT NULL
            THEN organization_id = nullif(current_setting('app.organization_id', true), '')::uuid
        ELSE user_id = nullif(current_setting('app.user_id', true), '')::uuid
    END);
CREATE POLICY made_inside ON memberships FOR INSERT
    WITH CHECK (organization_id = (SELECT nullif(current_setting('app.organization_id', true), '')::uuid));
CREATE POLICY changed_inside ON memberships FOR UPDATE
    USING (organization_id = (SELECT nullif(current_setting('app.organization_id', true), '')::uuid));
CREATE POLICY deleted_inside ON memberships FOR DELETE
    USING (organization_id = (SELECT nullif(current_setting('app.organization_id', true), '')::uuid));
-- A user sees the custom roles that they hold, whose names are in their list.
CREATE POLICY visible ON roles FOR SELECT
    USING (CASE
        WHEN nullif(current_setting('app.organization_id', true), '') IS NOT NULL
            THEN organization_id = nullif(current_setting('app.organization_id', true), '')::uuid
        ELSE is_own_role(organization_id, id)
    END);
CREATE POLICY made_inside ON roles FOR INSERT
    WITH CHECK (organization_id = (SELECT nullif(current_setting('app.organization_id', true), '')::uuid));
CREATE POLICY changed_inside ON roles FOR UPDATE
    USING (organization_id = (SELECT nullif(current_setting('app.organization_id', true), '')::uuid));
CREATE POLICY deleted_inside ON roles FOR DELETE
    USING (organization_id = (SELECT nullif(current_setting('app.organization_id', true), '')::uuid));

-- Nobody but those inside sees the log.
CREATE POLICY by_organization ON audit_heads
    USING (organization_id = (SELECT nullif(current_setting('app.organization_id', true), '')::uuid));
CREATE POLICY by_organization ON audit_events
    USING (organization_id = (SELECT nullif(current_setting('app.organization_id', true), '')::uuid));
