CREATE OR REPLACE FUNCTION is_own_organization(organization uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY INVOKER AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM memberships m
        WHERE m.organization_id = organization
            AND m.user_id = nullif(current_setting('app.user_id', true), '')::uuid
    );
END
$$;
