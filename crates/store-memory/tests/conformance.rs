//! The storage contract, proved on the store in memory.

use std::sync::Arc;

use guildhall_ports::store::Store;
use guildhall_store_memory::MemoryStore;

async fn memory() -> (Arc<dyn Store>, ()) {
    (Arc::new(MemoryStore::new()), ())
}

guildhall_testkit::storage_conformance_suite!(memory());
guildhall_testkit::storage_race_suite!(memory());
