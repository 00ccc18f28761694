-- Which single workspaces an invitation gives access to (C-112). No foreign keys: a workspace may go while an
-- invitation waits, and is passed over at acceptance. A constant default rewrites no row.
ALTER TABLE invitations ADD COLUMN grants jsonb NOT NULL DEFAULT '[]';
