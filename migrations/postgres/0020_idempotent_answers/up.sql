-- What requests with a key of the client's were answered, kept for a day or so for their repetition.
CREATE TABLE idempotent_answers (
    organization_id uuid NOT NULL,
    user_id uuid NOT NULL,
    operation text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    fingerprint text NOT NULL,
    answer text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT idempotent_answers_pkey PRIMARY KEY (organization_id, user_id, operation, key),
    CONSTRAINT idempotent_answers_organization_id_fkey
        FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT idempotent_answers_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT idempotent_answers_key_length CHECK (octet_length(key) <= 1024)
);

-- Those to forget, oldest first.
CREATE INDEX idempotent_answers_organization_id_created_at_idx ON idempotent_answers (organization_id, created_at);
-- For accounts that go.
CREATE INDEX idempotent_answers_user_id_idx ON idempotent_answers (user_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON idempotent_answers TO guildhall_app;

ALTER TABLE idempotent_answers ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotent_answers FORCE ROW LEVEL SECURITY;
CREATE POLICY by_organization ON idempotent_answers
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
