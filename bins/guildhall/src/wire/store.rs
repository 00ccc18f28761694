use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use guildhall_ports::store::Store;
use guildhall_ports::{ExposeSecret, SecretString};
use guildhall_store_memory::MemoryStore;
use guildhall_store_postgres::{PostgresOptions, PostgresStore};
use guildhall_store_sqlite::{SqliteOptions, SqliteStore};

use crate::config::Config;
use crate::database::DatabaseUrl;

/// Brings the schema up to date and gives the migrations that were applied.
///
/// # Errors
/// Where the database cannot be reached or a migration fails.
pub async fn migrate(config: &Config) -> anyhow::Result<Vec<String>> {
    let migrated = match &config.database_url {
        DatabaseUrl::Sqlite(path) => guildhall_store_sqlite::migrate(path).map_err(anyhow::Error::from),
        DatabaseUrl::Postgres(url) => guildhall_store_postgres::migrate(url.expose_secret()).await.map_err(Into::into),
        DatabaseUrl::Memory => Ok(Vec::new()),
    };
    migrated.with_context(|| format!("cannot migrate {}", config.database_url))
}

pub(super) async fn open(config: &Config) -> anyhow::Result<Arc<dyn Store>> {
    let store: anyhow::Result<Arc<dyn Store>> = match &config.database_url {
        DatabaseUrl::Sqlite(path) => open_sqlite(config, path).map(|store| Arc::new(store) as _),
        DatabaseUrl::Postgres(url) => open_postgres(config, url).await.map(|store| Arc::new(store) as _),
        DatabaseUrl::Memory => Ok(Arc::new(MemoryStore::new())),
    };
    store.with_context(|| format!("cannot use {}", config.database_url))
}

fn open_sqlite(config: &Config, path: &Path) -> anyhow::Result<SqliteStore> {
    let defaults = SqliteOptions::default();
    let options = SqliteOptions {
        readers: config.database.pool_size.map_or(defaults.readers, Into::into),
        acquire_timeout: config.database.pool_timeout(),
        transaction_timeout: config.database.idle_transaction_timeout(),
    };
    Ok(SqliteStore::open(path, options)?)
}

async fn open_postgres(config: &Config, url: &SecretString) -> anyhow::Result<PostgresStore> {
    let defaults = PostgresOptions::default();
    let options = PostgresOptions {
        pool_size: config.database.pool_size.map_or(defaults.pool_size, Into::into),
        acquire_timeout: config.database.pool_timeout(),
        statement_timeout: config.database.statement_timeout(),
        lock_timeout: config.database.lock_timeout(),
        idle_in_transaction_timeout: config.database.idle_transaction_timeout(),
        application_role: config.database.application_role.clone(),
    };
    Ok(PostgresStore::connect(url.expose_secret(), options).await?)
}
