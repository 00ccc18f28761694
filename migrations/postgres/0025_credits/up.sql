-- Credits: a pool that an organization shares (M-20). The ledger (credit_transactions) only grows;
-- what is left of a grant, what a reservation holds and what a member has spent is kept beside it, and could be made
-- from it again.
--
-- Users and workspaces are named without foreign keys: the ledger outlives what it is about.

-- What was given, and what is left of it.
CREATE TABLE credit_grants (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    amount bigint NOT NULL,
    priority smallint NOT NULL,
    expires_at timestamptz,
    available bigint NOT NULL,
    reserved bigint NOT NULL,
    created_at timestamptz NOT NULL,
    -- What the index of those that matter asks for. It is a column, since an index over `available` would have to be
    -- written for every spend.
    is_live boolean NOT NULL GENERATED ALWAYS AS (available > 0 OR reserved > 0) STORED,
    CONSTRAINT credit_grants_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT credit_grants_organization_id_fkey
        FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    -- Beyond that, JSON readers do not keep numbers exactly.
    CONSTRAINT credit_grants_amount_in_range CHECK (amount BETWEEN 1 AND 9007199254740991),
    CONSTRAINT credit_grants_priority_in_range CHECK (priority BETWEEN 0 AND 255),
    CONSTRAINT credit_grants_left_in_range
        CHECK (available >= 0 AND reserved >= 0 AND available <= amount - reserved)
) WITH (fillfactor = 50);

CREATE INDEX credit_grants_organization_id_id_live_idx ON credit_grants (organization_id, id) WHERE is_live;

-- Checks of a row cannot sum up by themselves. Not in SQL: each statement that has the check to make would first try to
-- write the body in its place.
CREATE FUNCTION credit_sum(amounts bigint[]) RETURNS numeric LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$ BEGIN RETURN (SELECT coalesce(sum(amount), 0) FROM unnest(amounts) AS summed (amount)); END $$;

-- What happened, with the sides of each transaction, in their order. They are kept in the row, since every spend
-- writes them: rows of their own would cost more than everything else together.
CREATE TABLE credit_transactions (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text COLLATE "C" NOT NULL,
    amount bigint NOT NULL,
    user_id uuid,
    actor_id uuid,
    workspace_id uuid,
    operation text,
    reservation_id uuid,
    reverses uuid,
    day text COLLATE "C" NOT NULL,
    month text COLLATE "C" NOT NULL,
    reason text,
    created_at timestamptz NOT NULL,
    entry_accounts text[] COLLATE "C" NOT NULL DEFAULT '{}',
    entry_grants uuid[] NOT NULL DEFAULT '{}',
    entry_amounts bigint[] NOT NULL DEFAULT '{}',
    CONSTRAINT credit_transactions_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT credit_transactions_kind_known CHECK (kind IN ('grant', 'consume', 'reserve', 'commit', 'release',
        'lapse', 'refund', 'expire', 'revoke')),
    CONSTRAINT credit_transactions_amount_in_range CHECK (amount BETWEEN 0 AND 9007199254740991),
    CONSTRAINT credit_transactions_operation_length CHECK (char_length(operation) BETWEEN 1 AND 120),
    CONSTRAINT credit_transactions_reason_length CHECK (char_length(reason) BETWEEN 1 AND 2000),
    CONSTRAINT credit_transactions_entries_complete
        CHECK (cardinality(entry_accounts) = cardinality(entry_amounts)
            AND cardinality(entry_grants) = cardinality(entry_amounts)
            AND array_position(entry_grants, NULL) IS NULL AND array_position(entry_amounts, NULL) IS NULL),
    CONSTRAINT credit_transactions_entry_accounts_known
        CHECK (entry_accounts <@ '{granted,pool,reserved,consumed,expired,adjusted}'),
    CONSTRAINT credit_transactions_entry_amounts_in_range
        CHECK (-9007199254740991 <= ALL (entry_amounts) AND 9007199254740991 >= ALL (entry_amounts)
            AND 0 <> ALL (entry_amounts)),
    -- Most have two sides, for which nothing needs to be called.
    CONSTRAINT credit_transactions_entries_balanced
        CHECK (CASE cardinality(entry_amounts) WHEN 0 THEN true WHEN 2 THEN entry_amounts[1] = -entry_amounts[2]
            ELSE credit_sum(entry_amounts) = 0 END)
);

CREATE INDEX credit_transactions_organization_id_kind_id_idx ON credit_transactions (organization_id, kind, id);
CREATE INDEX credit_transactions_organization_id_user_id_id_idx ON credit_transactions (organization_id, user_id, id)
    WHERE user_id IS NOT NULL;
CREATE INDEX credit_transactions_organization_id_workspace_id_id_idx
    ON credit_transactions (organization_id, workspace_id, id) WHERE workspace_id IS NOT NULL;
-- What was given back of a transaction.
CREATE INDEX credit_transactions_organization_id_reverses_idx ON credit_transactions (organization_id, reverses)
    WHERE reverses IS NOT NULL;

-- In place of a foreign key, which would take too long.
CREATE TRIGGER credit_transactions_organization_exists BEFORE INSERT ON credit_transactions
    FOR EACH STATEMENT EXECUTE FUNCTION organization_exists();
CREATE TRIGGER credit_transactions_go AFTER DELETE ON organizations
    FOR EACH ROW EXECUTE FUNCTION organization_goes('credit_transactions');

