use std::time::Duration;

/// How a [`SqliteStore`](crate::SqliteStore) uses its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SqliteOptions {
    /// How many connections read at once; at least one.
    pub readers: usize,
    /// How long a unit of work waits for its turn before storage counts as unavailable.
    pub acquire_timeout: Duration,
    /// How long a writing unit of work may stand idle between two statements
    /// before it is rolled back, since everybody else waits for it.
    pub transaction_timeout: Duration,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { readers: 4, acquire_timeout: Duration::from_secs(5), transaction_timeout: Duration::from_secs(5) }
    }
}
