//! Reading: a few connections that can change nothing, used in the caller's
//! task. A read takes some tens of microseconds, less than a change of threads.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use deadpool::Runtime;
use deadpool::unmanaged::{Object, Pool, PoolConfig};
use diesel::SqliteConnection;
use guildhall_ports::store::StoreError;

use crate::connection::{self, Purpose};
use crate::prepared::Command;
use crate::store_error::failure;
use crate::{OpenError, SqliteOptions};

/// The pool of reading connections.
#[derive(Clone)]
pub(crate) struct Readers {
    pool: Pool<Reader>,
}

/// One place in the pool. Its connection is given up after an error that may
/// be the connection's fault, and opened again at the next use, so that
/// storage that was away works again by itself.
pub(crate) struct Reader {
    connection: Option<SqliteConnection>,
    source: Arc<Source>,
}

struct Source {
    path: PathBuf,
    options: SqliteOptions,
}

impl Readers {
    pub(crate) fn open(path: &Path, options: SqliteOptions) -> Result<Self, OpenError> {
        let size = options.readers.max(1);
        let mut config = PoolConfig::new(size);
        config.timeout = Some(options.acquire_timeout);
        config.runtime = Some(Runtime::Tokio1);
        let pool = Pool::from_config(&config);
        let source = Arc::new(Source { path: path.to_owned(), options });
        for _ in 0..size {
            let reader = Reader { connection: Some(source.open()?), source: Arc::clone(&source) };
            // The pool has room for `size`, so nothing is ever left over.
            drop(pool.try_add(reader));
        }
        Ok(Self { pool })
    }

    /// Waits for a connection, in order of asking.
    pub(crate) async fn acquire(&self) -> Result<Object<Reader>, StoreError> {
        self.pool.get().await.map_err(|_| StoreError::Unavailable("all readers are busy".to_owned()))
    }

    /// Begins a unit of work that reads one state, whatever is written meanwhile.
    pub(crate) async fn begin(&self) -> Result<ReadUnit, StoreError> {
        let mut reader = self.acquire().await?;
        reader.run(|connection| Command("BEGIN DEFERRED").run(connection).map_err(failure))?;
        Ok(ReadUnit { reader, failed: None })
    }
}

impl Source {
    fn open(&self) -> Result<SqliteConnection, OpenError> {
        connection::open(&self.path, Purpose::Read, self.options.acquire_timeout)
    }
}

impl Reader {
    pub(crate) fn run<T>(
        &mut self,
        work: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(self.source.open().map_err(|error| StoreError::Unavailable(error.to_string()))?),
        };
        let result = work(connection);
        if matches!(result, Err(StoreError::Unavailable(_) | StoreError::Corrupt(_))) {
            self.connection = None;
        }
        result
    }
}

/// A unit of work that reads.
pub(crate) struct ReadUnit {
    reader: Object<Reader>,
    failed: Option<StoreError>,
}

impl ReadUnit {
    pub(crate) fn run<T>(
        &mut self,
        work: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let result = self.reader.run(work);
        if let Err(error) = &result
            && *error != StoreError::NotFound
        {
            self.failed = Some(error.clone());
        }
        result
    }
}

impl Drop for ReadUnit {
    fn drop(&mut self) {
        if let Some(connection) = &mut self.reader.connection
            && let Err(error) = Command("COMMIT").run(connection)
        {
            tracing::warn!(%error, "a reading transaction did not end; its connection is opened again");
            self.reader.connection = None;
        }
    }
}
