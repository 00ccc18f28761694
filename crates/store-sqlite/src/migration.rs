//! The schema and its versions, embedded in the program.

use std::path::Path;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;
use diesel::{QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::connection::{self, Purpose};
use crate::{OpenError, file};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

/// How long to wait for another process that migrates the same file.
const LOCK_WAIT: Duration = Duration::from_secs(30);

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The migrations that `path` lacks, oldest first. A file that is not there lacks all.
///
/// # Errors
/// The file does not open, or comes from a newer version.
pub fn pending_migrations(path: &Path) -> Result<Vec<String>, OpenError> {
    let path = file::absolute(path)?;
    let pending = if path.exists() {
        let mut connection = connection::open(&path, Purpose::Migrate, LOCK_WAIT)?;
        refuse_newer(&mut connection)?;
        connection.pending_migrations(MIGRATIONS)
    } else {
        MigrationSource::<Sqlite>::migrations(&MIGRATIONS)
    };
    Ok(pending.map_err(failed)?.iter().map(|migration| migration.name().to_string()).collect())
}

/// Brings `path` up to date, creating it where it is missing, and names the
/// migrations that were run. All of them happen, or none.
///
/// # Errors
/// The file cannot be made, does not open, comes from a newer version, or a migration fails.
pub fn migrate(path: &Path) -> Result<Vec<String>, OpenError> {
    let path = file::absolute(path)?;
    file::create(&path)?;
    let mut connection = connection::open(&path, Purpose::Migrate, LOCK_WAIT)?;
    refuse_newer(&mut connection)?;
    if !connection.has_pending_migration(MIGRATIONS).map_err(failed)? {
        return Ok(Vec::new());
    }
    // What is sorted may be larger than memory; but not everywhere there is a place for temporary files, or a large one.
    sort_in(&mut connection, "FILE")?;
    run_pending(&mut connection).or_else(|error| {
        tracing::info!(%error, "the migrations are tried again without temporary files");
        sort_in(&mut connection, "MEMORY")?;
        run_pending(&mut connection)
    })
}

fn sort_in(connection: &mut SqliteConnection, place: &str) -> Result<(), OpenError> {
    connection.batch_execute(&format!("PRAGMA temp_store = {place}")).map_err(|error| failed(error.into()))
}

fn run_pending(connection: &mut SqliteConnection) -> Result<Vec<String>, OpenError> {
    exclusively(connection, |connection| {
        // Another process may have run them while this one waited.
        let pending = MigrationHarness::<Sqlite>::pending_migrations(connection, MIGRATIONS)?;
        pending.iter().map(|migration| run(connection, migration.as_ref())).collect()
    })
}

/// Takes every migration of `path` back, newest first, and names them. It
/// deletes all data: meant for the check that migrations run down and up again.
///
/// # Errors
/// The file does not open, comes from a newer version, or a migration fails.
pub fn revert_migrations(path: &Path) -> Result<Vec<String>, OpenError> {
    let path = file::absolute(path)?;
    let mut connection = connection::open(&path, Purpose::Migrate, LOCK_WAIT)?;
    refuse_newer(&mut connection)?;
    exclusively(&mut connection, |connection| {
        let reverted = connection.revert_all_migrations(MIGRATIONS)?;
        Ok(reverted.iter().map(ToString::to_string).collect())
    })
}

fn run(connection: &mut SqliteConnection, migration: &dyn Migration<Sqlite>) -> Result<String, Failure> {
    connection.run_migration(migration)?;
    Ok(migration.name().to_string())
}

/// Runs `work` while no other process can write, so that of several that start
/// at once one migrates and the others find nothing to do.
fn exclusively<T>(
    connection: &mut SqliteConnection,
    work: impl FnOnce(&mut SqliteConnection) -> Result<T, Failure>,
) -> Result<T, OpenError> {
    connection
        .immediate_transaction(|connection| {
            let done = work(connection).map_err(Reason)?;
            match broken_reference(connection)? {
                Some(table) => Err(Reason(format!("rows of {table} point to rows that are not there").into())),
                None => Ok(done),
            }
        })
        .map_err(|Reason(failure)| failed(failure))
}

/// What ends a migration: the database's own errors are turned into it too.
struct Reason(Failure);

impl From<diesel::result::Error> for Reason {
    fn from(error: diesel::result::Error) -> Self {
        Self(error.into())
    }
}

fn failed(failure: Failure) -> OpenError {
    OpenError::Migrate(failure.to_string())
}

fn refuse_newer(connection: &mut SqliteConnection) -> Result<(), OpenError> {
    // A file that is no database fails here with SQLite's own words.
    connection.batch_execute("PRAGMA schema_version").map_err(|error| failed(error.into()))?;
    let known = MigrationSource::<Sqlite>::migrations(&MIGRATIONS).map_err(failed)?;
    let applied = connection.applied_migrations().map_err(failed)?;
    match applied.iter().find(|version| !known.iter().any(|migration| migration.name().version() == **version)) {
        Some(version) => Err(OpenError::Newer(version.to_string())),
        None => Ok(()),
    }
}

#[derive(QueryableByName)]
struct BrokenReference {
    #[diesel(sql_type = Text)]
    table: String,
}

fn broken_reference(connection: &mut SqliteConnection) -> Result<Option<String>, diesel::result::Error> {
    let broken: Vec<BrokenReference> = sql_query("PRAGMA foreign_key_check").load(connection)?;
    Ok(broken.into_iter().next().map(|reference| reference.table))
}
