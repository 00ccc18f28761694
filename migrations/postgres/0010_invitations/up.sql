CREATE TABLE invitations (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    email text COLLATE "C" NOT NULL,
    role text NOT NULL,
    -- No foreign key: a role may go while an invitation waits, which is found out at acceptance.
    role_id uuid,
    all_read boolean NOT NULL,
    all_write boolean NOT NULL,
    message text,
    invited_by uuid,
    status text NOT NULL,
    token_digest bytea NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT invitations_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT invitations_token_digest_key UNIQUE (token_digest),
    CONSTRAINT invitations_organization_id_fkey
        FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT invitations_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT invitations_email_length CHECK (octet_length(email) BETWEEN 3 AND 254),
    CONSTRAINT invitations_role_known CHECK (role IN ('owner', 'admin', 'member', 'custom')),
    CONSTRAINT invitations_role_id_where_custom CHECK ((role = 'custom') = (role_id IS NOT NULL)),
    CONSTRAINT invitations_message_length CHECK (char_length(message) BETWEEN 1 AND 2000),
    CONSTRAINT invitations_status_known CHECK (status IN ('pending', 'expired', 'accepted', 'declined', 'revoked')),
    CONSTRAINT invitations_token_digest_length CHECK (octet_length(token_digest) = 32),
    CONSTRAINT invitations_version_positive CHECK (version >= 1)
);

-- One pending per address and organization, in time or not (R-INV-3).
CREATE UNIQUE INDEX invitations_organization_id_email_pending_key ON invitations (organization_id, email)
    WHERE status = 'pending';
CREATE INDEX invitations_organization_id_status_id_idx ON invitations (organization_id, status, id);
CREATE INDEX invitations_organization_id_email_id_idx ON invitations (organization_id, email, id);
-- "Invitations to me", in whatever organization.
CREATE INDEX invitations_email_id_pending_idx ON invitations (email, id) WHERE status = 'pending';
-- For accounts that go.
CREATE INDEX invitations_invited_by_idx ON invitations (invited_by) WHERE invited_by IS NOT NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON invitations TO guildhall_app;

-- Whether an address is that of the account that is stated (app.user_id).
CREATE FUNCTION is_own_address(address text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY INVOKER AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM users u
        WHERE u.id = nullif(current_setting('app.user_id', true), '')::uuid AND u.email = address
    );
END
$$;
REVOKE ALL ON FUNCTION is_own_address(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_own_address(text) TO guildhall_app;

-- As in 0005: one policy per command, with branches.
ALTER TABLE invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitations FORCE ROW LEVEL SECURITY;
-- A user sees the pending ones to their own address; the operator finds one by its token.
CREATE POLICY visible ON invitations FOR SELECT
    USING (CASE
        WHEN nullif(current_setting('app.organization_id', true), '') IS NOT NULL
            THEN organization_id = nullif(current_setting('app.organization_id', true), '')::uuid
        WHEN nullif(current_setting('app.user_id', true), '') IS NOT NULL
            THEN status = 'pending' AND is_own_address(email)
        ELSE current_setting('app.platform', true) = 'on'
    END);
CREATE POLICY made_inside ON invitations FOR INSERT
    WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
CREATE POLICY changed_inside ON invitations FOR UPDATE
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
CREATE POLICY deleted_inside ON invitations FOR DELETE
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
