//! How much PostgreSQL reads for what is asked about workspaces: by its own counters, of the real statements.

use guildhall_domain::page::{KeyPosition, PageRequest, PageSize};
use guildhall_domain::policy::{WorkspaceView, WorkspaceViewer};
use guildhall_domain::{MemberId, UserId, WorkspaceId};
use guildhall_ports::store::{Mode, StoreError, WorkspaceFilter};
use guildhall_testkit::postgres::TestDatabase;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::connector::Connector;
use crate::raw_statement::raw_statement;
use crate::tables::{workspace_list, workspaces};
use crate::unit::{Scope, Unit};
use crate::{PostgresOptions, migrate, pool};

/// An organization with 101 members, of whom each may read 100 workspaces, among `$closed` others that nobody was
/// given, 100 of them somebody's own. 40 are open, for 30 each member has a grant, and each is in 30. Every fourth of
/// all is of another kind. The tables' owner makes them while their policies are not forced.
const CROWD: &str = "\
    CREATE FUNCTION nth(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE \
        AS $$ SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid $$; \
    ALTER TABLE organizations NO FORCE ROW LEVEL SECURITY; \
    ALTER TABLE memberships NO FORCE ROW LEVEL SECURITY; \
    ALTER TABLE workspaces NO FORCE ROW LEVEL SECURITY; \
    ALTER TABLE workspace_members NO FORCE ROW LEVEL SECURITY; \
    ALTER TABLE workspace_grants NO FORCE ROW LEVEL SECURITY; \
    INSERT INTO users (id, email, name, superadmin, created_at, updated_at, version, search_key) \
        SELECT nth(n), format('user%s@x.example', n), 'x', false, now(), now(), 1, 'x' \
        FROM generate_series(1, 101) n; \
    INSERT INTO sessions (id, user_id, token_digest, created_at, last_seen_at, expires_at) \
        SELECT nth(n), nth(n), sha256(n::text::bytea), now(), now(), now() FROM generate_series(1, 101) n; \
    INSERT INTO organizations (id, name, name_key, slug, status, plan, users_count, owners_count, workspaces_count, \
            created_at, updated_at, version) \
        VALUES (nth(1), 'x', 'x', 'x', 'active', 'FREE', 101, 0, 0, now(), now(), 1); \
    INSERT INTO memberships (organization_id, id, user_id, email, role, all_read, all_write, source, created_at, \
            updated_at, version) \
        SELECT nth(1), nth(n), nth(n), format('user%s@x.example', n), 'member', false, false, 'direct_add', now(), \
            now(), 1 FROM generate_series(1, 101) n; \
    INSERT INTO workspaces (organization_id, id, kind, name, name_key, slug, personal_of, default_access, limits, \
            fields, archived_at, created_at, updated_at, version) \
        SELECT nth(1), nth(n), CASE n % 4 WHEN 0 THEN 'project' ELSE 'board' END, 'x' || reverse(n::text), \
            'x' || reverse(n::text), 'x' || n, CASE WHEN n BETWEEN 901 AND 1000 THEN nth(n - 899) END, \
            CASE WHEN n <= 40 THEN 'read' END, '{}', '{}', CASE WHEN n > 100 AND n % 10 = 0 THEN now() END, now(), \
            now(), 1 \
        FROM generate_series(1, 100 + $closed) n; \
    INSERT INTO workspace_grants SELECT nth(1), nth(m), nth(n), 'read' \
        FROM generate_series(41, 70) n CROSS JOIN generate_series(1, 101) m; \
    INSERT INTO workspace_members SELECT nth(1), nth(n), nth(m), 'member', now() \
        FROM generate_series(71, 100) n CROSS JOIN generate_series(1, 101) m; \
    ALTER TABLE organizations FORCE ROW LEVEL SECURITY; \
    ALTER TABLE memberships FORCE ROW LEVEL SECURITY; \
    ALTER TABLE workspaces FORCE ROW LEVEL SECURITY; \
    ALTER TABLE workspace_members FORCE ROW LEVEL SECURITY; \
    ALTER TABLE workspace_grants FORCE ROW LEVEL SECURITY; \
    ANALYZE";

