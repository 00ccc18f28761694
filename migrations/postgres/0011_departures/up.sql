-- Whose holder was removed, or left, and did not come back since. An address,
-- without a foreign key: it outlives the account and may come back with another.
CREATE TABLE departures (
    organization_id uuid NOT NULL,
    email text COLLATE "C" NOT NULL,
    departed_at timestamptz NOT NULL,
    CONSTRAINT departures_pkey PRIMARY KEY (organization_id, email),
    CONSTRAINT departures_organization_id_fkey
        FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT departures_email_length CHECK (octet_length(email) BETWEEN 3 AND 254)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON departures TO guildhall_app;

ALTER TABLE departures ENABLE ROW LEVEL SECURITY;
ALTER TABLE departures FORCE ROW LEVEL SECURITY;
CREATE POLICY by_organization ON departures
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
