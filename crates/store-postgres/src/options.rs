use std::time::Duration;

/// How the store uses PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresOptions {
    /// How many connections are open at the most.
    pub pool_size: usize,
    /// How long a request waits for a connection, new or free, before it is refused.
    pub acquire_timeout: Duration,
    /// How long one statement may run.
    pub statement_timeout: Duration,
    /// How long one statement waits for a lock.
    pub lock_timeout: Duration,
    /// How long a transaction may sit idle before PostgreSQL ends it.
    pub idle_in_transaction_timeout: Duration,
    /// The role that every statement runs as. It must own no table and bypass no policy.
    pub application_role: String,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self {
            pool_size: 16,
            acquire_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(10),
            lock_timeout: Duration::from_secs(5),
            idle_in_transaction_timeout: Duration::from_secs(10),
            application_role: "guildhall_app".to_owned(),
        }
    }
}

impl PostgresOptions {
    /// What a new connection says first, in one round trip.
    pub(crate) fn session_setup(&self) -> String {
        let role = self.application_role.replace('"', "\"\"");
        format!(
            "SET ROLE \"{role}\"; SET statement_timeout = {}; SET lock_timeout = {}; \
             SET idle_in_transaction_session_timeout = {}; SET jit = off",
            self.statement_timeout.as_millis(),
            self.lock_timeout.as_millis(),
            self.idle_in_transaction_timeout.as_millis(),
        )
    }
}
