CREATE TABLE organization_domains (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    domain text COLLATE "C" NOT NULL,
    status text NOT NULL,
    challenge text NOT NULL,
    enrolment text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    checked_at timestamptz,
    verified_at timestamptz,
    version bigint NOT NULL,
    CONSTRAINT organization_domains_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT organization_domains_organization_id_domain_key UNIQUE (organization_id, domain),
    CONSTRAINT organization_domains_organization_id_fkey
        FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT organization_domains_domain_length CHECK (octet_length(domain) BETWEEN 1 AND 253),
    CONSTRAINT organization_domains_status_known CHECK (status IN ('pending', 'verified', 'failed')),
    CONSTRAINT organization_domains_challenge_length CHECK (char_length(challenge) BETWEEN 1 AND 200),
    CONSTRAINT organization_domains_enrolment_known CHECK (enrolment IN ('manual', 'suggest', 'automatic')),
    CONSTRAINT organization_domains_version_positive CHECK (version >= 1)
);

-- Many may claim a domain, one has it verified; and that one is found by it.
CREATE UNIQUE INDEX organization_domains_domain_verified_key ON organization_domains (domain)
    WHERE status = 'verified';

GRANT SELECT, INSERT, UPDATE, DELETE ON organization_domains TO guildhall_app;

-- Whether a domain is what stands behind the last @ in the address of the
-- account that is stated (app.user_id).
CREATE FUNCTION is_own_domain(name text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY INVOKER AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM users u
        WHERE u.id = nullif(current_setting('app.user_id', true), '')::uuid
            AND substring(u.email FROM '[^@]*$') = is_own_domain.name
    );
END
$$;
REVOKE ALL ON FUNCTION is_own_domain(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_own_domain(text) TO guildhall_app;

ALTER TABLE organization_domains ENABLE ROW LEVEL SECURITY;
ALTER TABLE organization_domains FORCE ROW LEVEL SECURITY;
-- Outside, only what is verified counts (N-13, N-14).
CREATE POLICY visible ON organization_domains FOR SELECT
    USING (CASE
        WHEN nullif(current_setting('app.organization_id', true), '') IS NOT NULL
            THEN organization_id = nullif(current_setting('app.organization_id', true), '')::uuid
        WHEN nullif(current_setting('app.user_id', true), '') IS NOT NULL
            THEN status = 'verified' AND is_own_domain(domain)
        ELSE status = 'verified' AND current_setting('app.platform', true) = 'on'
    END);
CREATE POLICY made_inside ON organization_domains FOR INSERT
    WITH CHECK (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
CREATE POLICY changed_inside ON organization_domains FOR UPDATE
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
CREATE POLICY deleted_inside ON organization_domains FOR DELETE
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
