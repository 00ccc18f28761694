//! How much PostgreSQL reads for what is asked about credits: by its own counters, of the real statements.

use std::collections::BTreeMap;

use guildhall_domain::credits::{CreditTransaction, Movement, MovementKind, PeriodKey, PoolChanges};
use guildhall_domain::page::{PageRequest, PageSize};
use guildhall_domain::policy::WorkspaceTies;
use guildhall_domain::{CreditGrantId, CreditTransactionId, OrganizationId, ReservationId, UserId, WorkspaceId};
use guildhall_ports::store::{CreditNeeds, CreditTransactionFilter, CreditWrites, IdempotentRequest, Mode, StoreError};
use guildhall_testkit::fixtures::BASE_TIME;
use guildhall_testkit::postgres::TestDatabase;
use uuid::Uuid;

use crate::connector::Connector;
use crate::raw_statement::raw_statement;
use crate::tables::{credit_state, credit_transactions, credit_usage, credit_writes};
use crate::unit::{Scope, Unit};
use crate::{PostgresOptions, migrate, pool};

/// Two organizations with 500 members, each with a quota and with what they spent in 40 days; 2,000 grants, of which
/// 3 have anything left; 5,000 transactions, every tenth of which gives back the one before, with 5,000 answers; 2,000
/// reservations, of which 200 are overdue. First what they share.
const PEOPLE: &str = "\
    CREATE FUNCTION nth(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE \
        AS $$ SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid $$; \
    INSERT INTO users (id, email, name, superadmin, created_at, updated_at, version, search_key) \
        SELECT nth(n), format('user%s@x.example', n), 'x', false, now(), now(), 1, 'x' \
        FROM generate_series(1, 500) n";
/// Then each of them, in the place of `{o}`, as row-level security has it.
const ORGANIZATION: &str = "\
    SET app.organization_id = '00000000-0000-7000-8000-00000000000{o}'; \
    INSERT INTO organizations (id, name, name_key, slug, status, plan, users_count, owners_count, workspaces_count, \
            created_at, updated_at, version) \
        SELECT nth(o), 'x', 'x', 'x' || o, 'active', 'FREE', 500, 0, 0, now(), now(), 1 FROM generate_series({o}, {o}) o";
/// A short ledger.
const FIRST: &str = "\
    SET app.organization_id = '00000000-0000-7000-8000-00000000000{o}'; \
    INSERT INTO credit_transactions (organization_id, id, kind, amount, day, month, created_at) \
        SELECT nth({o}), nth(9000 + n), 'expire', 0, '2026-11-01', '2026-11', now() FROM generate_series(1, 150) n";
