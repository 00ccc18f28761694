use std::path::Path;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::{Connection, ConnectionError, SqliteConnection};

use crate::OpenError;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Changes rows; there is one.
    Write,
    /// Reads rows and refuses to change any.
    Read,
    /// Changes the schema. Foreign keys are not enforced while tables are
    /// rebuilt, but checked at the end.
    Migrate,
}

/// Opens a connection. `busy` bounds the wait for other processes.
pub(crate) fn open(path: &Path, purpose: Purpose, busy: Duration) -> Result<SqliteConnection, OpenError> {
    let text = path.to_str().ok_or_else(|| OpenError::Path(path.to_owned()))?;
    connect(text, purpose, busy)
        .map_err(|error| OpenError::Connect { path: path.to_owned(), reason: error.to_string() })
}

fn connect(path: &str, purpose: Purpose, busy: Duration) -> Result<SqliteConnection, ConnectionError> {
    let mut connection = SqliteConnection::establish(path)?;
    let busy = busy.as_millis().clamp(1, 60_000);
    // The busy timeout comes first: entering WAL mode may have to wait for another process.
    let pragmas = format!(
        "PRAGMA busy_timeout = {busy};
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -8192;
         PRAGMA journal_size_limit = 67108864;
         PRAGMA trusted_schema = OFF;
         PRAGMA foreign_keys = {};
         PRAGMA query_only = {};",
        on_off(purpose != Purpose::Migrate),
        on_off(purpose == Purpose::Read),
    );
    connection.batch_execute(&pragmas).map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}

fn on_off(on: bool) -> &'static str {
    if on { "ON" } else { "OFF" }
}
