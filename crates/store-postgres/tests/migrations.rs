//! The migrations: up, down, by many at once; and what connecting refuses.
#![allow(clippy::unwrap_used, reason = "this is test code")]

mod support;

use std::path::Path;
use std::time::{Duration, Instant};

use guildhall_store_postgres::{
    ConnectError, PostgresOptions, PostgresStore, migrate, pending_migrations, revert_migrations,
};
use guildhall_testkit::postgres::TestDatabase;
use support::database;

/// Tables, columns, constraints, indexes, policies and functions, as text.
async fn schema(database: &TestDatabase) -> Vec<String> {
    let everything = "\
        SELECT format('column %s.%s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull) \
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' \
        UNION ALL SELECT format('constraint %s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint \
            WHERE connamespace = 'public'::regnamespace \
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' \
        UNION ALL SELECT format('policy %s %s %s', tablename, policyname, qual) FROM pg_policies \
        UNION ALL SELECT format('rls %s %s %s', relname, relrowsecurity, relforcerowsecurity) FROM pg_class \
            WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' \
        UNION ALL SELECT format('grant %s %s', relname, relacl) FROM pg_class \
            WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' \
        UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace \
        ORDER BY 1";
    let rows = database.client().await.query(everything, &[]).await.unwrap();
    rows.into_iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn up_down_up_gives_the_same_schema() {
    let database = TestDatabase::empty().await;
    let applied = migrate(database.url()).await.unwrap();
    let first = schema(&database).await;
    assert_eq!(migrate(database.url()).await.unwrap(), [""; 0], "a second run has nothing to do");

    let reverted = revert_migrations(database.url()).await.unwrap();
    assert_eq!(reverted.len(), applied.len());
    let left: Vec<_> =
        schema(&database).await.into_iter().filter(|line| !line.contains("__diesel_schema_migrations")).collect();
    assert_eq!(left, [""; 0], "nothing is left behind");
    assert_eq!(pending_migrations(database.url()).await.unwrap(), applied);

    assert_eq!(migrate(database.url()).await.unwrap(), applied);
    assert_eq!(schema(&database).await, first);
    assert_eq!(pending_migrations(database.url()).await.unwrap(), [""; 0]);
}

/// What a migration does, by its version.
fn script(version: &str, direction: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/postgres");
    let mut entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let migration = entries.find(|path| path.file_name().unwrap().to_string_lossy().starts_with(version)).unwrap();
    std::fs::read_to_string(migration.join(direction)).unwrap()
}

const FIRST: &str = "00000000-0000-7000-8000-000000000001";
const SECOND: &str = "00000000-0000-7000-8000-000000000002";

/// A database as the version before invitations made it, with an organization of two.
async fn before_invitations() -> TestDatabase {
    let database = TestDatabase::empty().await;
    let client = database.client().await;
    let history = "CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY NOT NULL, \
        run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP)";
    client.batch_execute(history).await.unwrap();
    for version in ["0001", "0002", "0003", "0004", "0005", "0006"] {
        client.batch_execute(&script(version, "up.sql")).await.unwrap();
        client.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ($1)", &[&version]).await.unwrap();
    }
    let rows = format!(
        "BEGIN; SET LOCAL app.organization_id = '{FIRST}'; \
         INSERT INTO users (id, email, name, superadmin, created_at, updated_at, version, search_key) VALUES \
            ('{FIRST}', 'a@b.example', 'A', false, now(), now(), 1, 'a'), \
            ('{SECOND}', 'b@b.example', 'B', false, now(), now(), 1, 'b'); \
         INSERT INTO organizations (id, name, name_key, slug, status, plan, users_count, owners_count, \
            workspaces_count, created_at, updated_at, version) \
            VALUES ('{FIRST}', 'Acme', 'acme', 'acme', 'active', 'FREE', 2, 1, 0, now(), now(), 1); \
         INSERT INTO memberships (organization_id, id, user_id, email, role, all_read, all_write, source, created_at, \
            updated_at, version) VALUES \
            ('{FIRST}', '{FIRST}', '{FIRST}', 'a@b.example', 'owner', true, true, 'creator', now(), now(), 1), \
            ('{FIRST}', '{SECOND}', '{SECOND}', 'b@b.example', 'member', false, false, 'direct_add', now(), now(), 1); \
         COMMIT"
    );
    client.batch_execute(&rows).await.unwrap();
    database
}

/// How the members came in, in their order.
async fn sources(database: &TestDatabase) -> Vec<String> {
    let client = database.client().await;
    client.batch_execute(&format!("SET app.organization_id = '{FIRST}'")).await.unwrap();
    let rows = client.query("SELECT source FROM memberships ORDER BY id", &[]).await.unwrap();
    rows.into_iter().map(|row| row.get(0)).collect()
}

/// What is there stays, there and back: a source that the version before does not know becomes the nearest one.
#[tokio::test]
async fn data_is_kept_up_and_down() {
    let database = before_invitations().await;
    let applied = migrate(database.url()).await.unwrap();
    assert_eq!(applied.first().map(String::as_str), Some("0007"));
    assert_eq!(sources(&database).await, ["creator", "direct_add"]);
    let client = database.client().await;
    let verified = client.query_one("SELECT count(*), count(email_verified_at) FROM users", &[]).await.unwrap();
    assert_eq!(
        (verified.get::<_, i64>(0), verified.get::<_, i64>(1)),
        (2, 0),
        "nobody's address is taken for verified"
    );

    client.batch_execute(&format!("SET app.organization_id = '{FIRST}'")).await.unwrap();
    let decided = client.query_one("SELECT overrides::text, plan FROM organizations", &[]).await.unwrap();
    assert_eq!(
        (decided.get(0), decided.get(1)),
        ("{}", "FREE"),
        "nothing is decided for one organization alone (M-14)"
    );
    let zone = client.query_one("SELECT time_zone FROM organizations", &[]).await.unwrap();
    assert_eq!(zone.get::<_, &str>(0), "UTC", "days begin where they did (M-26)");
    let given = format!(
        "INSERT INTO invitations (organization_id, id, email, role, all_read, all_write, status, token_digest, \
            created_at, updated_at, expires_at, version) \
         VALUES ('{FIRST}', '{FIRST}', 'c@b.example', 'member', false, false, 'pending', sha256('c'), now(), now(), \
            now(), 1) RETURNING grants::text"
    );
    let given = client.query_one(&given, &[]).await.unwrap();
    assert_eq!(given.get::<_, &str>(0), "[]", "the version before makes invitations without grants (C-112)");
    client.batch_execute("RESET app.organization_id").await.unwrap();

    for (source, before) in [("sign_up", "creator"), ("invitation", "direct_add"), ("scim", "direct_add")] {
        let change = format!("SET app.organization_id = '{FIRST}'; UPDATE memberships SET source = '{source}'");
        client.batch_execute(&change).await.unwrap();
        client.batch_execute("RESET app.organization_id").await.unwrap();
        for version in applied.iter().rev() {
            client.batch_execute(&script(version, "down.sql")).await.unwrap();
        }
        assert_eq!(sources(&database).await, [before, before]);
        for version in &applied {
            client.batch_execute(&script(version, "up.sql")).await.unwrap();
        }
        assert_eq!(sources(&database).await, [before, before]);
    }
    client.batch_execute(&format!("SET app.organization_id = '{FIRST}'")).await.unwrap();
    let error = client.execute("UPDATE memberships SET source = 'magic'", &[]).await.unwrap_err();
    assert_eq!(error.as_db_error().unwrap().constraint(), Some("memberships_source_known"));
}

/// R-IDEM: what was answered before is answered again after the migration, whoever is gone.
#[tokio::test]
async fn answers_about_the_ledger_move_into_it() {
    let database = before_invitations().await;
    let applied = migrate(database.url()).await.unwrap();
    let since: Vec<_> = applied.iter().filter(|version| version.as_str() > "0026").collect();
    let client = database.client().await;
    let (there, gone) = (FIRST, "00000000-0000-7000-8000-000000000009");
    let rows = format!(
        "SET app.organization_id = '{FIRST}'; \
         INSERT INTO credit_transactions (organization_id, id, kind, amount, actor_id, day, month, created_at, \
            request_operation, request_key, request_fingerprint, answer) VALUES \
            ('{FIRST}', '{FIRST}', 'consume', 0, '{gone}', '2026-11-22', '2026-11', now(), 'consume_credits', 'key', \
                'says', '{FIRST} 1 2 5 - - -'), \
            ('{FIRST}', '{SECOND}', 'expire', 0, NULL, '2026-11-22', '2026-11', now(), NULL, NULL, NULL, NULL); \
         INSERT INTO idempotent_answers VALUES ('{FIRST}', '{there}', 'acquire_quota', 'key', 'says', '5', now()); \
         RESET app.organization_id"
    );
    client.batch_execute(&rows).await.unwrap();
    let texts = async |sql: &str| -> Vec<String> {
        client.batch_execute(&format!("SET app.organization_id = '{FIRST}'")).await.unwrap();
        let rows = client.query(sql, &[]).await.unwrap();
        client.batch_execute("RESET app.organization_id").await.unwrap();
        rows.into_iter().map(|row| row.get(0)).collect()
    };
    let ledger = "SELECT format('%s %s %s %s %s %s', id, created_at, request_operation, request_key, \
        request_fingerprint, answer) FROM credit_transactions ORDER BY id";
    let before = texts(ledger).await;
    for version in since.iter().rev() {
        client.batch_execute(&script(version, "down.sql")).await.unwrap();
    }
    let kept = "SELECT format('%s %s %s', operation, answer, kept_for_good) FROM idempotent_answers ORDER BY 1";
    assert_eq!(texts(kept).await, ["acquire_quota 5 f".to_owned(), format!("consume_credits {FIRST} 1 2 5 - - - t")]);
    for version in since {
        client.batch_execute(&script(version, "up.sql")).await.unwrap();
    }
    assert_eq!(texts(ledger).await, before);
    assert_eq!(texts("SELECT operation FROM idempotent_answers").await, ["acquire_quota"]);
}

/// R-LED-8: what was spent for a workspace before it could have a budget counts against it, and so does what
/// somebody is spending while the migration runs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_members_spent_for_a_workspace_is_added_up() {
    let database = before_invitations().await;
    let applied = migrate(database.url()).await.unwrap();
    let since: Vec<_> = applied.iter().filter(|version| version.as_str() > "0027").collect();
    let client = database.client().await;
    for version in since.iter().rev() {
        client.batch_execute(&script(version, "down.sql")).await.unwrap();
    }
    let rows = format!(
        "SET app.organization_id = '{FIRST}'; \
         INSERT INTO credit_workspace_usage VALUES ('{FIRST}', '{FIRST}', '{FIRST}', '2026-11', 5), \
            ('{FIRST}', '{FIRST}', '{SECOND}', '2026-11', 7), ('{FIRST}', '{FIRST}', '{FIRST}', '2026-11-22', 5); \
         RESET app.organization_id"
    );
    client.batch_execute(&rows).await.unwrap();
    let (spending, watching) = (database.client().await, database.client().await);
    let begun = format!("BEGIN; SET LOCAL app.organization_id = '{FIRST}'; SELECT FROM organizations FOR UPDATE");
    spending.batch_execute(&begun).await.unwrap();

    let scripts: String = since.iter().map(|version| script(version, "up.sql")).collect();
    let migrating = tokio::spawn(async move { client.batch_execute(&scripts).await.map(|()| client) });
    let waiting = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while watching.query(waiting, &[]).await.unwrap().is_empty() {
        assert!(!migrating.is_finished(), "it waits for who is spending");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let spent = format!("INSERT INTO credit_workspace_usage VALUES ('{FIRST}', '{SECOND}', '{FIRST}', '2026-11', 1)");
    spending.batch_execute(&format!("{spent}; COMMIT")).await.unwrap();
    let client = migrating.await.unwrap().unwrap();

    client.batch_execute(&format!("SET app.organization_id = '{FIRST}'")).await.unwrap();
    let totals = "SELECT format('%s %s %s', workspace_id, period, used) FROM credit_workspace_totals ORDER BY 1";
    let totals: Vec<String> = client.query(totals, &[]).await.unwrap().into_iter().map(|row| row.get(0)).collect();
    let wanted = [format!("{FIRST} 2026-11 12"), format!("{FIRST} 2026-11-22 5"), format!("{SECOND} 2026-11 1")];
    assert_eq!(totals, wanted);
}

/// A migration that has to wait for a table gives up soon, since everybody on
/// that table waits behind it. Nothing is half done, and it can be run again.
#[tokio::test]
async fn a_table_in_use_is_not_waited_for_long() {
    let database = before_invitations().await;
    let mut client = database.client().await;
    let reading = client.transaction().await.unwrap();
    reading.query("SELECT FROM users", &[]).await.unwrap();
    let pending = pending_migrations(database.url()).await.unwrap();
    let started = Instant::now();
    let error = migrate(database.url()).await.unwrap_err();
    assert!(matches!(&error, ConnectError::Migration(text) if text.contains("lock timeout")), "{error:?}");
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    assert_eq!(pending_migrations(database.url()).await.unwrap(), pending);

    reading.rollback().await.unwrap();
    assert_eq!(migrate(database.url()).await.unwrap(), pending);
}

/// Four servers that start at once all migrate, and each migration runs once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn four_migrate_at_once() {
    let database = TestDatabase::empty().await;
    let expected = pending_migrations(database.url()).await.unwrap();
    let servers: Vec<_> = (0..4)
        .map(|_| {
            let url = database.url().to_owned();
            tokio::spawn(async move { migrate(&url).await })
        })
        .collect();
    let mut applied = Vec::new();
    for server in servers {
        applied.extend(server.await.unwrap().unwrap());
    }
    assert_eq!(applied, expected);
}

