-- What the installation as a whole remembers.
CREATE TABLE installation (
    -- Exactly one row.
    id boolean NOT NULL DEFAULT true,
    -- The organization that users without one share (N-05).
    default_organization_id uuid,
    CONSTRAINT installation_pkey PRIMARY KEY (id),
    CONSTRAINT installation_single CHECK (id),
    CONSTRAINT installation_default_organization_id_fkey
        FOREIGN KEY (default_organization_id) REFERENCES organizations (id) ON DELETE SET NULL
);

-- For organizations that go.
CREATE INDEX installation_default_organization_id_idx ON installation (default_organization_id);

INSERT INTO installation DEFAULT VALUES;

GRANT SELECT, UPDATE ON installation TO guildhall_app;
