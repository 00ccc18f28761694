ALTER TABLE organizations DROP COLUMN overrides;
