-- Since when an account's address is known to be its user's; until then it grants nothing.
ALTER TABLE users ADD COLUMN email_verified_at INTEGER;

-- The link that shows it: one per account, a new one takes the place of the one before.
CREATE TABLE email_verifications (
    user_id BLOB NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    token_digest BLOB NOT NULL UNIQUE CHECK (length(token_digest) = 32),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
