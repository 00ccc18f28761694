DROP TABLE credit_workspace_totals;
DROP TABLE workspace_budgets;
