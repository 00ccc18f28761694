-- Mails that wait to be sent, written with what causes them.
CREATE TABLE mail_queue (
    id uuid NOT NULL,
    -- On behalf of which organization; none where it is an account's own matter.
    organization_id uuid,
    recipient text NOT NULL,
    sealed bytea NOT NULL,
    created_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    attempts integer NOT NULL,
    CONSTRAINT mail_queue_pkey PRIMARY KEY (id),
    CONSTRAINT mail_queue_organization_id_fkey
        FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT mail_queue_recipient_length CHECK (octet_length(recipient) BETWEEN 3 AND 254),
    CONSTRAINT mail_queue_attempts_not_negative CHECK (attempts >= 0)
);

CREATE INDEX mail_queue_due_at_id_idx ON mail_queue (due_at, id);
-- For organizations that go.
CREATE INDEX mail_queue_organization_id_idx ON mail_queue (organization_id) WHERE organization_id IS NOT NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON mail_queue TO guildhall_app;

ALTER TABLE mail_queue ENABLE ROW LEVEL SECURITY;
ALTER TABLE mail_queue FORCE ROW LEVEL SECURITY;
-- Whoever has a reason puts a mail in; only the sender sees what is there.
CREATE POLICY visible ON mail_queue FOR SELECT USING (current_setting('app.platform', true) = 'on');
CREATE POLICY queued ON mail_queue FOR INSERT
    WITH CHECK (CASE
        WHEN nullif(current_setting('app.organization_id', true), '') IS NOT NULL
            THEN organization_id = nullif(current_setting('app.organization_id', true), '')::uuid
        ELSE organization_id IS NULL AND nullif(current_setting('app.user_id', true), '') IS NOT NULL
    END);
CREATE POLICY changed_by_sender ON mail_queue FOR UPDATE USING (current_setting('app.platform', true) = 'on');
CREATE POLICY deleted_by_sender ON mail_queue FOR DELETE USING (current_setting('app.platform', true) = 'on');
