use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;

use diesel::connection::SimpleConnection;
use diesel::{RunQueryDsl, SqliteConnection};
use guildhall_ports::store::StoreError;

use super::batch::Batch;
use super::fold::Fold;
use super::step::Request;
use crate::connection::{self, Purpose};
use crate::prepared::TotalChanges;
use crate::{OpenError, SqliteOptions};

/// The writer thread: it owns the one writing connection.
pub(super) struct Thread {
    path: PathBuf,
    options: SqliteOptions,
    queue: Receiver<Request>,
    connection: Option<SqliteConnection>,
    healthy: Arc<AtomicBool>,
    fold: Fold,
}

impl Thread {
    pub(super) fn new(
        path: PathBuf,
        options: SqliteOptions,
        queue: Receiver<Request>,
        healthy: Arc<AtomicBool>,
    ) -> Result<Self, OpenError> {
        let connection = Some(connection::open(&path, Purpose::Write, options.acquire_timeout)?);
        let fold = Fold::start(path.clone(), options.acquire_timeout)?;
        Ok(Self { path, options, queue, connection, healthy, fold })
    }

    /// Serves until nobody is left who could ask.
    pub(super) fn run(mut self) {
        while let Ok(first) = self.queue.recv() {
            self.serve(first);
        }
        drop(self.fold);
        if let Some(connection) = &mut self.connection
            && let Err(error) = connection.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")
        {
            tracing::warn!(%error, "the write-ahead log could not be folded in; the next start does it");
        }
    }

    /// Serves `first`, and those who wait already, in one outer transaction.
    fn serve(&mut self, first: Request) {
        // Where the file is locked, every beginning takes long.
        if first.claim.is_given_up() {
            return;
        }
        let mut connection = match self.connect() {
            Ok(connection) => connection,
            Err(error) => return self.refuse(first, error),
        };
        let sound = match Batch::begin(&mut connection) {
            Ok(batch) => batch.serve(first, &self.queue, self.options.transaction_timeout),
            Err(error) => return self.refuse(first, error),
        };
        self.healthy.store(sound, Ordering::Relaxed);
        if let Ok(rows) = TotalChanges.get_result(&mut connection) {
            self.fold.changed(rows, &mut connection);
        }
        // Whatever is wrong with a connection, a new one has it no longer.
        self.connection = sound.then_some(connection);
    }

    fn refuse(&self, request: Request, error: StoreError) {
        tracing::error!(%error, "storage cannot be written to");
        self.healthy.store(false, Ordering::Relaxed);
        request.claim.end(error);
    }

    /// The connection, or a new one where the last was given up.
    fn connect(&mut self) -> Result<SqliteConnection, StoreError> {
        match self.connection.take() {
            Some(connection) => Ok(connection),
            None => connection::open(&self.path, Purpose::Write, self.options.acquire_timeout)
                .map_err(|error| StoreError::Unavailable(error.to_string())),
        }
    }
}
