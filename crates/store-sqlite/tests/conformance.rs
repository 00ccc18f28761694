//! The storage contract, proved on SQLite.

#![allow(clippy::unwrap_used, reason = "what cannot be made fails the test")]

use std::sync::Arc;

use guildhall_ports::store::Store;
use guildhall_store_sqlite::{SqliteOptions, SqliteStore};
use tempfile::TempDir;

async fn new_store() -> (Arc<dyn Store>, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("guildhall.db"), SqliteOptions::default()).unwrap();
    (Arc::new(store), folder)
}

guildhall_testkit::storage_conformance_suite!(new_store());
guildhall_testkit::storage_race_suite!(new_store());
