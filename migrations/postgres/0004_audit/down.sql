DROP TABLE platform_audit_events;
DROP TABLE platform_audit_head;
DROP TABLE audit_events;
DROP TABLE audit_heads;
