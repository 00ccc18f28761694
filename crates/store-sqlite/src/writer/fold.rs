//! Carrying what is in the write-ahead log over into the file.
//!
//! Most of it is carried over on a thread beside the writer. The log begins
//! anew once all of it is: so when it is long, the writer carries over what came
//! meanwhile, which is little then.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread::JoinHandle;
use std::time::Duration;

use diesel::sql_types::BigInt;
use diesel::{QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

use crate::OpenError;
use crate::connection::{self, Purpose};

/// After how many changed rows, each of which is one to three pages in the log.
const ROWS: i64 = 6_000;

/// How many pages are a long log: 24 MiB.
const LONG: i64 = 6_000;

/// A thread that carries pages over while the writer goes on.
pub(super) struct Fold {
    // Dropped before the thread is waited for, which ends it.
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    folded: i64,
    rest: Arc<AtomicBool>,
}

impl Fold {
    pub(super) fn start(path: PathBuf, busy: Duration) -> Result<Self, OpenError> {
        let (wake, woken) = mpsc::sync_channel(1);
        let connection = connection::open(&path, Purpose::Read, busy)?;
        let rest = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&rest);
        let thread = std::thread::Builder::new()
            .name("sqlite-fold".to_owned())
            .spawn(move || run(connection, &woken, &told))
            .map_err(OpenError::Thread)?;
        Ok(Self { wake: Some(wake), thread: Some(thread), folded: 0, rest })
    }

    /// Told how many rows were changed since the writer's connection was
    /// opened, by the writer, between two units of work.
    pub(super) fn changed(&mut self, rows: i64, writer: &mut SqliteConnection) {
        if self.rest.swap(false, Ordering::Relaxed) && carry_over(writer).is_some_and(|done| done.busy != 0) {
            self.rest.store(true, Ordering::Relaxed);
        }
        // The connection is another one where it counts from zero.
        if (self.folded..self.folded.saturating_add(ROWS)).contains(&rows) {
            return;
        }
        self.folded = rows;
        if let Some(wake) = &self.wake {
            // Where one is to come already, that is it.
            let _ = wake.try_send(());
        }
    }
}

fn run(mut connection: SqliteConnection, woken: &Receiver<()>, rest: &AtomicBool) {
    while woken.recv().is_ok() {
        // Once more for what came during the first time, which took longer.
        let is_long = |done: Option<CarriedOver>| done.is_some_and(|done| done.log >= LONG);
        if is_long(carry_over(&mut connection)) && is_long(carry_over(&mut connection)) {
            rest.store(true, Ordering::Relaxed);
            // The writer's turn: two at once get in each other's way.
            while woken.try_recv().is_ok() {}
        }
    }
}

/// What came of carrying over.
#[derive(QueryableByName)]
struct CarriedOver {
    /// Whether somebody else was at it.
    #[diesel(sql_type = BigInt)]
    busy: i64,
    /// How many pages the log has.
    #[diesel(sql_type = BigInt)]
    log: i64,
}

/// Carries over what is there by now.
fn carry_over(connection: &mut SqliteConnection) -> Option<CarriedOver> {
    let done = sql_query("PRAGMA wal_checkpoint(PASSIVE)").get_result(connection);
    let failed = |error| tracing::warn!(%error, "the write-ahead log could not be folded in; it is tried again");
    done.map_err(failed).ok()
}

impl Drop for Fold {
    fn drop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the folding thread did not end in good order");
        }
    }
}
