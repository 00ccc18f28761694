DROP TABLE user_idempotent_answers;

-- What is kept for good may be about accounts that are gone.
ALTER TABLE idempotent_answers NO FORCE ROW LEVEL SECURITY;
DELETE FROM idempotent_answers WHERE kept_for_good;
ALTER TABLE idempotent_answers FORCE ROW LEVEL SECURITY;

DROP TRIGGER idempotent_answers_go ON organizations;
DROP TRIGGER idempotent_answers_organization_exists ON idempotent_answers;
DROP INDEX idempotent_answers_account_id_idx;
ALTER TABLE idempotent_answers DROP COLUMN account_id;
CREATE INDEX idempotent_answers_user_id_idx ON idempotent_answers (user_id);
ALTER TABLE idempotent_answers
    ADD CONSTRAINT idempotent_answers_organization_id_fkey
        FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    ADD CONSTRAINT idempotent_answers_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;
DROP FUNCTION organization_goes;
DROP FUNCTION organization_exists;

ALTER POLICY by_organization ON idempotent_answers
    USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);

DROP INDEX idempotent_answers_organization_id_created_at_idx;
ALTER TABLE idempotent_answers DROP COLUMN kept_for_good;
CREATE INDEX idempotent_answers_organization_id_created_at_idx ON idempotent_answers (organization_id, created_at);
