-- Mails that wait to be sent, written with the change that causes them. What
-- they say is sealed, since it holds a token.
CREATE TABLE mail_queue (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    -- On whose behalf; none where it is the installation's.
    organization_id BLOB REFERENCES organizations (id) ON DELETE CASCADE,
    recipient TEXT NOT NULL CHECK (length(recipient) BETWEEN 3 AND 254),
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    -- A sender who takes a mail moves this on, and so keeps it from the others.
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL CHECK (attempts >= 0)
) STRICT, WITHOUT ROWID;

CREATE INDEX mail_queue_by_due_at ON mail_queue (due_at, id);
CREATE INDEX mail_queue_by_organization ON mail_queue (organization_id);
