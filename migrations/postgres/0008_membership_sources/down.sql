-- What the version before has no word for becomes what it would have said.
-- The owner of the table sees rows only while its policies are not forced.
ALTER TABLE memberships NO FORCE ROW LEVEL SECURITY;
UPDATE memberships SET source = CASE source WHEN 'sign_up' THEN 'creator' ELSE 'direct_add' END
    WHERE source NOT IN ('creator', 'direct_add');
ALTER TABLE memberships FORCE ROW LEVEL SECURITY;
ALTER TABLE memberships
    DROP CONSTRAINT memberships_source_known,
    ADD CONSTRAINT memberships_source_known CHECK (source IN ('creator', 'direct_add'));
