ALTER TABLE invitations DROP COLUMN grants;