/// Four databases of one cluster may be migrated at once, though roles are the cluster's.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn four_databases_migrate_at_once() {
    let mut databases = Vec::new();
    for _ in 0..4 {
        databases.push(TestDatabase::empty().await);
    }
    let servers: Vec<_> = databases
        .iter()
        .map(|database| {
            let url = database.url().to_owned();
            tokio::spawn(async move { migrate(&url).await })
        })
        .collect();
    for server in servers {
        server.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_schema_that_is_behind_is_refused() {
    let database = TestDatabase::empty().await;
    let error = PostgresStore::connect(database.url(), PostgresOptions::default()).await.unwrap_err();
    assert!(matches!(&error, ConnectError::SchemaBehind { pending } if pending.len() >= 16), "{error:?}");
    assert!(error.to_string().contains("guildhall migrate"), "{error}");
}

/// R-RLS-2: a role for which the policies would not hold is refused.
#[tokio::test]
async fn a_role_that_owns_the_tables_is_refused() {
    let database = database().await;
    let options = PostgresOptions { application_role: "guildhall".to_owned(), ..PostgresOptions::default() };
    let error = PostgresStore::connect(database.url(), options).await.unwrap_err();
    assert!(matches!(&error, ConnectError::UnsafeRole { role, .. } if role == "guildhall"), "{error:?}");
}

#[tokio::test]
async fn an_unknown_role_is_refused() {
    let database = database().await;
    let options = PostgresOptions { application_role: "nob\"ody".to_owned(), ..PostgresOptions::default() };
    let error = PostgresStore::connect(database.url(), options).await.unwrap_err();
    assert!(matches!(error, ConnectError::RoleUnusable { .. }), "{error:?}");
}

#[tokio::test]
async fn a_server_that_is_away_is_named_without_the_password() {
    let url = "postgres://guildhall:geheim@127.0.0.1:1/guildhall";
    let error = PostgresStore::connect(url, PostgresOptions::default()).await.unwrap_err();
    assert!(matches!(error, ConnectError::Unreachable(_)), "{error:?}");
    assert!(!error.to_string().contains("geheim"), "{error}");
}
