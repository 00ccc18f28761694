use std::path::PathBuf;
use std::process::Stdio;

use guildhall_testkit::postgres::TestDatabase;
use tempfile::TempDir;
use tokio::process::Command;

/// A database of a test's own, gone when the test is.
pub enum Database {
    Sqlite(TempDir),
    Postgres(TestDatabase),
}

impl Database {
    pub fn sqlite() -> Self {
        Self::Sqlite(TempDir::with_prefix("guildhall-").unwrap())
    }

    pub async fn postgres() -> Self {
        Self::Postgres(TestDatabase::create(async |url: &str| migrate(url).await).await)
    }

    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite:{}", folder.path().join("guildhall.db").display()),
            Self::Postgres(database) => database.url().to_owned(),
        }
    }

    pub fn sqlite_file(&self) -> Option<PathBuf> {
        match self {
            Self::Sqlite(folder) => Some(folder.path().join("guildhall.db")),
            Self::Postgres(_) => None,
        }
    }
}

/// Runs statements on the cluster that `database` is in, beside it.
async fn beside(database: &TestDatabase, statements: &str) {
    let (server, name) = database.url().split('?').next().unwrap().rsplit_once('/').unwrap();
    let url = std::env::var("GUILDHALL_TEST_POSTGRES_URL").unwrap();
    assert!(url.starts_with(server), "the database is in the test cluster");
    let (client, driver) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(driver);
    client.batch_execute(&statements.replace("{name}", name)).await.unwrap();
}

/// Cuts all connections and lets nobody in, as a database that is away.
pub async fn take_away(database: &TestDatabase) {
    beside(database, "ALTER DATABASE {name} ALLOW_CONNECTIONS false").await;
    beside(database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'").await;
}

pub async fn bring_back(database: &TestDatabase) {
    beside(database, "ALTER DATABASE {name} ALLOW_CONNECTIONS true").await;
}

async fn migrate(url: &str) {
    let status = Command::new(env!("CARGO_BIN_EXE_guildhall"))
        .args(["migrate", "--database-url", url])
        .stdout(Stdio::null())
        .status()
        .await
        .unwrap();
    assert!(status.success(), "guildhall migrate failed");
}
