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

async fn migrate(url: &str) {
    let status = Command::new(env!("CARGO_BIN_EXE_guildhall"))
        .args(["migrate", "--database-url", url])
        .stdout(Stdio::null())
        .status()
        .await
        .unwrap();
    assert!(status.success(), "guildhall migrate failed");
}
