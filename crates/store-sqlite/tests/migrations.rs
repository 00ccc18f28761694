//! Migrations run up, down and up again, once whoever starts, and never over a newer file.

#![allow(clippy::unwrap_used, reason = "what cannot be made fails the test")]

use std::path::Path;
use std::thread;

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use guildhall_store_sqlite::{OpenError, SqliteOptions, SqliteStore, migrate, pending_migrations, revert_migrations};

const ALL: [&str; 23] = [
    "0001_accounts",
    "0002_organizations",
    "0003_audit",
    "0004_statistics",
    "0005_email_verification",
    "0006_membership_sources",
    "0007_invitations",
    "0008_departures",
    "0009_domains",
    "0010_join_requests",
    "0011_mail_queue",
    "0012_installation",
    "0013_overrides",
    "0014_workspaces",
    "0015_invitation_grants",
    "0016_quota_usage",
    "0017_idempotent_answers",
    "0018_time_zone",
    "0019_credits",
    "0020_kept_answers",
    "0021_receipts_in_the_ledger",
    "0022_workspace_budgets",
    "0023_ledger_lists",
];

fn connect(path: &Path) -> SqliteConnection {
    SqliteConnection::establish(path.to_str().unwrap()).unwrap()
}

/// The whole schema as SQL.
fn schema(path: &Path) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        sql: String,
    }
    let sql = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE '\\_\\_diesel%' ESCAPE '\\' ORDER BY name";
    let rows: Vec<Row> = sql_query(sql).load(&mut connect(path)).unwrap();
    rows.into_iter().map(|row| row.sql).collect()
}

#[test]
fn migrations_run_up_down_and_up_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new").join("guildhall.db");
    assert_eq!(pending_migrations(&path).unwrap(), ALL);
    assert!(!path.exists(), "asking creates nothing");

    assert_eq!(migrate(&path).unwrap(), ALL);
    assert!(pending_migrations(&path).unwrap().is_empty());
    assert!(migrate(&path).unwrap().is_empty());
    let up = schema(&path);

    let newest_first: Vec<&str> = ALL.iter().rev().map(|name| &name[..4]).collect();
    assert_eq!(revert_migrations(&path).unwrap(), newest_first);
    assert!(schema(&path).is_empty(), "a migration leaves something behind when it is taken back");
    assert_eq!(pending_migrations(&path).unwrap(), ALL);

    assert_eq!(migrate(&path).unwrap(), ALL);
    assert_eq!(schema(&path), up);
}

#[test]
fn of_several_that_start_at_once_one_migrates() {
    // Often, since it is the first moments of a new file that they meet in.
    for _ in 0..50 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("guildhall.db");
        let runs: Vec<usize> = thread::scope(|scope| {
            let starts: Vec<_> = (0..4).map(|_| scope.spawn(|| migrate(&path).unwrap().len())).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        assert_eq!(runs.iter().sum::<usize>(), ALL.len(), "{runs:?}");
    }
}

#[test]
fn a_newer_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("guildhall.db");
    migrate(&path).unwrap();
    connect(&path).batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')").unwrap();
    let refused = SqliteStore::open(&path, SqliteOptions::default());
    assert!(matches!(&refused, Err(OpenError::Newer(version)) if version == "9999"), "{refused:?}");
}

#[test]
fn what_is_no_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.txt");
    let letter = "Dear SQLite, this is no database, however long it may be. ".repeat(20);
    std::fs::write(&path, &letter).unwrap();
    let refused = SqliteStore::open(&path, SqliteOptions::default());
    assert!(matches!(refused, Err(OpenError::Connect { .. })), "{refused:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), letter);
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_the_file_nor_its_folder() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data").join("guildhall.db");
    let _store = SqliteStore::open(&path, SqliteOptions::default()).unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(&path.with_file_name("guildhall.db-wal")), 0o600);
}
