DROP TABLE workspace_counts;
DROP TABLE workspace_grants;
DROP TABLE workspace_members;
DROP TABLE workspaces;
DROP TABLE workspace_groups;

-- The version before has no workspaces to count.
-- The owner of the table sees rows only while its policies are not forced.
ALTER TABLE organizations NO FORCE ROW LEVEL SECURITY;
UPDATE organizations SET workspaces_count = 0 WHERE workspaces_count <> 0;
ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
