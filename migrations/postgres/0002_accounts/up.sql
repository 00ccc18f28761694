-- Accounts belong to nobody but themselves: no tenant, no row-level security.
CREATE TABLE users (
    id uuid NOT NULL,
    email text COLLATE "C" NOT NULL,
    name text NOT NULL,
    preferred_name text,
    pronouns text,
    timezone text,
    notes text,
    context text,
    superadmin boolean NOT NULL,
    disabled_at timestamptz,
    -- No foreign key: an organization that is gone, or left, is passed over when `me` is resolved.
    active_organization_id uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    -- Lower-case name and e-mail as the service folds them, for search.
    search_key text NOT NULL,
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_email_key UNIQUE (email),
    -- What memberships refer to, so that their copy of the e-mail cannot differ.
    CONSTRAINT users_id_email_key UNIQUE (id, email),
    CONSTRAINT users_email_length CHECK (octet_length(email) BETWEEN 3 AND 254),
    CONSTRAINT users_name_length CHECK (char_length(name) BETWEEN 1 AND 120),
    CONSTRAINT users_preferred_name_length CHECK (char_length(preferred_name) BETWEEN 1 AND 120),
    CONSTRAINT users_pronouns_length CHECK (char_length(pronouns) BETWEEN 1 AND 120),
    CONSTRAINT users_timezone_length CHECK (char_length(timezone) BETWEEN 1 AND 64),
    CONSTRAINT users_notes_length CHECK (char_length(notes) BETWEEN 1 AND 2000),
    CONSTRAINT users_context_length CHECK (char_length(context) BETWEEN 1 AND 2000),
    CONSTRAINT users_version_positive CHECK (version >= 1)
);

CREATE TABLE user_passwords (
    user_id uuid NOT NULL,
    phc text NOT NULL,
    CONSTRAINT user_passwords_pkey PRIMARY KEY (user_id),
    CONSTRAINT user_passwords_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE TABLE sessions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    token_digest bytea NOT NULL,
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    user_agent text,
    ip_address text,
    CONSTRAINT sessions_pkey PRIMARY KEY (id),
    CONSTRAINT sessions_token_digest_key UNIQUE (token_digest),
    CONSTRAINT sessions_token_digest_length CHECK (octet_length(token_digest) = 32),
    CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX sessions_user_id_id_idx ON sessions (user_id, id);

GRANT SELECT, INSERT, UPDATE, DELETE ON users, user_passwords, sessions TO guildhall_app;
