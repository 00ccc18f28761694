//! What happens when PostgreSQL, or somebody in front of it, goes away (R-OPS).
#![allow(clippy::unwrap_used, reason = "this is test code")]

mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use guildhall_domain::{Limit, MemberRole, WorkspaceAccess, WorkspaceGrants};
use guildhall_ports::store::{Mode, Store, StoreError};
use guildhall_store_postgres::PostgresOptions;
use guildhall_testkit::fixtures::Fixture;
use support::{connect, database, new_store};

/// A killed backend costs the unit of work on it, and nothing after it.
#[tokio::test]
async fn killed_backends_are_replaced() {
    let (store, database) = new_store().await;
    let f = Fixture::new(Arc::clone(&store));
    let (owner, organization) = f.seed_owned("Acme").await;
    let before = f.state(organization.id).await;

    let mut unit = f.begin(organization.id).await;
    unit.open(owner.id).await.unwrap();
    unit.set_access(before.members[0].membership.id, WorkspaceAccess::NONE, &WorkspaceGrants::default(), f.now())
        .await
        .unwrap();
    database.cut_connections().await;
    let failed = unit.commit().await;
    assert!(matches!(failed, Err(StoreError::Unavailable(_))), "{failed:?}");

    let mut refused = 0;
    for _ in 0..50 {
        match store.ready().await {
            Ok(()) => {}
            Err(StoreError::Unavailable(_)) => refused += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(refused <= 1, "{refused} of 50 refused");
    assert_eq!(f.state(organization.id).await, before);
}

/// While the database is away: Unavailable, quickly. When it is back: service, without a restart.
#[tokio::test]
async fn service_comes_back_with_the_database() {
    let database = database().await;
    let options = PostgresOptions { acquire_timeout: Duration::from_secs(1), ..PostgresOptions::default() };
    let store = connect(&database, options).await;
    store.ready().await.unwrap();

    database.take_away().await;

    for _ in 0..5 {
        let asked = Instant::now();
        let answer = store.ready().await;
        assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
        assert!(asked.elapsed() < Duration::from_secs(2));
    }
    database.bring_back().await;
    assert_eq!(store.ready().await, Ok(()));
}

/// R-OPS-3: with every connection in use a request is refused in time, and served when one is free.
#[tokio::test]
async fn an_exhausted_pool_refuses_in_time() {
    let database = database().await;
    let options =
        PostgresOptions { pool_size: 2, acquire_timeout: Duration::from_millis(200), ..PostgresOptions::default() };
    let store = connect(&database, options).await;
    let first = store.begin_platform(Mode::Read).await.unwrap();
    let second = store.begin_platform(Mode::Read).await.unwrap();

    let asked = Instant::now();
    let answer = store.ready().await;
    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
    assert!(asked.elapsed() < Duration::from_secs(1));

    first.commit().await.unwrap();
    assert_eq!(store.ready().await, Ok(()));
    drop(second);
    assert_eq!(store.ready().await, Ok(()));
}

/// Whoever waits too long for a lock is told to come back.
#[tokio::test]
async fn a_long_wait_for_a_lock_is_unavailable() {
    let database = database().await;
    let options = PostgresOptions { lock_timeout: Duration::from_millis(100), ..PostgresOptions::default() };
    let store: Arc<dyn Store> = Arc::new(connect(&database, options).await);
    let f = Fixture::new(Arc::clone(&store));
    let (owner, organization) = f.seed_owned("Acme").await;

    let mut first = f.begin(organization.id).await;
    first.open(owner.id).await.unwrap();
    let mut second = f.begin(organization.id).await;
    let answer = second.open(owner.id).await;
    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
    second.rollback().await.unwrap();
    first.commit().await.unwrap();
}

/// Two units of work that wait for each other: one goes on, the other may try again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadlock_is_a_serialization_failure() {
    let (store, _database) = new_store().await;
    let f = Fixture::new(Arc::clone(&store));
    let (owner, organization) = f.seed_owned("Acme").await;

    let mut inside = f.begin(organization.id).await;
    inside.open(owner.id).await.unwrap();
    let mut outside = f.begin_user(owner.id).await;
    outside.user().await.unwrap();

    let crossing = tokio::spawn(async move {
        let mut outside = outside.into_org(organization.id).await.unwrap();
        let result = outside.open(owner.id).await.map(|_| ());
        outside.rollback().await.unwrap();
        result
    });
    let mut inside = inside.into_user(owner.id).await.unwrap();
    let result = inside.user().await.map(|_| ());
    inside.rollback().await.unwrap();

    let mut results = [result, crossing.await.unwrap()];
    results.sort_by_key(Result::is_err);
    assert_eq!(results, [Ok(()), Err(StoreError::Serialization)]);
}

/// A unit of work whose future is dropped in the middle of a statement leaves nothing, and no lock for long.
#[tokio::test]
async fn a_cancelled_statement_leaves_nothing() {
    let (store, _database) = new_store().await;
    let f = Fixture::new(Arc::clone(&store));
    let (owner, organization) = f.seed_owned("Acme").await;
    let user = f.seed_user("bob@acme.example").await;
    let before = f.state(organization.id).await;

    let mut first = f.begin(organization.id).await;
    first.open(owner.id).await.unwrap();
    let mut second = f.begin(organization.id).await;
    let membership = f.membership(organization.id, user.id, MemberRole::Admin);
    let waiting =
        tokio::time::timeout(Duration::from_millis(100), second.add_member(&membership, Limit::Unlimited)).await;
    assert!(waiting.is_err(), "it waits for the first unit of work");
    drop(second);
    first.commit().await.unwrap();

    assert_eq!(f.state(organization.id).await, before);
    f.seed_membership(organization.id, user.id, MemberRole::Member).await;
}
