-- The role that the service works as. It owns nothing and bypasses nothing, so
-- that row-level security holds for it. Roles belong to the whole cluster:
-- another database, or an administrator, may have made this one already.
DO $$
DECLARE
    usable boolean;
BEGIN
    -- Two databases of one cluster may be migrated at once, and the advisory
    -- lock of a migration reaches only its own database.
    FOR attempt IN 1..20 LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'guildhall_app') THEN
                CREATE ROLE guildhall_app NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
            END IF;
            -- Since 16, whoever makes a role may grant it but not yet SET it.
            IF current_setting('server_version_num')::integer >= 160000 THEN
                EXECUTE $query$SELECT pg_has_role('guildhall_app', 'SET')$query$ INTO usable;
            ELSE
                usable := pg_has_role('guildhall_app', 'MEMBER');
            END IF;
            IF NOT usable THEN
                EXECUTE format('GRANT guildhall_app TO %I', current_user);
            END IF;
            EXIT;
        EXCEPTION
            WHEN duplicate_object OR unique_violation OR internal_error THEN
                IF attempt = 20 THEN
                    RAISE;
                END IF;
                PERFORM pg_sleep(0.02 * attempt);
        END;
    END LOOP;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'the role guildhall_app is missing and % may not make it', current_user
            USING HINT = format('As an administrator: CREATE ROLE guildhall_app NOLOGIN; GRANT guildhall_app TO %I;', current_user),
                  ERRCODE = 'insufficient_privilege';
END
$$;

-- The service compares the schema with its own at start.
GRANT SELECT ON __diesel_schema_migrations TO guildhall_app;
