//! A store on a database of its own.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "this is test code, of which every program uses a part"
)]

pub mod plan;
pub mod tenants;

use std::sync::Arc;

use guildhall_ports::store::Store;
use guildhall_store_postgres::{PostgresOptions, PostgresStore, migrate};
use guildhall_testkit::postgres::TestDatabase;

/// A migrated database.
pub async fn database() -> TestDatabase {
    TestDatabase::create(async |url: &str| {
        migrate(url).await.unwrap();
    })
    .await
}

/// A store over `database`.
pub async fn connect(database: &TestDatabase, options: PostgresOptions) -> PostgresStore {
    PostgresStore::connect(database.url(), options).await.unwrap()
}

/// A new store with what the suites need.
pub async fn new_store() -> (Arc<dyn Store>, TestDatabase) {
    let database = database().await;
    // Tests run side by side on one cluster: few connections each.
    let store = connect(&database, PostgresOptions { pool_size: 8, ..PostgresOptions::default() }).await;
    (Arc::new(store), database)
}
