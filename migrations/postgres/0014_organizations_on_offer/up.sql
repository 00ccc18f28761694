-- A user also sees the organizations that they could come into: those that
-- invite them, that own their address's domain, that they asked to join.
-- Memberships first, which nearly every look is about.
CREATE OR REPLACE FUNCTION is_own_organization(organization uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY INVOKER AS $$
DECLARE
    account uuid := nullif(current_setting('app.user_id', true), '')::uuid;
    address text COLLATE "C";
BEGIN
    IF EXISTS (SELECT FROM memberships m WHERE m.organization_id = organization AND m.user_id = account) THEN
        RETURN true;
    END IF;
    SELECT u.email INTO address FROM users u WHERE u.id = account;
    RETURN EXISTS (
            SELECT FROM invitations i
            WHERE i.organization_id = organization AND i.email = address AND i.status = 'pending')
        OR EXISTS (
            SELECT FROM organization_domains d
            WHERE d.organization_id = organization AND d.domain = substring(address FROM '[^@]*$')
                AND d.status = 'verified')
        OR EXISTS (SELECT FROM join_requests j WHERE j.organization_id = organization AND j.user_id = account);
END
$$;
