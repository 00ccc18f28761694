//! Group commit: who shares a transaction, and what a neighbour's fault does.

use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use guildhall_ports::store::StoreError;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::{WriteUnit, Writer};
use crate::SqliteOptions;
use crate::connection::{self, Purpose};
use crate::store_error::failure;

const MOMENT: Duration = Duration::from_millis(20);
const SOON: Duration = Duration::from_secs(10);

/// A writer on a file with one table, `notes`.
struct Desk {
    writer: Arc<Writer>,
    path: PathBuf,
    _folder: TempDir,
}

impl Desk {
    fn new(options: SqliteOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("desk.db");
        let writer = Writer::start(path.clone(), options).unwrap();
        let desk = Self { writer, path, _folder: folder };
        desk.outside().batch_execute("CREATE TABLE notes (note TEXT NOT NULL UNIQUE) STRICT").unwrap();
        desk
    }

    /// Another connection, as another process would have it.
    fn outside(&self) -> SqliteConnection {
        connection::open(&self.path, Purpose::Write, SOON).unwrap()
    }

    /// What is on the disk.
    fn notes(&self) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            note: String,
        }
        let rows: Vec<Row> = sql_query("SELECT note FROM notes ORDER BY note").load(&mut self.outside()).unwrap();
        rows.into_iter().map(|row| row.note).collect()
    }

    /// Occupies the writer, so that whoever comes next waits and shares its batch.
    async fn occupy(&self, text: &str) -> WriteUnit {
        let mut unit = self.writer.begin();
        note(&mut unit, text).await.unwrap();
        unit
    }

    /// Puts a unit of work into the queue whose first statement writes `text`.
    async fn queue(&self, text: &'static str) -> JoinHandle<(WriteUnit, Result<(), StoreError>)> {
        let mut unit = self.writer.begin();
        let waiting = tokio::spawn(async move {
            let result = note(&mut unit, text).await;
            (unit, result)
        });
        sleep(MOMENT).await;
        waiting
    }
}

async fn note(unit: &mut WriteUnit, text: &str) -> Result<(), StoreError> {
    let sql = format!("INSERT INTO notes VALUES ('{text}')");
    unit.change(move |connection| connection.batch_execute(&sql).map_err(failure)).await
}

async fn look(unit: &mut WriteUnit) -> Result<(), StoreError> {
    unit.read(|connection| connection.batch_execute("SELECT count(*) FROM notes").map_err(failure)).await
}