raw_statement! {
    /// Scans of whole tables, and rows that were read, of workspaces and what ties members to them: of the connection
    /// since it last told the server.
    struct Reads {} -> (diesel::sql_types::BigInt, diesel::sql_types::BigInt) =
        "SELECT sum(seq_scan)::bigint, sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint \
         FROM pg_stat_xact_user_tables WHERE relname LIKE 'workspace%'"
}
raw_statement! {
    /// From here on plans are made for whatever value of their parameters, or for the ones at hand.
    struct PlansFor<'a> { mode: &'a str as diesel::sql_types::Text } -> diesel::sql_types::Text =
        "SELECT set_config('plan_cache_mode', $1, true)"
}

const MODES: [&str; 2] = ["force_custom_plan", "force_generic_plan"];

fn nth(n: u32) -> Uuid {
    format!("00000000-0000-7000-8000-{n:012}").parse().unwrap()
}

struct Crowd {
    pool: pool::ConnectionPool,
    database: TestDatabase,
}

impl Crowd {
    async fn with_closed(closed: u32) -> Self {
        let database = TestDatabase::create(async |url: &str| {
            migrate(url).await.unwrap();
        })
        .await;
        database.client().await.batch_execute(&CROWD.replace("$closed", &closed.to_string())).await.unwrap();
        let options = PostgresOptions { pool_size: 1, ..PostgresOptions::default() };
        Self { pool: pool::build(Connector::parse(database.url()).unwrap(), &options).unwrap(), database }
    }

    /// What `work` reads inside the organization, none of it by a scan of a whole table, and what it gives.
    async fn reads<T>(&self, mode: &str, work: impl AsyncFnOnce(&mut Unit) -> Result<T, StoreError>) -> (i64, T) {
        use diesel_async::RunQueryDsl;
        let mut unit = Unit::begin(&self.pool, Mode::Read, Scope::Organization(nth(1))).await.unwrap();
        PlansFor { mode }.get_result::<String>(unit.connection().await.unwrap()).await.unwrap();
        let (scans, rows) = Reads {}.get_result::<(i64, i64)>(unit.connection().await.unwrap()).await.unwrap();
        let answer = work(&mut unit).await.unwrap();
        let (scans_since, rows_since) =
            Reads {}.get_result::<(i64, i64)>(unit.connection().await.unwrap()).await.unwrap();
        unit.rollback().await.unwrap();
        assert_eq!(scans_since - scans, 0, "a table was scanned");
        (rows_since - rows, answer)
    }

    /// As the service's role, in a transaction.
    async fn client(&self) -> Client {
        let client = self.database.client().await;
        client.batch_execute("SET ROLE guildhall_app; BEGIN").await.unwrap();
        client
    }
}