/// And all that is in it.
const CROWD: &str = "\
    SET app.organization_id = '00000000-0000-7000-8000-00000000000{o}'; \
    INSERT INTO memberships (organization_id, id, user_id, email, role, all_read, all_write, source, created_at, \
            updated_at, version) \
        SELECT nth(o), nth(n), nth(n), format('user%s@x.example', n), 'member', false, false, 'direct_add', now(), \
            now(), 1 FROM generate_series(1, 500) n CROSS JOIN generate_series({o}, {o}) o; \
    INSERT INTO member_quotas SELECT nth(o), nth(n), 0, 0, now() \
        FROM generate_series(1, 500) n CROSS JOIN generate_series({o}, {o}) o; \
    INSERT INTO credit_usage SELECT nth(o), nth(n), p, 1 FROM generate_series(1, 500) n \
        CROSS JOIN generate_series({o}, {o}) o \
        CROSS JOIN (SELECT to_char(date '2026-11-01' + d, 'YYYY-MM-DD') FROM generate_series(0, 39) d \
            UNION ALL VALUES ('2026-11'), ('2026-12')) AS periods (p); \
    INSERT INTO credit_workspace_usage SELECT organization_id, nth(w), user_id, period, 1 FROM credit_usage \
        CROSS JOIN generate_series(1, 3) w WHERE period LIKE '2026-11-2%' OR length(period) = 7; \
    INSERT INTO credit_workspace_totals SELECT organization_id, workspace_id, period, sum(used) \
        FROM credit_workspace_usage GROUP BY organization_id, workspace_id, period; \
    INSERT INTO workspaces (organization_id, id, kind, name, name_key, slug, limits, fields, created_at, updated_at, \
            version) \
        SELECT nth(o), nth(n), 'board', 'x', 'x', 'x' || n, '{}', '{}', now(), now(), 1 \
        FROM generate_series(1, 500) n CROSS JOIN generate_series({o}, {o}) o; \
    INSERT INTO workspace_budgets SELECT nth(o), nth(n), 0, 0, now() \
        FROM generate_series(1, 500) n CROSS JOIN generate_series({o}, {o}) o; \
    INSERT INTO workspace_grants SELECT nth(o), nth(m), nth(n), 'read' \
        FROM generate_series(1, 500) m CROSS JOIN generate_series({o}, {o}) o CROSS JOIN generate_series(1, 10) n; \
    INSERT INTO workspace_members SELECT nth(o), nth(n), nth(m), 'member', now() \
        FROM generate_series(1, 500) m CROSS JOIN generate_series({o}, {o}) o CROSS JOIN generate_series(6, 15) n; \
    INSERT INTO credit_grants SELECT nth(o), nth(n), 10, 100, NULL, CASE WHEN n <= 3 THEN 10 ELSE 0 END, 0, now() \
        FROM generate_series(1, 2000) n CROSS JOIN generate_series({o}, {o}) o; \
    INSERT INTO credit_transactions (organization_id, id, kind, amount, user_id, workspace_id, reverses, day, month, \
            created_at, entry_accounts, entry_grants, entry_amounts, actor_id, request_operation, request_key, \
            request_fingerprint, answer) \
        SELECT nth(o), nth(n), CASE WHEN n % 10 = 0 THEN 'refund' WHEN n = 2501 THEN 'grant' ELSE 'consume' END, 1, \
            nth(n % 500), nth(n % 100), CASE n % 10 WHEN 0 THEN nth(n - 1) END, '2026-11-01', '2026-11', now(), \
            '{pool,consumed}', array_fill(nth(10 + (n - (n % 10 = 0)::integer) % 1000), '{2}'), \
            CASE n % 10 WHEN 0 THEN '{1,-1}' ELSE '{-1,1}' END::bigint[], \
            nth(1 + n % 500), 'spend', 'key' || n, 'x', 'x' \
        FROM generate_series(1, 5000) n CROSS JOIN generate_series({o}, {o}) o; \
    INSERT INTO credit_reservations (organization_id, id, user_id, held, state, expires_at, day, month) \
        SELECT nth(o), nth(n), nth(1), '[]', CASE n % 10 WHEN 0 THEN 'open' ELSE 'committed' END, \
            to_timestamp(n), '1970-01-01', '1970-01' \
        FROM generate_series(1, 2000) n CROSS JOIN generate_series({o}, {o}) o; \
    ";

raw_statement! {
    /// Scans of whole tables, rows that were read, of credits and what is read with them, and scans of those indexes of
    /// the ledger that only its lists go by.
    struct Reads {} -> (diesel::sql_types::BigInt, diesel::sql_types::BigInt, diesel::sql_types::BigInt) =
        "SELECT sum(seq_scan)::bigint, sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint, \
            (SELECT sum(pg_stat_get_xact_numscans(i.indexrelid))::bigint FROM pg_index i \
                JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = 'credit_transactions'::regclass \
                    AND c.relname ~ '(kind|user_id|workspace_id)_id_idx$') \
         FROM pg_stat_xact_user_tables WHERE relname LIKE 'credit%' OR relname IN ('memberships', 'member_quotas', \
            'workspaces', 'workspace_budgets', 'workspace_members', 'workspace_grants', 'idempotent_answers')"
}
raw_statement! {
    /// From here on plans are made for whatever value of their parameters, or for the ones at hand.
    struct PlansFor<'a> { mode: &'a str as diesel::sql_types::Text } -> diesel::sql_types::Text =
        "SELECT set_config('plan_cache_mode', $1, true)"
}

