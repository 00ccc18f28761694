use guildhall_ports::store::{Mode, StoreError};
use guildhall_testkit::postgres::TestDatabase;
use uuid::Uuid;

use super::{Lease, Scope, Unit};
use crate::connector::Connector;
use crate::pool::{self, ConnectionPool};
use crate::raw_statement::raw_statement;
use crate::{PostgresOptions, migrate};

raw_statement! {
    /// What the connection's next transaction would be for.
    struct Settings {} -> diesel::sql_types::Text =
        "SELECT concat(current_setting('app.organization_id', true), current_setting('app.user_id', true), \
            current_setting('app.platform', true))"
}

async fn single_connection() -> (ConnectionPool, TestDatabase) {
    let database = TestDatabase::create(async |url: &str| {
        migrate(url).await.unwrap();
    })
    .await;
    let options = PostgresOptions { pool_size: 1, ..PostgresOptions::default() };
    (pool::build(Connector::parse(database.url()).unwrap(), &options).unwrap(), database)
}

async fn settings(pool: &ConnectionPool) -> String {
    use diesel_async::RunQueryDsl;
    let mut lease = Lease::acquire(pool).await.unwrap();
    let settings = Settings {}.get_result(lease.connection().unwrap()).await;
    lease.note(settings).unwrap()
}

/// A unit of work whose transaction has begun, which waits for a statement otherwise.
async fn begun(pool: &ConnectionPool, mode: Mode, scope: Scope) -> Unit {
    let mut unit = Unit::begin(pool, mode, scope).await.unwrap();
    unit.connection().await.unwrap();
    unit
}

/// R-RLS-3: whom a transaction was for is forgotten with it, however it ends.
#[tokio::test]
async fn scope_ends_with_the_transaction() {
    let (pool, _database) = single_connection().await;
    let id = Uuid::from_u128(7);
    for scope in [Scope::Organization(id), Scope::User(id), Scope::Platform] {
        for mode in [Mode::Read, Mode::Write] {
            begun(&pool, mode, scope).await.commit().await.unwrap();
            assert_eq!(settings(&pool).await, "", "after commit of {scope:?}");
            begun(&pool, mode, scope).await.rollback().await.unwrap();
            assert_eq!(settings(&pool).await, "", "after rollback of {scope:?}");
            drop(begun(&pool, mode, scope).await);
            assert_eq!(settings(&pool).await, "", "after drop of {scope:?}");
            let panicking = tokio::spawn({
                let pool = pool.clone();
                async move {
                    let _unit = begun(&pool, mode, scope).await;
                    panic!("a use case panics");
                }
            });
            assert!(panicking.await.is_err());
            assert_eq!(settings(&pool).await, "", "after a panic in {scope:?}");
        }
    }
}

/// A dropped unit is rolled back and its connection used again: the pool
/// of one does not grow a second server process.
#[tokio::test]
async fn dropped_unit_gives_its_connection_back() {
    let (pool, database) = single_connection().await;
    for _ in 0..20 {
        drop(begun(&pool, Mode::Write, Scope::Organization(Uuid::from_u128(7))).await);
    }
    assert_eq!(settings(&pool).await, "");
    let client = database.client().await;
    let activity = "SELECT count(*), count(*) FILTER (WHERE state <> 'idle'), \
            count(*) FILTER (WHERE backend_start < now() - interval '0 s') \
        FROM pg_stat_activity \
        WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()";
    let row = client.query_one(activity, &[]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (1, 0));
    assert_eq!(pool.status().size, 1);
}

raw_statement! {
    /// Fails where it divides by zero, and outside of a unit of work for the organization.
    struct Divide<'a> { organization: &'a str as diesel::sql_types::Text, by: i32 as diesel::sql_types::Integer }
    -> diesel::sql_types::Integer =
        "SELECT 1 / (CASE WHEN current_setting('app.organization_id', true) = $1 THEN $2 ELSE 0 END)"
}

/// A last statement is carried out inside of its transaction, however often and however busy the task is, and a
/// failed one commits nothing.
#[tokio::test]
async fn a_last_statement_comes_before_the_commit() {
    let (pool, _database) = single_connection().await;
    for n in 0..500_u128 {
        let id = Uuid::from_u128(n);
        let organization = id.to_string();
        let unit = begun(&pool, Mode::Write, Scope::Organization(id)).await;
        if n % 10 == 1 {
            let failed = unit.commit_with(Divide { organization: &organization, by: 0 }).await;
            assert!(matches!(failed, Err(StoreError::Corrupt(_))), "{failed:?}");
        } else {
            // Leaves nothing of what the runtime lets a task do at once.
            while tokio::task::coop::has_budget_remaining() {
                tokio::task::coop::consume_budget().await;
            }
            unit.commit_with(Divide { organization: &organization, by: 1 }).await.unwrap();
        }
        assert_eq!(settings(&pool).await, "");
    }
    assert_eq!(pool.status().size, 1);
}

/// PostgreSQL answers COMMIT of a failed transaction with a silent rollback.
#[tokio::test]
async fn commit_after_an_error_is_an_error() {
    use diesel_async::SimpleAsyncConnection;
    let (pool, _database) = single_connection().await;
    let mut unit = Unit::begin(&pool, Mode::Write, Scope::Platform).await.unwrap();
    let failed = unit.connection().await.unwrap().batch_execute("SELECT 1 / 0").await;
    assert!(unit.note(failed).is_err());
    assert!(matches!(unit.commit().await, Err(StoreError::Corrupt(_))));
    assert_eq!(settings(&pool).await, "");
}
