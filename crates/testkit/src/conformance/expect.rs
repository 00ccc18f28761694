use std::fmt::Debug;

use guildhall_ports::store::{Constraint, StoreError};

/// Asserts that storage kept the rule.
pub(super) fn conflict<T: Debug>(result: Result<T, StoreError>, rule: Constraint) {
    match result {
        Err(StoreError::Conflict(kept)) if kept == rule => {}
        other => panic!("expected a conflict with {rule:?}, got {other:?}"),
    }
}

/// Asserts that the row to change was not there.
pub(super) fn not_found<T: Debug>(result: Result<T, StoreError>) {
    assert!(matches!(result, Err(StoreError::NotFound)), "expected NotFound, got {result:?}");
}
