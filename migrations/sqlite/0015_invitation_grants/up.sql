-- The access to single workspaces that an invitation comes with. Refers to
-- nothing: they may be gone when somebody accepts it.
ALTER TABLE invitations ADD COLUMN grants TEXT NOT NULL DEFAULT '[]'
    CHECK (json_valid(grants) AND json_type(grants) = 'array');
