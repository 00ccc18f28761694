DROP TABLE workspace_counts;
DROP TABLE workspace_grants;
DROP TABLE workspace_members;
DROP TABLE workspaces;
DROP TABLE workspace_groups;
-- What they were counted in is there without them.
UPDATE organizations SET workspaces_count = 0 WHERE workspaces_count <> 0;

DROP INDEX memberships_by_email;
CREATE INDEX memberships_by_email ON memberships (organization_id, email, id);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('memberships', 'memberships_by_email', '1000000 1000 1 1');
