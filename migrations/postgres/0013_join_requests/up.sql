CREATE TABLE join_requests (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    status text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT join_requests_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT join_requests_organization_id_user_id_key UNIQUE (organization_id, user_id),
    CONSTRAINT join_requests_organization_id_fkey
        FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT join_requests_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT join_requests_status_known CHECK (status IN ('pending', 'declined'))
);

CREATE INDEX join_requests_organization_id_id_pending_idx ON join_requests (organization_id, id)
    WHERE status = 'pending';
-- For accounts that go.
CREATE INDEX join_requests_user_id_idx ON join_requests (user_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON join_requests TO guildhall_app;

ALTER TABLE join_requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE join_requests FORCE ROW LEVEL SECURITY;
-- A user sees their own.
CREATE POLICY visible ON join_requests FOR SELECT
    USING (CASE
        WHEN nullif(current_setting('app.organization_id', true), '') IS NOT NULL
            THEN organization_id = nullif(current_setting('app.organization_id', true), '')::uuid
        ELSE user_id = nullif(current_setting('app.user_id', true), '')::uuid
    END);
CREATE POLICY made_inside ON join_requests FOR INSERT
    WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
CREATE POLICY changed_inside ON join_requests FOR UPDATE
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
CREATE POLICY deleted_inside ON join_requests FOR DELETE
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
