DROP TABLE member_quotas;
DROP TABLE credit_workspace_usage;
DROP TABLE credit_usage;
DROP TABLE credit_reservations;
DROP TRIGGER credit_transactions_go ON organizations;
DROP TABLE credit_transactions;
DROP FUNCTION credit_sum;
DROP TABLE credit_grants;
