use std::num::NonZeroUsize;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::check_range;

/// Connections to the database and their time limits.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DatabaseConfig {
    /// Connections at once: 16 on PostgreSQL where none is given; on SQLite
    /// the reading ones, 4 where none is given.
    pub pool_size: Option<NonZeroUsize>,
    /// How long a request waits for a connection before the answer is 503.
    pub pool_timeout_ms: u64,
    /// How long one statement may run (PostgreSQL).
    pub statement_timeout_ms: u64,
    /// How long one statement may wait for a lock (PostgreSQL).
    pub lock_timeout_ms: u64,
    /// How long a transaction may stand idle before it is rolled back.
    pub idle_transaction_timeout_ms: u64,
    /// The role that every statement of the service runs as (PostgreSQL).
    pub application_role: String,
}

impl Default for DatabaseConfig {
    fn default() -> Self {
        Self {
            pool_size: None,
            pool_timeout_ms: 5_000,
            statement_timeout_ms: 10_000,
            lock_timeout_ms: 5_000,
            idle_transaction_timeout_ms: 10_000,
            application_role: "guildhall_app".to_owned(),
        }
    }
}

impl DatabaseConfig {
    /// How long a request waits for a connection.
    pub fn pool_timeout(&self) -> Duration {
        Duration::from_millis(self.pool_timeout_ms)
    }

    /// How long one statement may run.
    pub fn statement_timeout(&self) -> Duration {
        Duration::from_millis(self.statement_timeout_ms)
    }

    /// How long one statement may wait for a lock.
    pub fn lock_timeout(&self) -> Duration {
        Duration::from_millis(self.lock_timeout_ms)
    }

    /// How long a transaction may stand idle.
    pub fn idle_transaction_timeout(&self) -> Duration {
        Duration::from_millis(self.idle_transaction_timeout_ms)
    }

    pub(super) fn check(&self, problems: &mut Vec<String>) {
        const HOUR: u64 = 3_600_000;
        check_range(problems, "database.pool_size", self.pool_size.map_or(1, NonZeroUsize::get), 1, 1_000);
        check_range(problems, "database.pool_timeout_ms", self.pool_timeout_ms, 1, HOUR);
        check_range(problems, "database.statement_timeout_ms", self.statement_timeout_ms, 1, HOUR);
        check_range(problems, "database.lock_timeout_ms", self.lock_timeout_ms, 1, HOUR);
        check_range(problems, "database.idle_transaction_timeout_ms", self.idle_transaction_timeout_ms, 1, HOUR);
        if self.application_role.trim().is_empty() || self.application_role.contains('\0') {
            problems.push("`database.application_role` names no role: leave it out for guildhall_app".to_owned());
        }
    }
}