/// Both or neither, also after an error behind which a unit of work could otherwise go on.
#[tokio::test(flavor = "multi_thread")]
async fn a_last_statement_that_fails_commits_nothing() {
    let desk = Desk::new(SqliteOptions::default());
    let last = |connection: &mut SqliteConnection| {
        connection.batch_execute("INSERT INTO notes VALUES ('last')").map_err(failure)
    };
    for error in [StoreError::NotFound, StoreError::Serialization] {
        let mut unit = desk.writer.begin();
        note(&mut unit, "before").await.unwrap();
        let failing = error.clone();
        let ended = unit.commit_with(move |connection| last(connection).and(Err(failing))).await;
        assert_eq!(ended, Err(error));
        assert!(desk.notes().is_empty());
    }
    let mut unit = desk.writer.begin();
    note(&mut unit, "before").await.unwrap();
    unit.commit_with(last).await.unwrap();
    assert_eq!(desk.notes(), ["before", "last"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_units_are_all_lasting() {
    let desk = Desk::new(SqliteOptions::default());
    let units = (0..500).map(|n| {
        let writer = Arc::clone(&desk.writer);
        tokio::spawn(async move {
            let mut unit = writer.begin();
            look(&mut unit).await?;
            note(&mut unit, &format!("{n:03}")).await?;
            unit.commit().await
        })
    });
    for unit in units.collect::<Vec<_>>() {
        unit.await.unwrap().unwrap();
    }
    assert_eq!(desk.notes().len(), 500);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_is_answered_when_its_batch_is_on_the_disk() {
    let desk = Desk::new(SqliteOptions::default());
    let first = desk.occupy("first").await;
    let second = desk.queue("second").await;
    let first = tokio::spawn(first.commit());
    let (second, result) = second.await.unwrap();
    result.unwrap();
    sleep(MOMENT).await;
    assert!(!first.is_finished(), "the first commit shares the second's transaction");
    assert!(desk.notes().is_empty());
    second.commit().await.unwrap();
    timeout(SOON, first).await.unwrap().unwrap().unwrap();
    assert_eq!(desk.notes(), ["first", "second"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_do_not_harm_the_neighbours_in_the_batch() {
    let desk = Desk::new(SqliteOptions::default());
    let first = desk.occupy("first").await;
    let dropped = desk.queue("dropped").await;
    let failing = desk.queue("failing").await;
    let panicking = desk.queue("panicking").await;
    let last = desk.queue("last").await;
    let first = tokio::spawn(first.commit());

    drop(dropped.await.unwrap());
    let (mut failing, result) = failing.await.unwrap();
    result.unwrap();
    assert!(matches!(note(&mut failing, "first").await, Err(StoreError::Corrupt(_))));
    assert!(matches!(note(&mut failing, "after the error").await, Err(StoreError::Corrupt(_))));
    assert!(matches!(failing.commit().await, Err(StoreError::Corrupt(_))));
    let (mut panicking, result) = panicking.await.unwrap();
    result.unwrap();
    let result = panicking.change(|_| -> Result<(), StoreError> { panic!("on purpose") }).await;
    assert_eq!(result, Err(StoreError::Corrupt("a statement panicked".to_owned())));
    drop(panicking);
    let (last, result) = last.await.unwrap();
    result.unwrap();
    last.commit().await.unwrap();
    first.await.unwrap().unwrap();

    assert_eq!(desk.notes(), ["first", "last"]);
    desk.occupy("afterwards").await.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_unit_is_rolled_back() {
    let desk = Desk::new(SqliteOptions { transaction_timeout: MOMENT, ..SqliteOptions::default() });
    let mut idle = desk.occupy("idle").await;
    sleep(MOMENT * 10).await;
    assert!(matches!(note(&mut idle, "too late").await, Err(StoreError::Unavailable(_))));
    assert!(matches!(idle.commit().await, Err(StoreError::Unavailable(_))));
    desk.occupy("next").await.commit().await.unwrap();
    assert_eq!(desk.notes(), ["next"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_has_only_read_holds_nobody_up_and_goes_on() {
    let desk = Desk::new(SqliteOptions::default());
    let first = desk.occupy("first").await;
    let mut reading = desk.writer.begin();
    let looked = tokio::spawn(async move { look(&mut reading).await.map(|()| reading) });
    sleep(MOMENT).await;
    timeout(Duration::from_secs(2), first.commit()).await.unwrap().unwrap();
    let mut reading = looked.await.unwrap().unwrap();
    assert_eq!(desk.notes(), ["first"]);
    note(&mut reading, "second").await.unwrap();
    reading.commit().await.unwrap();
    assert_eq!(desk.notes(), ["first", "second"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_must_still_hold_after_a_hand_over() {
    let desk = Desk::new(SqliteOptions::default());
    let first = desk.occupy("first").await;
    let mut reading = desk.writer.begin();
    let looked = tokio::spawn(async move { look(&mut reading).await.map(|()| reading) });
    sleep(MOMENT).await;
    // Another process that waits for the lock gets it between the two transactions, or after both.
    let mut outside = desk.outside();
    let other = std::thread::spawn(move || outside.batch_execute("INSERT INTO notes VALUES ('other')"));
    first.commit().await.unwrap();
    let mut reading = looked.await.unwrap().unwrap();
    match note(&mut reading, "second").await {
        Ok(()) => reading.commit().await.unwrap(),
        Err(error) => assert_eq!(error, StoreError::Serialization),
    }
    other.join().unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_unit_that_has_written_does_not_hold_finished_ones_for_long() {
    let desk = Desk::new(SqliteOptions::default());
    let first = desk.occupy("first").await;
    let second = desk.queue("second").await;
    timeout(Duration::from_secs(2), first.commit()).await.unwrap().unwrap();
    let (mut second, result) = second.await.unwrap();
    result.unwrap();
    assert_eq!(note(&mut second, "third").await, Err(StoreError::Serialization));
    assert_eq!(desk.notes(), ["first"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_the_writer_ends_and_leaves_nothing_behind() {
    let desk = Desk::new(SqliteOptions { acquire_timeout: MOMENT * 5, ..SqliteOptions::default() });
    let first = desk.occupy("first").await;
    let (waiting, result) = desk.queue("waiting").await.await.unwrap();
    assert!(matches!(result, Err(StoreError::Unavailable(_))));
    assert!(matches!(waiting.commit().await, Err(StoreError::Unavailable(_))));
    first.commit().await.unwrap();
    desk.occupy("next").await.commit().await.unwrap();
    assert_eq!(desk.notes(), ["first", "next"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_transaction_is_told_to_everybody_in_it() {
    let desk = Desk::new(SqliteOptions::default());
    let first = desk.occupy("first").await;
    let second = desk.queue("second").await;
    let first = tokio::spawn(first.commit());
    let (mut second, result) = second.await.unwrap();
    result.unwrap();
    // As SQLite does by itself after some errors of the disk.
    second.change(|connection| connection.batch_execute("ROLLBACK").map_err(failure)).await.unwrap();
    assert!(matches!(second.commit().await, Err(StoreError::Unavailable(_))));
    assert!(matches!(first.await.unwrap(), Err(StoreError::Unavailable(_))));
    assert!(desk.notes().is_empty());
    // R-OPS: it works again without a restart.
    desk.writer.ready().await.unwrap();
    desk.occupy("next").await.commit().await.unwrap();
    assert_eq!(desk.notes(), ["next"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn storage_that_was_full_works_again() {
    let desk = Desk::new(SqliteOptions::default());
    let mut unit = desk.writer.begin();
    let full = unit
        .change(|connection| {
            connection.batch_execute("PRAGMA max_page_count = 1").map_err(failure)?;
            connection.batch_execute("INSERT INTO notes VALUES (hex(zeroblob(100000)))").map_err(failure)
        })
        .await;
    assert!(matches!(full, Err(StoreError::Unavailable(_))), "{full:?}");
    drop(unit);
    // R-OPS: a new connection has no such bound, as a disk with room again.
    desk.occupy("next").await.commit().await.unwrap();
    desk.writer.ready().await.unwrap();
    assert_eq!(desk.notes(), ["next"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn storage_that_another_process_holds_works_again() {
    let desk = Desk::new(SqliteOptions { acquire_timeout: MOMENT, ..SqliteOptions::default() });
    let mut outside = desk.outside();
    outside.batch_execute("BEGIN IMMEDIATE").unwrap();
    let mut unit = desk.writer.begin();
    assert!(matches!(note(&mut unit, "meanwhile").await, Err(StoreError::Unavailable(_))));
    sleep(MOMENT * 5).await;
    assert!(matches!(desk.writer.ready().await, Err(StoreError::Unavailable(_))));
    outside.batch_execute("ROLLBACK").unwrap();
    sleep(MOMENT * 5).await;
    desk.writer.ready().await.unwrap();
    desk.occupy("next").await.commit().await.unwrap();
    assert_eq!(desk.notes(), ["next"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_user_ends_the_thread_and_folds_the_log() {
    let desk = Desk::new(SqliteOptions::default());
    let Desk { writer, path, _folder } = desk;
    let mut open = writer.begin();
    note(&mut open, "never").await.unwrap();
    drop(writer);
    drop(open);
    assert!(!path.with_file_name("desk.db-wal").exists(), "closing the last connection removes the log");
}

/// How often the log has begun anew: the fourth number of its header.
fn times_begun(log: &std::path::Path) -> u32 {
    let mut header = [0; 16];
    std::fs::File::open(log).unwrap().read_exact(&mut header).unwrap();
    u32::from_be_bytes(header[12..].try_into().unwrap())
}

/// It would grow with all that is ever written.
#[tokio::test(flavor = "multi_thread")]
async fn a_long_log_begins_anew() {
    let desk = Desk::new(SqliteOptions::default());
    let log = desk.path.with_file_name("desk.db-wal");
    let before = times_begun(&log);
    let deadline = tokio::time::Instant::now() + SOON;
    for n in 0.. {
        let pages = move |connection: &mut SqliteConnection| {
            let rows = format!(
                "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1000)
                 INSERT INTO notes SELECT {n} || ' ' || n || hex(zeroblob(1500)) FROM n"
            );
            connection.batch_execute(&rows).map_err(failure)
        };
        desk.writer.once(pages).await.unwrap();
        if times_begun(&log) > before {
            break;
        }
        // From 32,000 pages on the writer would do it all by itself.
        assert!(std::fs::metadata(&log).unwrap().len() < 30_000 * 4_096, "nobody carries anything over");
        assert!(tokio::time::Instant::now() < deadline, "the log only grows");
    }
}
