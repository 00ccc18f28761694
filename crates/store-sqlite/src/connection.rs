use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::{Connection, ConnectionError, QueryResult, SqliteConnection};

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
    let milliseconds = busy.as_millis().clamp(1, 60_000);
    let wait = format!("PRAGMA busy_timeout = {milliseconds}");
    connection.batch_execute(&wait).map_err(ConnectionError::CouldntSetupConfiguration)?;
    enter_wal(&mut connection, busy).map_err(ConnectionError::CouldntSetupConfiguration)?;
    // A batch of spends changes hundreds of pages: the one that writes should
    // not read them again each time, and does not look after the log at each
    // commit, unless it has become long although that is done beside it.
    let (cache_kib, log_pages) = if purpose == Purpose::Write { (32_768, 32_000) } else { (8_192, 1_000) };
    let pragmas = format!(
        "PRAGMA synchronous = FULL;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -{cache_kib};
         PRAGMA wal_autocheckpoint = {log_pages};
         PRAGMA journal_size_limit = 134217728;
         PRAGMA trusted_schema = OFF;
         PRAGMA foreign_keys = {};
         PRAGMA query_only = {};",
        on_off(purpose != Purpose::Migrate),
        on_off(purpose == Purpose::Read),
    );
    connection.batch_execute(&pragmas).map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}

/// Two processes that turn a new file to WAL at once each hold what the other
/// waits for; SQLite refuses one of them at once, whatever its busy timeout.
fn enter_wal(connection: &mut SqliteConnection, busy: Duration) -> QueryResult<()> {
    let deadline = Instant::now() + busy;
    loop {
        match connection.batch_execute("PRAGMA journal_mode = WAL") {
            Err(error) if error.to_string().contains("locked") && Instant::now() < deadline => {
                thread::sleep(Duration::from_millis(5));
            }
            entered => return entered,
        }
    }
}

fn on_off(on: bool) -> &'static str {
    if on { "ON" } else { "OFF" }
}
