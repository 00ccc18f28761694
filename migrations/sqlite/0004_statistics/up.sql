-- What the planner cannot know of a new file: how many rows share the first
-- columns of an index. Without it a filtered audit log would be walked from
-- its end instead of being found by the filter's index. They are assumptions
-- about a large installation, so that its plans are those of a small one, too:
-- nothing here runs ANALYZE later, which would make plans depend on the data.

ANALYZE;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    -- A table's own name stands for its primary key.
    ('memberships', 'memberships', '1000000 1000 1'),
    ('memberships', 'sqlite_autoindex_memberships_2', '1000000 1000 1'),
    ('memberships', 'memberships_by_email', '1000000 1000 1 1'),
    ('memberships', 'memberships_by_role', '1000000 1000 50 50 1 1'),
    ('memberships', 'memberships_by_user', '1000000 10 1 1 1'),
    ('audit_events', 'audit_events', '10000000 10000 1'),
    ('audit_events', 'audit_events_by_action', '10000000 10000 500 1'),
    ('audit_events', 'audit_events_by_actor', '10000000 10000 200 1'),
    ('audit_events', 'audit_events_by_target', '10000000 10000 20 1');
