//! Puts the application together. The one place that names the adapters of storage.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use guildhall_app::{Guildhall, Ports, Settings};
use guildhall_ports::store::Store;
use guildhall_ports::{ExposeSecret, SecretString};
use guildhall_security::{
    Argon2Hasher, HmacCursorSealer, KeyedThrottle, RandomTokenMint, StrengthPolicy, SystemClock, UuidV7Generator,
};
use guildhall_store_memory::MemoryStore;
use guildhall_store_postgres::{PostgresOptions, PostgresStore};
use guildhall_store_sqlite::{SqliteOptions, SqliteStore};

use crate::config::Config;
use crate::database::DatabaseUrl;
use crate::key_file::KeySource;

/// The application on the configured database.
///
/// # Errors
/// Where the database cannot be used, with what to do about it.
pub async fn application(config: &Config) -> anyhow::Result<Guildhall> {
    let store = open_store(config).await.with_context(|| format!("cannot use {}", config.database_url))?;
    let key = KeySource::find(config)?;
    let hasher = Argon2Hasher::new(config.password.parameters(), config.password.bound())?;
    let ports = Ports {
        store,
        clock: Arc::new(SystemClock),
        ids: Arc::new(UuidV7Generator),
        password_hasher: Arc::new(hasher),
        password_policy: Arc::new(StrengthPolicy::new(config.password.limits())),
        tokens: Arc::new(RandomTokenMint),
        throttle: Arc::new(KeyedThrottle::new(config.throttle.rates())),
        cursors: Arc::new(HmacCursorSealer::from_secret(key.key().secret())?),
    };
    let settings = Settings { session: config.session.lifetime(), ..Settings::new()? };
    Ok(Guildhall::new(ports, settings))
}

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

async fn open_store(config: &Config) -> anyhow::Result<Arc<dyn Store>> {
    Ok(match &config.database_url {
        DatabaseUrl::Sqlite(path) => Arc::new(open_sqlite(config, path)?),
        DatabaseUrl::Postgres(url) => Arc::new(open_postgres(config, url).await?),
        DatabaseUrl::Memory => Arc::new(MemoryStore::new()),
    })
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
