ALTER TABLE memberships
    DROP CONSTRAINT memberships_source_known,
    ADD CONSTRAINT memberships_source_known
        CHECK (source IN ('creator', 'sign_up', 'direct_add', 'invitation', 'domain', 'sso', 'scim')) NOT VALID;