CREATE TABLE credit_reservations (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    workspace_id uuid,
    operation text,
    -- Pairs of a grant and an amount, in the order in which they burn.
    held jsonb NOT NULL,
    state text COLLATE "C" NOT NULL,
    expires_at timestamptz NOT NULL,
    day text COLLATE "C" NOT NULL,
    month text COLLATE "C" NOT NULL,
    CONSTRAINT credit_reservations_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT credit_reservations_organization_id_fkey
        FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT credit_reservations_operation_length CHECK (char_length(operation) BETWEEN 1 AND 120),
    CONSTRAINT credit_reservations_held_pairs CHECK (jsonb_typeof(held) = 'array'),
    CONSTRAINT credit_reservations_state_known CHECK (state IN ('open', 'committed', 'released', 'lapsed'))
);

-- Those that are overdue, the oldest first.
CREATE INDEX credit_reservations_organization_id_expires_at_id_open_idx
    ON credit_reservations (organization_id, expires_at, id) WHERE state = 'open';

-- What is spent or held by a member in a day or a month.
CREATE TABLE credit_usage (
    organization_id uuid NOT NULL,
    user_id uuid NOT NULL,
    period text COLLATE "C" NOT NULL,
    used bigint NOT NULL,
    CONSTRAINT credit_usage_pkey PRIMARY KEY (organization_id, user_id, period),
    CONSTRAINT credit_usage_organization_id_fkey
        FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT credit_usage_period_form CHECK (octet_length(period) IN (7, 10)),
    CONSTRAINT credit_usage_used_not_negative CHECK (used >= 0)
) WITH (fillfactor = 70);

-- The part of it that was for a workspace.
CREATE TABLE credit_workspace_usage (
    organization_id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    user_id uuid NOT NULL,
    period text COLLATE "C" NOT NULL,
    used bigint NOT NULL,
    CONSTRAINT credit_workspace_usage_pkey PRIMARY KEY (organization_id, workspace_id, user_id, period),
    CONSTRAINT credit_workspace_usage_organization_id_fkey
        FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT credit_workspace_usage_period_form CHECK (octet_length(period) IN (7, 10)),
    CONSTRAINT credit_workspace_usage_used_not_negative CHECK (used >= 0)
) WITH (fillfactor = 70);

-- How much members may spend; 0 is without limit.
CREATE TABLE member_quotas (
    organization_id uuid NOT NULL,
    member_id uuid NOT NULL,
    monthly bigint NOT NULL,
    daily bigint NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT member_quotas_pkey PRIMARY KEY (organization_id, member_id),
    CONSTRAINT member_quotas_organization_id_fkey
        FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT member_quotas_organization_id_member_id_fkey
        FOREIGN KEY (organization_id, member_id) REFERENCES memberships (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT member_quotas_monthly_in_range CHECK (monthly BETWEEN 0 AND 9007199254740991),
    CONSTRAINT member_quotas_daily_in_range CHECK (daily BETWEEN 0 AND 9007199254740991)
);

-- Append-only for the service: no UPDATE, no DELETE. When an organization is
-- deleted, its rows go with the rights of the tables' owner.
REVOKE ALL ON FUNCTION credit_sum FROM PUBLIC;
GRANT EXECUTE ON FUNCTION credit_sum TO guildhall_app;
GRANT SELECT, INSERT ON credit_transactions TO guildhall_app;
GRANT SELECT, INSERT, UPDATE ON credit_grants, credit_reservations, credit_usage, credit_workspace_usage TO guildhall_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON member_quotas TO guildhall_app;

ALTER TABLE credit_grants ENABLE ROW LEVEL SECURITY;
ALTER TABLE credit_grants FORCE ROW LEVEL SECURITY;
ALTER TABLE credit_transactions ENABLE ROW LEVEL SECURITY;
ALTER TABLE credit_transactions FORCE ROW LEVEL SECURITY;
ALTER TABLE credit_reservations ENABLE ROW LEVEL SECURITY;
ALTER TABLE credit_reservations FORCE ROW LEVEL SECURITY;
ALTER TABLE credit_usage ENABLE ROW LEVEL SECURITY;
ALTER TABLE credit_usage FORCE ROW LEVEL SECURITY;
ALTER TABLE credit_workspace_usage ENABLE ROW LEVEL SECURITY;
ALTER TABLE credit_workspace_usage FORCE ROW LEVEL SECURITY;
ALTER TABLE member_quotas ENABLE ROW LEVEL SECURITY;
ALTER TABLE member_quotas FORCE ROW LEVEL SECURITY;

-- The setting is read once for each statement, not for each row.
CREATE POLICY by_organization ON credit_grants
    USING (organization_id = (SELECT nullif(current_setting('app.organization_id', true), '')::uuid));
CREATE POLICY by_organization ON credit_transactions
    USING (organization_id = (SELECT nullif(current_setting('app.organization_id', true), '')::uuid));
CREATE POLICY by_organization ON credit_reservations
    USING (organization_id = (SELECT nullif(current_setting('app.organization_id', true), '')::uuid));
CREATE POLICY by_organization ON credit_usage
    USING (organization_id = (SELECT nullif(current_setting('app.organization_id', true), '')::uuid));
CREATE POLICY by_organization ON credit_workspace_usage
    USING (organization_id = (SELECT nullif(current_setting('app.organization_id', true), '')::uuid));
CREATE POLICY by_organization ON member_quotas
    USING (organization_id = (SELECT nullif(current_setting('app.organization_id', true), '')::uuid));
