//! The storage contract and its races, on PostgreSQL with real concurrency.

mod support;

use support::new_store;

guildhall_testkit::storage_conformance_suite!(new_store());
guildhall_testkit::storage_race_suite!(new_store());
