-- The role stays: it belongs to the cluster, and other databases may use it.
REVOKE SELECT ON __diesel_schema_migrations FROM guildhall_app;
