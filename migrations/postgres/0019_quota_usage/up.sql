-- What is used of each resource, as the product reports it (N-18).
CREATE TABLE quota_usage (
    organization_id uuid NOT NULL,
    quota text COLLATE "C" NOT NULL,
    used bigint NOT NULL,
    CONSTRAINT quota_usage_pkey PRIMARY KEY (organization_id, quota),
    CONSTRAINT quota_usage_organization_id_fkey
        FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    -- Beyond that, JSON readers do not keep numbers exactly.
    CONSTRAINT quota_usage_used_in_range CHECK (used BETWEEN 0 AND 9007199254740991)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON quota_usage TO guildhall_app;

ALTER TABLE quota_usage ENABLE ROW LEVEL SECURITY;
ALTER TABLE quota_usage FORCE ROW LEVEL SECURITY;
CREATE POLICY by_organization ON quota_usage
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
