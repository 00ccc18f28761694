//! The storage conformance suite, fixtures, and a throw-away PostgreSQL, for tests.
//!
//! Whoever writes a store proves it with two lines in an integration test:
//!
//! ```ignore
//! async fn new_store() -> (Arc<dyn Store>, TempDir) {
//!     let folder = tempfile::tempdir().unwrap();
//!     (Arc::new(MyStore::open(folder.path())), folder)
//! }
//!
//! guildhall_testkit::storage_conformance_suite!(new_store());
//! guildhall_testkit::storage_race_suite!(new_store());
//! ```
//!
//! Each macro makes one `#[tokio::test]` per case; every case gets a store of
//! its own. What the factory gives beside the store is kept until the case is over.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "this is test code: a fixture that cannot be made fails the test"
)]

mod cases;
pub mod conformance;
pub mod fixtures;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod races;
#[cfg(test)]
mod suite;
