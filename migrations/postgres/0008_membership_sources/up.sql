-- More ways into an organization. NOT VALID, so that no row is read under this
-- lock; the next migration reads them under one that nobody waits for.
ALTER TABLE memberships
    DROP CONSTRAINT memberships_source_known,
    ADD CONSTRAINT memberships_source_known
        CHECK (source IN ('creator', 'sign_up', 'direct_add', 'invitation', 'domain', 'sso', 'scim')) NOT VALID;