/// What PostgreSQL knows of the tables when it plans: what a server plans in its first minute is kept with its connections.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Known {
    /// There is nothing yet.
    Nothing,
    /// There is a short ledger.
    Little,
    /// How large they are.
    NotLookedAt,
    /// What is in them.
    Everything,
}

impl Known {
    const EACH: [Self; 4] = [Self::Nothing, Self::Little, Self::NotLookedAt, Self::Everything];
}

const MODES: [&str; 2] = ["force_custom_plan", "force_generic_plan"];

fn nth(n: u32) -> Uuid {
    format!("00000000-0000-7000-8000-{n:012}").parse().unwrap()
}

fn period(text: &str) -> PeriodKey {
    PeriodKey::parse(text).unwrap()
}

struct Crowd {
    pool: pool::ConnectionPool,
    database: TestDatabase,
}

impl Crowd {
    /// With what PostgreSQL knows of the tables when it plans what `early` asks of a connection that is kept.
    async fn new<T>(known: Known, early: impl AsyncFnOnce(&mut Unit) -> Result<T, StoreError>) -> Self {
        let database = TestDatabase::create(async |url: &str| {
            migrate(url).await.unwrap();
        })
        .await;
        let options = PostgresOptions { pool_size: 1, ..PostgresOptions::default() };
        let pool = pool::build(Connector::parse(database.url()).unwrap(), &options).unwrap();
        let crowd = Self { pool, database };
        let client = crowd.database.client().await;
        client.batch_execute(PEOPLE).await.unwrap();
        let of_each = |sql: &str| ["1", "2"].map(|organization| sql.replace("{o}", organization)).join("; ");
        client.batch_execute(&of_each(ORGANIZATION)).await.unwrap();
        if known == Known::Little {
            client.batch_execute(&of_each(FIRST)).await.unwrap();
        }
        if known == Known::Nothing || known == Known::Little {
            crowd.reads(MODES[1], early).await;
        }
        // Without a change of the tables, which would have plans made anew.
        client.batch_execute(&of_each(CROWD)).await.unwrap();
        if known == Known::Everything {
            client.batch_execute("ANALYZE").await.unwrap();
        }
        crowd
    }

    /// What `work` reads inside the organization, none of it by a scan of a whole table, and what it gives.
    async fn reads<T>(&self, mode: &str, work: impl AsyncFnOnce(&mut Unit) -> Result<T, StoreError>) -> (i64, T) {
        let (rows, _, answer) = self.reads_by_lists(mode, work).await;
        (rows, answer)
    }

    /// The same, with how often it went by an index of the ledger that only its lists should go by.
    async fn reads_by_lists<T>(
        &self,
        mode: &str,
        work: impl AsyncFnOnce(&mut Unit) -> Result<T, StoreError>,
    ) -> (i64, i64, T) {
        use diesel_async::RunQueryDsl;
        let mut unit = Unit::begin(&self.pool, Mode::Write, Scope::Organization(nth(1))).await.unwrap();
        PlansFor { mode }.get_result::<String>(unit.connection().await.unwrap()).await.unwrap();
        let before = Reads {}.get_result::<(i64, i64, i64)>(unit.connection().await.unwrap()).await.unwrap();
        let answer = work(&mut unit).await.unwrap();
        let after = Reads {}.get_result::<(i64, i64, i64)>(unit.connection().await.unwrap()).await.unwrap();
        unit.rollback().await.unwrap();
        assert_eq!(after.0 - before.0, 0, "a table was scanned");
        (after.1 - before.1, after.2 - before.2, answer)
    }
}

