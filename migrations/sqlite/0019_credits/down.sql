DROP TABLE member_quotas;
DROP TABLE credit_workspace_usage;
DROP TABLE credit_usage;
DROP TABLE credit_reservations;
DROP TABLE credit_transactions;
DROP TABLE credit_grants;
