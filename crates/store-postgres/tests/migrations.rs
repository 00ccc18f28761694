//! The migrations: up, down, by many at once; and what connecting refuses.
#![allow(clippy::unwrap_used, reason = "this is test code")]

mod support;

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
    assert!(matches!(&error, ConnectError::SchemaBehind { pending } if pending.len() >= 6), "{error:?}");
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
