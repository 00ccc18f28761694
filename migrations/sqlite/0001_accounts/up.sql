-- Accounts belong to the installation, not to a tenant: one person may be a
-- member of many organizations.
--
-- In every table: identifiers are BLOB(16), times are microseconds since 1970
-- in UTC, JSON is TEXT, truth values are 0 or 1, hashes are BLOBs.

CREATE TABLE users (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    email TEXT NOT NULL UNIQUE CHECK (length(email) BETWEEN 3 AND 254),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    preferred_name TEXT CHECK (length(preferred_name) BETWEEN 1 AND 120),
    pronouns TEXT CHECK (length(pronouns) BETWEEN 1 AND 120),
    timezone TEXT CHECK (length(timezone) BETWEEN 1 AND 120),
    notes TEXT CHECK (length(notes) BETWEEN 1 AND 2000),
    context TEXT CHECK (length(context) BETWEEN 1 AND 2000),
    -- The lower-case name, a line break, the e-mail: what searches look in.
    -- The program writes it, because lower() here knows only ASCII.
    search_key TEXT NOT NULL,
    superadmin INTEGER NOT NULL CHECK (superadmin IN (0, 1)),
    disabled_at INTEGER,
    -- As the user chose it; whether they are still a member is looked up when it is used.
    active_organization_id BLOB CHECK (length(active_organization_id) = 16),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    -- What memberships point to, so that their copy of the e-mail cannot differ.
    UNIQUE (id, email)
) STRICT, WITHOUT ROWID;

-- Apart from the account, so that reading an account never reads a hash.
CREATE TABLE user_passwords (
    user_id BLOB NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    hash TEXT NOT NULL CHECK (length(hash) > 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    token_digest BLOB NOT NULL UNIQUE CHECK (length(token_digest) = 32),
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    user_agent TEXT,
    ip_address TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user_id, id);