/// Needs of 64 users, with a request each of which every second was answered, and of as many others as `more`.
fn needs(more: u32) -> CreditNeeds {
    let request = |n: u32| IdempotentRequest {
        user_id: UserId::from(nth(1 + n % 500)),
        operation: "spend".into(),
        key: format!("key{}", if n.is_multiple_of(2) { n } else { n + 5_000 }),
        fingerprint: "x".to_owned(),
    };
    CreditNeeds {
        now: BASE_TIME,
        day: period("2026-11-22"),
        month: period("2026-11"),
        users: (1..=64).map(|n| UserId::from(nth(n))).collect(),
        workspaces: (1..=more).map(|n| (WorkspaceId::from(nth(n)), UserId::from(nth(n)))).collect(),
        grants: (1..=more).map(|n| CreditGrantId::from(nth(n + 1_500))).collect(),
        reservations: (1..=more).map(|n| ReservationId::from(nth(n * 10 + 1))).collect(),
        refunds: (1..=more).map(|n| CreditTransactionId::from(nth(n * 10 - 1))).collect(),
        requests: (1..=64).map(request).collect(),
    }
}

/// A transaction that moves nothing.
fn asked_by(n: u32, actor: UserId) -> CreditTransaction {
    CreditTransaction {
        id: CreditTransactionId::from(nth(n)),
        organization_id: OrganizationId::from(nth(1)),
        movement: Movement { kind: MovementKind::Consume, amount: 0, entries: Vec::new() },
        user_id: None,
        actor_id: Some(actor),
        workspace_id: None,
        operation: None,
        reservation_id: None,
        reverses: None,
        day: period("2026-11-22"),
        month: period("2026-11"),
        reason: None,
        created_at: BASE_TIME,
    }
}

/// M-20: what a batch needs is looked up by keys, also where nothing is known of the tables yet.
#[tokio::test]
async fn a_state_looks_everything_up() {
    for known in Known::EACH {
        let early = async |unit: &mut Unit| credit_state::read(unit, nth(1), &needs(64)).await;
        let crowd = Crowd::new(known, early).await;
        for mode in MODES {
            for more in [0, 64] {
                let needs = needs(more);
                let read = async |unit: &mut Unit| credit_state::read(unit, nth(1), &needs).await;
                let (rows, by_lists, state) = crowd.reads_by_lists(mode, read).await;
                assert_eq!(by_lists, 0, "{mode} {known:?} {more}");
                let more = usize::try_from(more).unwrap();
                assert_eq!((state.grants.len(), state.members.len(), state.spent.len()), (3 + more * 2, 64, more));
                assert_eq!((state.workspaces.len(), state.budgets.len()), (more, more));
                assert!(state.budgets.values().all(|budget| budget.quota.is_some()));
                let is_tied = |(_, ties): &&(_, WorkspaceTies)| ties.role.is_some() || ties.grant.is_some();
                assert_eq!(state.workspaces.values().filter(is_tied).count(), more.min(15));
                assert_eq!(state.reservations.len(), 100 + more);
                assert_eq!(state.answers.iter().flatten().count(), 32);
                assert!(state.members.values().all(|it| it.facts.is_some() && it.quota.is_some() && it.month == 1));
                assert!(state.spent.values().all(|spent| spent.left.is_empty()), "all is given back");
                // Grants, memberships with quota and two counts, reservations, answers; and for each transaction that
                // is given back: itself, once more for its grant, that, and what gave it back. Workspaces with the
                // membership, up to two ties, and each with the budget and two counts; grants.
                let most = 3 + 64 * 4 + 100 + more + 32 + more * 4 + more * 7 + more;
                let rows = usize::try_from(rows).unwrap();
                assert!(rows <= most, "{mode} {known:?} {more}: {rows} of {most} rows");
            }
        }
    }
}

