//! Carrying what is in the write-ahead log over into the file.

use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread::JoinHandle;
use std::time::Duration;

use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;

use crate::OpenError;
use crate::connection::{self, Purpose};

/// After how many changed rows, each of which is one to three pages in the log.
const ROWS: i64 = 3_000;

/// A thread that carries pages over while the writer goes on. The writer does
/// it as well once the log is long, so that it begins anew: little is left then.
pub(super) struct Fold {
    // Dropped before the thread is waited for, which ends it.
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    folded: i64,
}

impl Fold {
    pub(super) fn start(path: PathBuf, busy: Duration) -> Result<Self, OpenError> {
        let (wake, woken) = mpsc::sync_channel(1);
        let connection = connection::open(&path, Purpose::Read, busy)?;
        let thread = std::thread::Builder::new()
            .name("sqlite-fold".to_owned())
            .spawn(move || run(connection, &woken))
            .map_err(OpenError::Thread)?;
        Ok(Self { wake: Some(wake), thread: Some(thread), folded: 0 })
    }

    /// Told how many rows were changed since the writer's connection was opened.
    pub(super) fn changed(&mut self, rows: i64) {
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

fn run(mut connection: SqliteConnection, woken: &Receiver<()>) {
    while woken.recv().is_ok() {
        if let Err(error) = connection.batch_execute("PRAGMA wal_checkpoint(PASSIVE)") {
            tracing::warn!(%error, "the write-ahead log could not be folded in; the writer does it");
        }
    }
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
