-- Who was removed, or left, and did not come back since.
CREATE TABLE departures (
    organization_id uuid NOT NULL,
    user_id uuid NOT NULL,
    departed_at timestamptz NOT NULL,
    CONSTRAINT departures_pkey PRIMARY KEY (organization_id, user_id),
    CONSTRAINT departures_organization_id_fkey
        FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT departures_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

-- For accounts that go.
CREATE INDEX departures_user_id_idx ON departures (user_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON departures TO guildhall_app;

ALTER TABLE departures ENABLE ROW LEVEL SECURITY;
ALTER TABLE departures FORCE ROW LEVEL SECURITY;
CREATE POLICY by_organization ON departures
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
