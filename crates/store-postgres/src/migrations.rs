use diesel::QueryDsl;
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::ConnectError;
use crate::connector::{Connector, OpenConnection, chain};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// One key for all of Guildhall's migrations: "guildhal" in ASCII.
const LOCK_KEY: i64 = 0x6775_696c_6468_616c;

/// How long a migration waits for a table before it gives up, in milliseconds. It can be run again.
const LOCK_TIMEOUT_MS: u64 = 3_000;

type Wrapped = AsyncConnectionWrapper<AsyncPgConnection>;
type Outcome = diesel::migration::Result<Vec<String>>;

/// Brings the schema up to date as the role of `url`, and gives the versions
/// that were applied. Servers that do so at once wait for each other.
///
/// # Errors
/// [`ConnectError::Migration`] when one fails, of which nothing is kept; or no
/// connection.
pub async fn migrate(url: &str) -> Result<Vec<String>, ConnectError> {
    under_lock(url, |connection| {
        let applied = connection.run_pending_migrations(MIGRATIONS)?;
        Ok(applied.into_iter().map(|version| version.to_string()).collect())
    })
    .await
}

/// Takes the whole schema away, with all data in it, and gives the versions
/// that were reverted. For tests of the migrations.
///
/// # Errors
/// As [`migrate`].
pub async fn revert_migrations(url: &str) -> Result<Vec<String>, ConnectError> {
    under_lock(url, |connection| {
        let reverted = connection.revert_all_migrations(MIGRATIONS)?;
        Ok(reverted.into_iter().map(|version| version.to_string()).collect())
    })
    .await
}

/// The versions that [`migrate`] would apply. Changes nothing.
///
/// # Errors
/// No connection.
pub async fn pending_migrations(url: &str) -> Result<Vec<String>, ConnectError> {
    let open = Connector::parse(url)?.connect().await?;
    pending(open).await
}

/// As [`pending_migrations`], on a connection.
pub(crate) async fn pending(mut open: OpenConnection) -> Result<Vec<String>, ConnectError> {
    let table = diesel::select(diesel::dsl::sql::<diesel::sql_types::Bool>(
        "to_regclass('__diesel_schema_migrations') IS NOT NULL",
    ));
    let exists: bool = table.get_result(&mut open.connection).await.map_err(failed)?;
    let applied: Vec<String> = if exists {
        crate::schema::__diesel_schema_migrations::table
            .select(crate::schema::__diesel_schema_migrations::version)
            .load(&mut open.connection)
            .await
            .map_err(failed)?
    } else {
        Vec::new()
    };
    let known: Vec<Box<dyn Migration<Pg>>> =
        MIGRATIONS.migrations().map_err(|error| ConnectError::Migration(error.to_string()))?;
    let versions = known.iter().map(|migration| migration.name().version().to_string());
    Ok(versions.filter(|version| !applied.contains(version)).collect())
}

/// Does `work` on the blocking pool, since diesel's migrations are
/// synchronous, with the lock held.
async fn under_lock(
    url: &str,
    work: impl FnOnce(&mut Wrapped) -> Outcome + Send + 'static,
) -> Result<Vec<String>, ConnectError> {
    let OpenConnection { mut connection, .. } = Connector::parse(url)?.connect().await?;
    connection.batch_execute(&format!("SELECT pg_advisory_lock({LOCK_KEY})")).await.map_err(failed)?;
    // Whatever the service is doing on a table goes first, but not for long:
    // behind a migration that waits, everybody on that table waits.
    connection.batch_execute(&format!("SET lock_timeout = {LOCK_TIMEOUT_MS}")).await.map_err(failed)?;
    // The lock ends with the connection, whatever happens in between.
    tokio::task::spawn_blocking(move || {
        let mut wrapped = Wrapped::from(connection);
        work(&mut wrapped).map_err(|error| ConnectError::Migration(chain(error.as_ref())))
    })
    .await
    .map_err(|error| ConnectError::Migration(error.to_string()))?
}

fn failed(error: diesel::result::Error) -> ConnectError {
    ConnectError::Migration(chain(&error))
}
