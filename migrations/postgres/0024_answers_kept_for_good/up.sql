-- What the ledger of credits was asked for is answered as long as the ledger is there, not for a day.
-- A constant default rewrites no row.
ALTER TABLE idempotent_answers ADD COLUMN kept_for_good boolean NOT NULL DEFAULT false;

-- Those to forget, oldest first: whoever looks for them does not pass by those that stay.
DROP INDEX idempotent_answers_organization_id_created_at_idx;
CREATE INDEX idempotent_answers_organization_id_created_at_idx ON idempotent_answers (organization_id, created_at)
    WHERE NOT kept_for_good;

-- Read once for each statement, not for each row.
ALTER POLICY by_organization ON idempotent_answers
    USING (organization_id = (SELECT nullif(current_setting('app.organization_id', true), '')::uuid));

-- Every spend keeps an answer, and writes a row of the ledger: there, foreign keys, which look once for every row,
-- take longer than everything else together. Two triggers do what one to `organizations` would, once for every
-- statement.

-- Of BEFORE INSERT: the organization is there, and stays until the end. Row-level security sees to it that all rows
-- are of the organization that the transaction is for.
CREATE FUNCTION organization_exists() RETURNS trigger LANGUAGE plpgsql SECURITY INVOKER SET enable_seqscan = off AS $$
DECLARE
    scope uuid := nullif(current_setting('app.organization_id', true), '')::uuid;
BEGIN
    IF scope IS NOT NULL THEN
        PERFORM FROM organizations o WHERE o.id = scope FOR KEY SHARE;
        IF NOT FOUND THEN
            RAISE foreign_key_violation USING CONSTRAINT = TG_TABLE_NAME || '_organization_id_fkey',
                MESSAGE = 'the organization does not exist';
        END IF;
    END IF;
    RETURN NULL;
END
$$;

-- Of AFTER DELETE on `organizations`: the rows of the table that it is told go too. With the rights of the tables'
-- owner, as a cascade has them, and for the organization that goes, whatever the transaction is for.
CREATE FUNCTION organization_goes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    scope text := pg_catalog.current_setting('app.organization_id', true);
BEGIN
    PERFORM pg_catalog.set_config('app.organization_id', OLD.id::text, true);
    EXECUTE pg_catalog.format('DELETE FROM %I.%I WHERE organization_id = $1', TG_TABLE_SCHEMA, TG_ARGV[0])
        USING OLD.id;
    PERFORM pg_catalog.set_config('app.organization_id', coalesce(scope, ''), true);
    RETURN NULL;
END
$$;

REVOKE ALL ON FUNCTION organization_exists, organization_goes FROM PUBLIC;

-- What is kept for good stays when the account goes, as the ledger does. The new column is
-- written into every row: a day's answers, until there are credits.
ALTER TABLE idempotent_answers
    DROP CONSTRAINT idempotent_answers_organization_id_fkey,
    DROP CONSTRAINT idempotent_answers_user_id_fkey;
DROP INDEX idempotent_answers_user_id_idx;
ALTER TABLE idempotent_answers
    ADD COLUMN account_id uuid GENERATED ALWAYS AS (CASE WHEN kept_for_good THEN NULL ELSE user_id END) STORED,
    ADD CONSTRAINT idempotent_answers_account_id_fkey FOREIGN KEY (account_id) REFERENCES users (id) ON DELETE CASCADE;
-- For accounts that go.
CREATE INDEX idempotent_answers_account_id_idx ON idempotent_answers (account_id) WHERE account_id IS NOT NULL;
CREATE TRIGGER idempotent_answers_organization_exists BEFORE INSERT ON idempotent_answers
    FOR EACH STATEMENT EXECUTE FUNCTION organization_exists();
CREATE TRIGGER idempotent_answers_go AFTER DELETE ON organizations
    FOR EACH ROW EXECUTE FUNCTION organization_goes('idempotent_answers');

-- What accounts' own requests with a key were answered, those that are not inside an organization. Accounts' own, like
-- sessions.
CREATE TABLE user_idempotent_answers (
    user_id uuid NOT NULL,
    operation text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    fingerprint text NOT NULL,
    answer text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT user_idempotent_answers_pkey PRIMARY KEY (user_id, operation, key),
    CONSTRAINT user_idempotent_answers_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT user_idempotent_answers_operation_length CHECK (char_length(operation) <= 200),
    CONSTRAINT user_idempotent_answers_key_length CHECK (octet_length(key) <= 1024)
);

-- Those to forget, oldest first.
CREATE INDEX user_idempotent_answers_user_id_created_at_idx ON user_idempotent_answers (user_id, created_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON user_idempotent_answers TO guildhall_app;
