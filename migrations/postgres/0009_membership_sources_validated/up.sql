-- Reads every membership while the service goes on reading and writing.
ALTER TABLE memberships VALIDATE CONSTRAINT memberships_source_known;
