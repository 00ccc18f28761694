-- Nullable and without a default: no row is written anew.
ALTER TABLE users ADD COLUMN email_verified_at timestamptz;

-- The one link per account that is out. Accounts' own, like sessions.
CREATE TABLE email_verifications (
    user_id uuid NOT NULL,
    token_digest bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT email_verifications_pkey PRIMARY KEY (user_id),
    CONSTRAINT email_verifications_token_digest_key UNIQUE (token_digest),
    CONSTRAINT email_verifications_token_digest_length CHECK (octet_length(token_digest) = 32),
    CONSTRAINT email_verifications_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

GRANT SELECT, INSERT, UPDATE, DELETE ON email_verifications TO guildhall_app;
