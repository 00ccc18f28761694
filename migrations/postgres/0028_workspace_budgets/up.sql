-- A unit of work takes its organization first. Those that are under way are waited for, and others wait until what is
-- below holds: whatever is spent is counted once, by the functions of before or by these.
LOCK TABLE organizations IN EXCLUSIVE MODE;

-- How much may be spent for a workspace, by all members together; 0 is without limit.
CREATE TABLE workspace_budgets (
    organization_id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    monthly bigint NOT NULL,
    daily bigint NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT workspace_budgets_pkey PRIMARY KEY (organization_id, workspace_id),
    CONSTRAINT workspace_budgets_organization_id_fkey
        FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT workspace_budgets_organization_id_workspace_id_fkey
        FOREIGN KEY (organization_id, workspace_id) REFERENCES workspaces (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT workspace_budgets_monthly_in_range CHECK (monthly BETWEEN 0 AND 9007199254740991),
    CONSTRAINT workspace_budgets_daily_in_range CHECK (daily BETWEEN 0 AND 9007199254740991)
);

-- What they have spent or hold for it: what credit_workspace_usage says of each, added up, since a budget must not take
-- longer to look at the more members there are. The workspace may be gone.
CREATE TABLE credit_workspace_totals (
    organization_id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    period text COLLATE "C" NOT NULL,
    used bigint NOT NULL,
    CONSTRAINT credit_workspace_totals_pkey PRIMARY KEY (organization_id, workspace_id, period),
    CONSTRAINT credit_workspace_totals_organization_id_fkey
        FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT credit_workspace_totals_period_form CHECK (octet_length(period) IN (7, 10)),
    CONSTRAINT credit_workspace_totals_used_not_negative CHECK (used >= 0)
) WITH (fillfactor = 70);

-- The tables' owner adds up what there is.
ALTER TABLE credit_workspace_usage NO FORCE ROW LEVEL SECURITY;
INSERT INTO credit_workspace_totals (organization_id, workspace_id, period, used)
SELECT organization_id, workspace_id, period, sum(used) FROM credit_workspace_usage
GROUP BY organization_id, workspace_id, period;
ALTER TABLE credit_workspace_usage FORCE ROW LEVEL SECURITY;

GRANT SELECT, INSERT, UPDATE ON workspace_budgets, credit_workspace_totals TO guildhall_app;

ALTER TABLE workspace_budgets ENABLE ROW LEVEL SECURITY;
ALTER TABLE workspace_budgets FORCE ROW LEVEL SECURITY;
ALTER TABLE credit_workspace_totals ENABLE ROW LEVEL SECURITY;
ALTER TABLE credit_workspace_totals FORCE ROW LEVEL SECURITY;

CREATE POLICY by_organization ON workspace_budgets
    USING (organization_id = (SELECT nullif(current_setting('app.organization_id', true), '')::uuid));
CREATE POLICY by_organization ON credit_workspace_totals
    USING (organization_id = (SELECT nullif(current_setting('app.organization_id', true), '')::uuid));

-- Whoever spends was here, which is noted now and then.
ALTER TYPE credit_state_member ADD ATTRIBUTE last_active_at timestamptz;
-- A workspace's budget, and what is spent for it.
CREATE TYPE credit_state_budget AS (
    workspace_id uuid,
    monthly bigint,
    daily bigint,
    used_in_month bigint,
    used_in_day bigint
);

DROP FUNCTION credit_state;

-- Takes the organization, where asked to, and then reads what there is: grants with anything left, those named, and
-- those that transactions to be given back were spent of; users; workspaces with what ties a user to each, and with budget
-- and spending; reservations,
-- and up to 100 that are overdue; transactions to be given back, with what is left of each grant to give back; answers,
-- by the place of their request.
--
-- A connection keeps the plans that it made, and a new installation makes them while the ledger is short, when the
-- indexes of its organization all seem as good. So what is looked up in it is asked for in an order that only the right
-- index has: nothing may be sorted here.
CREATE FUNCTION credit_state(
    organization uuid,
    taking boolean,
    at timestamptz,
    present_day text,
    present_month text,
    asked_users uuid[],
    asked_workspaces uuid[],
    tied_users uuid[],
    asked_grants uuid[],
    asked_reservations uuid[],
    asked_refunds uuid[],
    request_users uuid[],
    request_operations text[],
    request_keys text[]
) RETURNS TABLE (
    grants credit_state_grant[],
    members credit_state_member[],
    usage credit_state_usage[],
    workspaces credit_state_workspace[],
    budgets credit_state_budget[],
    reservations credit_state_reservation[],
    spent credit_state_spent[],
    answers credit_state_answer[]
) LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
BEGIN
    IF taking THEN
        PERFORM FROM organizations o WHERE o.id = organization FOR NO KEY UPDATE;
    END IF;
    grants := ARRAY(
        SELECT ROW(g.id, g.amount, g.priority, g.expires_at, g.available, g.reserved)::credit_state_grant
        FROM credit_grants g WHERE g.organization_id = organization AND g.is_live);
    members := ARRAY(
        SELECT ROW(m.user_id, m.id, m.role, m.role_id, r.permissions, m.all_read, m.all_write, q.monthly, q.daily,
            m.last_active_at)::credit_state_member
        FROM unnest(asked_users) AS asked (user_id)
        CROSS JOIN LATERAL (SELECT * FROM memberships f
            WHERE f.organization_id = credit_state.organization AND f.user_id = asked.user_id OFFSET 0) m
        LEFT JOIN LATERAL (SELECT * FROM roles f
            WHERE f.organization_id = credit_state.organization AND f.id = m.role_id OFFSET 0) r ON true
        LEFT JOIN LATERAL (SELECT * FROM member_quotas f
            WHERE f.organization_id = credit_state.organization AND f.member_id = m.id OFFSET 0) q ON true);
    usage := ARRAY(
        SELECT ROW(u.user_id, u.period, u.used)::credit_state_usage
        FROM unnest(asked_users) AS asked (user_id) CROSS JOIN (VALUES (present_month), (present_day)) AS present (period)
        CROSS JOIN LATERAL (SELECT * FROM credit_usage f
            WHERE f.organization_id = credit_state.organization AND f.user_id = asked.user_id
                AND f.period = present.period OFFSET 0) u);
    IF cardinality(asked_workspaces) > 0 THEN
        workspaces := ARRAY(
            SELECT ROW(asked.user_id, w.id, w.personal_of, w.archived, w.default_access,
                (SELECT p.role FROM workspace_members p
                    WHERE p.organization_id = organization AND p.workspace_id = w.id AND p.member_id = m.id),
                (SELECT g.access FROM workspace_grants g
                    WHERE g.organization_id = organization AND g.workspace_id = w.id AND g.member_id = m.id)
                )::credit_state_workspace
            FROM unnest(asked_workspaces, tied_users) AS asked (workspace_id, user_id)
            CROSS JOIN LATERAL (SELECT * FROM workspaces f
                WHERE f.organization_id = credit_state.organization AND f.id = asked.workspace_id OFFSET 0) w
            LEFT JOIN LATERAL (SELECT * FROM memberships f
                WHERE f.organization_id = credit_state.organization AND f.user_id = asked.user_id OFFSET 0) m ON true);
        budgets := ARRAY(
            SELECT ROW(asked.id, b.monthly, b.daily,
                (SELECT t.used FROM credit_workspace_totals t WHERE t.organization_id = organization
                    AND t.workspace_id = asked.id AND t.period = present_month),
                (SELECT t.used FROM credit_workspace_totals t WHERE t.organization_id = organization
                    AND t.workspace_id = asked.id AND t.period = present_day)
                )::credit_state_budget
            FROM (SELECT DISTINCT w.id FROM unnest(workspaces) w) asked
            LEFT JOIN LATERAL (SELECT * FROM workspace_budgets f
                WHERE f.organization_id = credit_state.organization AND f.workspace_id = asked.id OFFSET 0) b ON true);
    ELSE
        workspaces := '{}';
        budgets := '{}';
    END IF;
    reservations := ARRAY(
        SELECT ROW(r.id, r.user_id, r.workspace_id, r.operation, r.held, r.state, r.expires_at, r.day,
            r.month)::credit_state_reservation
        FROM credit_reservations r
        WHERE r.organization_id = organization AND r.state = 'open' AND r.expires_at <= at
            AND r.id <> ALL (asked_reservations)
        ORDER BY r.expires_at, r.id LIMIT 100);
    IF cardinality(asked_reservations) > 0 THEN
        reservations := reservations || ARRAY(
            SELECT ROW(r.id, r.user_id, r.workspace_id, r.operation, r.held, r.state, r.expires_at, r.day,
                r.month)::credit_state_reservation
            FROM (SELECT DISTINCT unnest(asked_reservations) AS id) asked
            CROSS JOIN LATERAL (SELECT * FROM credit_reservations f
                WHERE f.organization_id = credit_state.organization AND f.id = asked.id OFFSET 0) r);
    END IF;
    IF cardinality(asked_refunds) > 0 THEN
        asked_grants := asked_grants || ARRAY(
            SELECT e.grant_id FROM unnest(asked_refunds) AS asked (id)
            CROSS JOIN LATERAL (SELECT * FROM credit_transactions f
                WHERE f.organization_id = credit_state.organization AND f.id BETWEEN asked.id AND asked.id
                ORDER BY f.id OFFSET 0) t
            CROSS JOIN LATERAL unnest(t.entry_accounts, t.entry_grants) AS e (account, grant_id)
            WHERE t.kind IN ('consume', 'commit') AND e.account = 'consumed');
        spent := ARRAY(
            SELECT ROW(t.id, t.user_id, t.workspace_id, t.day, t.month, given.grants, given.amounts)::credit_state_spent
            FROM (SELECT DISTINCT unnest(asked_refunds) AS id) asked
            CROSS JOIN LATERAL (SELECT * FROM credit_transactions f
                WHERE f.organization_id = credit_state.organization AND f.id BETWEEN asked.id AND asked.id
                ORDER BY f.id OFFSET 0) t
            CROSS JOIN LATERAL (
                SELECT coalesce(array_agg(s.grant_id ORDER BY s.place), '{}') AS grants,
                    coalesce(array_agg(s.amount ORDER BY s.place), '{}') AS amounts
                FROM (
                    SELECT e.grant_id, min(e.place) FILTER (WHERE about.is_spent) AS place,
                        sum(e.amount)::bigint AS amount
                    FROM (
                        SELECT true AS is_spent, t.entry_accounts, t.entry_grants, t.entry_amounts
                        UNION ALL
                        SELECT false, f.entry_accounts, f.entry_grants, f.entry_amounts
                        FROM (SELECT * FROM credit_transactions r
                            WHERE r.organization_id = credit_state.organization AND r.reverses BETWEEN t.id AND t.id
                            ORDER BY r.reverses OFFSET 0) f
                        WHERE f.kind = 'refund') about
                    CROSS JOIN LATERAL unnest(about.entry_accounts, about.entry_grants, about.entry_amounts)
                        WITH ORDINALITY AS e (account, grant_id, amount, place)
                    WHERE e.account = 'consumed'
                    GROUP BY e.grant_id HAVING sum(e.amount) > 0) s) given
            WHERE t.kind IN ('consume', 'commit'));
    ELSE
        spent := '{}';
    END IF;
    IF cardinality(asked_grants) > 0 THEN
        grants := grants || ARRAY(
            SELECT ROW(g.id, g.amount, g.priority, g.expires_at, g.available, g.reserved)::credit_state_grant
            FROM (SELECT DISTINCT unnest(asked_grants) AS id) asked
            CROSS JOIN LATERAL (SELECT * FROM credit_grants f
                WHERE f.organization_id = credit_state.organization AND f.id = asked.id OFFSET 0) g
            WHERE NOT g.is_live);
    END IF;
    IF cardinality(request_users) > 0 THEN
        answers := ARRAY(
            SELECT ROW(asked.place, a.request_fingerprint, a.answer, a.created_at)::credit_state_answer
            FROM unnest(request_users, request_operations, request_keys) WITH ORDINALITY
                AS asked (user_id, operation, key, place)
            CROSS JOIN LATERAL (SELECT * FROM credit_transactions f
                WHERE f.organization_id = credit_state.organization AND f.actor_id = asked.user_id
                    AND f.request_operation = asked.operation AND f.request_key BETWEEN asked.key AND asked.key
                ORDER BY f.request_key OFFSET 0) a);
    ELSE
        answers := '{}';
    END IF;
    RETURN NEXT;
END
$$;

REVOKE ALL ON FUNCTION credit_state FROM PUBLIC;
GRANT EXECUTE ON FUNCTION credit_state TO guildhall_app;

-- Writes new transactions with their entries and what was answered, grants and reservations as they are now, and what
-- was counted more or less. The organization is taken, so that a row stays at its place (ctid) meanwhile.
CREATE OR REPLACE FUNCTION write_credits(
    organization uuid,
    at timestamptz,
    transaction_ids uuid[],
    transaction_kinds text[],
    transaction_amounts bigint[],
    transaction_users uuid[],
    transaction_actors uuid[],
    transaction_workspaces uuid[],
    transaction_operations text[],
    transaction_reservations uuid[],
    transaction_reversed uuid[],
    transaction_days text[],
    transaction_months text[],
    transaction_reasons text[],
    transaction_times timestamptz[],
    request_operations text[],
    request_keys text[],
    request_fingerprints text[],
    request_answers text[],
    entries_first integer[],
    entries_last integer[],
    entry_accounts text[],
    entry_grants uuid[],
    entry_amounts bigint[],
    grant_ids uuid[],
    grant_amounts bigint[],
    grant_priorities smallint[],
    grant_expiries timestamptz[],
    grants_available bigint[],
    grants_reserved bigint[],
    reservation_ids uuid[],
    reservation_users uuid[],
    reservation_workspaces uuid[],
    reservation_operations text[],
    reservations_held jsonb[],
    reservation_states text[],
    reservation_expiries timestamptz[],
    reservation_days text[],
    reservation_months text[],
    usage_users uuid[],
    usage_periods text[],
    usage_changes bigint[],
    workspace_usage_workspaces uuid[],
    workspace_usage_users uuid[],
    workspace_usage_periods text[],
    workspace_usage_changes bigint[]
) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
    changed bigint;
BEGIN
    IF cardinality(transaction_ids) > 0 THEN
        INSERT INTO credit_transactions (organization_id, id, kind, amount, user_id, actor_id, workspace_id, operation,
            reservation_id, reverses, day, month, reason, created_at, entry_accounts, entry_grants, entry_amounts,
            request_operation, request_key, request_fingerprint, answer)
        SELECT organization, transaction_ids[i], transaction_kinds[i], transaction_amounts[i], transaction_users[i],
            transaction_actors[i], transaction_workspaces[i], transaction_operations[i], transaction_reservations[i],
            transaction_reversed[i], transaction_days[i], transaction_months[i], transaction_reasons[i],
            transaction_times[i], entry_accounts[entries_first[i]:entries_last[i]],
            entry_grants[entries_first[i]:entries_last[i]], entry_amounts[entries_first[i]:entries_last[i]],
            request_operations[i], request_keys[i], request_fingerprints[i], request_answers[i]
        FROM generate_series(1, cardinality(transaction_ids)) i;
    END IF;
    IF cardinality(grant_ids) > 0 THEN
        INSERT INTO credit_grants AS g (organization_id, id, amount, priority, expires_at, available, reserved,
            created_at)
        SELECT organization, n.*, at FROM unnest(grant_ids, grant_amounts, grant_priorities, grant_expiries,
            grants_available, grants_reserved) n
        ON CONFLICT (organization_id, id) DO UPDATE SET available = excluded.available, reserved = excluded.reserved;
    END IF;
    IF cardinality(reservation_ids) > 0 THEN
        INSERT INTO credit_reservations AS r (organization_id, id, user_id, workspace_id, operation, held, state,
            expires_at, day, month)
        SELECT organization, n.* FROM unnest(reservation_ids, reservation_users, reservation_workspaces,
            reservation_operations, reservations_held, reservation_states, reservation_expiries, reservation_days,
            reservation_months) n
        ON CONFLICT (organization_id, id) DO UPDATE SET state = excluded.state, held = excluded.held,
            expires_at = excluded.expires_at;
    END IF;
    -- What is counted is there already, but for the first time in a period: a change below zero is no count then.
    IF cardinality(usage_changes) > 0 THEN
        UPDATE credit_usage u SET used = u.used + n.change
        FROM (
            SELECT f.ctid AS place, c.change
            FROM unnest(usage_users, usage_periods, usage_changes) c (user_id, period, change)
            CROSS JOIN LATERAL (SELECT ctid FROM credit_usage
                WHERE organization_id = write_credits.organization AND user_id = c.user_id AND period = c.period
                OFFSET 0) f) n
        WHERE u.ctid = n.place;
        GET DIAGNOSTICS changed = ROW_COUNT;
        IF changed < cardinality(usage_changes) THEN
            INSERT INTO credit_usage (organization_id, user_id, period, used)
            SELECT organization, n.user_id, n.period, n.change
            FROM unnest(usage_users, usage_periods, usage_changes) n (user_id, period, change)
            WHERE NOT EXISTS (SELECT FROM credit_usage c
                WHERE c.organization_id = write_credits.organization AND c.user_id = n.user_id
                    AND c.period = n.period);
        END IF;
    END IF;
    IF cardinality(workspace_usage_changes) > 0 THEN
        UPDATE credit_workspace_usage u SET used = u.used + n.change
        FROM (
            SELECT f.ctid AS place, c.change
            FROM unnest(workspace_usage_workspaces, workspace_usage_users, workspace_usage_periods,
                workspace_usage_changes) c (workspace_id, user_id, period, change)
            CROSS JOIN LATERAL (SELECT ctid FROM credit_workspace_usage
                WHERE organization_id = write_credits.organization AND workspace_id = c.workspace_id
                    AND user_id = c.user_id AND period = c.period
                OFFSET 0) f) n
        WHERE u.ctid = n.place;
        GET DIAGNOSTICS changed = ROW_COUNT;
        IF changed < cardinality(workspace_usage_changes) THEN
            INSERT INTO credit_workspace_usage (organization_id, workspace_id, user_id, period, used)
            SELECT organization, n.workspace_id, n.user_id, n.period, n.change
            FROM unnest(workspace_usage_workspaces, workspace_usage_users, workspace_usage_periods,
                workspace_usage_changes) n (workspace_id, user_id, period, change)
            WHERE NOT EXISTS (SELECT FROM credit_workspace_usage c
                WHERE c.organization_id = write_credits.organization AND c.workspace_id = n.workspace_id
                    AND c.user_id = n.user_id AND c.period = n.period);
        END IF;
        -- A workspace's total changes as what is counted for its members does.
        UPDATE credit_workspace_totals u SET used = u.used + n.change
        FROM (
            SELECT f.ctid AS place, c.change
            FROM (SELECT s.workspace_id, s.period, sum(s.change)::bigint
                FROM unnest(workspace_usage_workspaces, workspace_usage_periods, workspace_usage_changes)
                    s (workspace_id, period, change)
                GROUP BY s.workspace_id, s.period) c (workspace_id, period, change)
            CROSS JOIN LATERAL (SELECT ctid FROM credit_workspace_totals
                WHERE organization_id = write_credits.organization AND workspace_id = c.workspace_id
                    AND period = c.period
                OFFSET 0) f) n
        WHERE u.ctid = n.place;
        GET DIAGNOSTICS changed = ROW_COUNT;
        IF changed < (SELECT count(*) FROM (SELECT DISTINCT s.* FROM unnest(workspace_usage_workspaces,
            workspace_usage_periods) s) every) THEN
            INSERT INTO credit_workspace_totals (organization_id, workspace_id, period, used)
            SELECT organization, n.workspace_id, n.period, sum(n.change)
            FROM unnest(workspace_usage_workspaces, workspace_usage_periods, workspace_usage_changes)
                n (workspace_id, period, change)
            WHERE NOT EXISTS (SELECT FROM credit_workspace_totals c
                WHERE c.organization_id = write_credits.organization AND c.workspace_id = n.workspace_id
                    AND c.period = n.period)
            GROUP BY n.workspace_id, n.period;
        END IF;
    END IF;
END
$$;