/// M-20: what is written is found by its key, and nothing else is read.
#[tokio::test]
async fn writes_look_everything_up() {
    for known in Known::EACH {
        let early = async |unit: &mut Unit| credit_writes::write(unit, nth(1), &counting(1), BASE_TIME).await;
        let crowd = Crowd::new(known, early).await;
        for mode in MODES {
            for change in [1, -1] {
                let writes = counting(change);
                let write = async |unit: &mut Unit| credit_writes::write(unit, nth(1), &writes, BASE_TIME).await;
                let (rows, ()) = crowd.reads(mode, write).await;
                // A count for each, of the workspace too; and that of the workspace, which is one.
                assert!(rows <= 64 * 2 + 1, "{mode} {known:?} {change}: {rows} rows");
            }
        }
    }
}

/// A change of what 64 members have spent for a workspace, and 32 requests that were not answered before.
fn counting(change: i64) -> CreditWrites {
    let month = |n| ((UserId::from(nth(n)), period("2026-11")), change);
    let usage: BTreeMap<_, _> = (1..=64).map(month).collect();
    let of_workspace = |((user, month), change)| ((WorkspaceId::from(nth(1)), user, month), change);
    let workspace_usage = usage.clone().into_iter().map(of_workspace).collect();
    let unanswered: Vec<_> = needs(0).requests.into_iter().step_by(2).collect();
    let transactions: Vec<_> = (6_001..).zip(&unanswered).map(|(n, it)| asked_by(n, it.user_id)).collect();
    let answers = transactions.iter().map(|it| it.id).zip(unanswered);
    CreditWrites {
        changes: PoolChanges { usage, workspace_usage, ..PoolChanges::default() },
        answers: answers.map(|(id, request)| (id, (request, "x".to_owned()))).collect(),
        transactions,
    }
}

/// M-27, M-28: a page of the ledger, whatever is asked for, and of what members spent reads what it shows.
#[tokio::test]
async fn a_page_reads_what_it_shows() {
    let crowd = Crowd::new(Known::Everything, async |_| Ok(())).await;
    let size = PageSize::new(10).unwrap();
    let page = PageRequest { after: Some(nth(4_000)), size };
    let all = CreditTransactionFilter::default();
    let of_user = CreditTransactionFilter { user_id: Some(UserId::from(nth(7))), ..all.clone() };
    let of_workspace = CreditTransactionFilter { workspace_id: Some(WorkspaceId::from(nth(7))), ..all.clone() };
    let of_kind = CreditTransactionFilter { kind: Some(MovementKind::Grant), ..all.clone() };
    for mode in MODES {
        for (filter, shown) in [(&all, 10), (&of_user, 8), (&of_workspace, 10), (&of_kind, 1)] {
            let list = async |unit: &mut Unit| credit_transactions::list(unit, nth(1), filter, &page).await;
            let (rows, found) = crowd.reads(mode, list).await;
            assert_eq!(found.items.len(), shown, "{filter:?}");
            assert!(found.items.iter().all(|it| it.movement.entries.len() == 2), "{filter:?}");
            assert!(rows <= 11, "{mode} {filter:?}: {rows} rows");
        }
        let mut first = PageRequest::first(size);
        for workspace in [None, Some(nth(1)), None, Some(nth(1))] {
            let (day, month) = (&period("2026-11-22"), &period("2026-11"));
            let list = async |unit: &mut Unit| credit_usage::list(unit, nth(1), (day, month), workspace, &first).await;
            let (rows, found) = crowd.reads(mode, list).await;
            assert!(found.items.iter().all(|it| (it.credits.day, it.credits.month) == (1, 1)));
            // The position is where the range begins, and is read too.
            assert!(rows <= 11 * 5 + 5, "{mode}: {rows} rows");
            first = PageRequest { after: found.next, size };
        }
    }
}