/// The first pages of 50 in one view: the most rows that one of them took, and how many workspaces they show.
async fn walk(crowd: &Crowd, mode: &str, view: WorkspaceView, filter: &WorkspaceFilter) -> (i64, usize) {
    let viewer = WorkspaceViewer { user_id: UserId::from(nth(1)), member_id: Some(MemberId::from(nth(1))), view };
    let (mut after, mut most, mut seen): (Option<KeyPosition>, i64, usize) = (None, 0, 0);
    for _ in 0..4 {
        let page = PageRequest { after: after.take(), size: PageSize::new(50).unwrap() };
        let list = async |unit: &mut Unit| workspace_list::list(unit, nth(1), &viewer, filter, &page).await;
        let (rows, page) = crowd.reads(mode, list).await;
        most = most.max(rows);
        seen += page.items.len();
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    (most, seen)
}

/// A page of a list reads the workspaces that it shows and those that the viewer is tied to, whatever else there is.
#[tokio::test]
async fn a_page_reads_what_the_viewer_sees() {
    let all = WorkspaceFilter::default();
    let of_kind = WorkspaceFilter { kind: Some("project".parse().unwrap()), ..all.clone() };
    let archived = WorkspaceFilter { archived: true, ..all.clone() };
    let (few, many) = (Crowd::with_closed(1_000).await, Crowd::with_closed(9_900).await);
    for mode in MODES {
        for (view, filter, seen, bound) in [
            (WorkspaceView::Everything, &all, 200, 120),
            (WorkspaceView::EveryShared, &all, 200, 120),
            (WorkspaceView::EveryShared, &of_kind, 200, 120),
            // Each page looks at the 60 that the member is tied to, and at what ties them.
            (WorkspaceView::Tied, &all, 100, 270),
            (WorkspaceView::Tied, &of_kind, 25, 270),
            (WorkspaceView::Tied, &archived, 0, 270),
        ] {
            let (in_many, shown) = walk(&many, mode, view, filter).await;
            assert_eq!(shown, seen, "{mode} {view:?} {filter:?}");
            assert!(in_many <= bound, "{mode} {view:?} {filter:?}: {in_many} rows were read");
            let (in_few, _) = walk(&few, mode, view, filter).await;
            // Another plan may look at another index, and not at the thousands that are not seen.
            assert!(in_many <= in_few + 100, "{mode} {view:?} {filter:?}: from {in_few} to {in_many} rows");
        }
    }
}

/// A workspace, and some of them, are looked up by their keys, with what ties a member to each.
#[tokio::test]
async fn a_workspace_is_looked_up_by_its_key() {
    let crowd = Crowd::with_closed(9_900).await;
    let member = Some(MemberId::from(nth(1)));
    for mode in MODES {
        for (n, ties) in [(1, 0), (41, 1), (71, 1), (500, 0)] {
            let find = async |unit: &mut Unit| workspaces::find(unit, nth(1), nth(n), member).await;
            let (rows, found) = crowd.reads(mode, find).await;
            let found = found.unwrap().ties;
            assert_eq!((rows, i64::from(found.grant.is_some()) + i64::from(found.role.is_some())), (1 + ties, ties));
        }
        let ids: Vec<_> = (41..=90).map(|n| WorkspaceId::from(nth(n))).collect();
        let find_many = async |unit: &mut Unit| workspaces::find_many(unit, nth(1), &ids, member).await;
        let (rows, found) = crowd.reads(mode, find_many).await;
        assert!(found.iter().all(|tied| tied.ties.grant.is_some() || tied.ties.role.is_some()));
        assert_eq!((found.len(), rows), (50, 100), "{mode}");
        let personal_of = async |unit: &mut Unit| workspaces::personal_of(unit, nth(1), nth(2)).await;
        let (rows, own) = crowd.reads(mode, personal_of).await;
        assert_eq!((own.unwrap().id, rows), (WorkspaceId::from(nth(901)), 1), "{mode}");
    }
}

/// As [`Reads`], of a plain connection, with members and accounts.
async fn reads_of(client: &Client) -> i64 {
    let counted = "SELECT sum(seq_scan)::bigint, sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint \
        FROM pg_stat_xact_user_tables WHERE relname LIKE 'workspace%' OR relname IN ('memberships', 'users')";
    let row = client.query_one(counted, &[]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), 0, "a table was scanned");
    row.get(1)
}

/// A check with a workspace reads that and what ties the subject to it, and nothing more.
#[tokio::test]
async fn a_check_looks_everything_up() {
    let crowd = Crowd::with_closed(9_900).await;
    for mode in MODES {
        let mut rows = Vec::new();
        for workspace in ["NULL", "nth(41)", "nth(500)"] {
            let client = crowd.client().await;
            let check = format!(
                "SET LOCAL plan_cache_mode = {mode}; SELECT * FROM check_many(ARRAY[sha256('1')], ARRAY[nth(1)], \
                    ARRAY[nth(2)], ARRAY[{workspace}]::uuid[])"
            );
            client.batch_execute(&check).await.unwrap();
            rows.push(reads_of(&client).await);
        }
        assert_eq!(rows[1..], [rows[0] + 2, rows[0] + 1], "{mode}");
    }
}

/// A hundred checks at once take a hundred looks.
#[tokio::test]
async fn a_batch_of_checks_looks_everything_up() {
    let crowd = Crowd::with_closed(9_900).await;
    for mode in MODES {
        let client = crowd.client().await;
        let batch = format!(
            "SET LOCAL plan_cache_mode = {mode}; SELECT * FROM check_batch(sha256('1'), nth(1), \
                (SELECT array_agg(nth(n)) FROM generate_series(2, 101) n), \
                (SELECT array_agg(nth(n)) FROM generate_series(1, 100) n))"
        );
        client.batch_execute(&batch).await.unwrap();
        // The caller's account and membership; then account, membership and workspace, and one tie for 60 of them.
        assert_eq!(reads_of(&client).await, 2 + 300 + 60, "{mode}");
    }
}
