DROP FUNCTION write_credits;
DROP FUNCTION credit_state;
DROP TYPE credit_state_answer;
DROP TYPE credit_state_spent;
DROP TYPE credit_state_reservation;
DROP TYPE credit_state_workspace;
DROP TYPE credit_state_usage;
DROP TYPE credit_state_member;
DROP TYPE credit_state_grant;

DROP INDEX workspace_grants_organization_id_workspace_id_idx;
CREATE INDEX workspace_grants_organization_id_workspace_id_idx ON workspace_grants (organization_id, workspace_id);
