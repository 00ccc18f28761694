-- What there is one of on an installation.
CREATE TABLE installation (
    singleton INTEGER NOT NULL PRIMARY KEY CHECK (singleton = 1),
    -- The organization that users without one share.
    default_organization_id BLOB REFERENCES organizations (id) ON DELETE SET NULL
) STRICT;

INSERT INTO installation (singleton) VALUES (1);
