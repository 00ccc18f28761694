//! One outer transaction and the units of work in it.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use diesel::sql_types::BigInt;
use diesel::{QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use guildhall_ports::store::StoreError;

use super::step::{Answer, Request, Statement, Step};
use crate::prepared::Command;
use crate::store_error::{ends_the_unit, failure};

/// How many commits share one flush at the most.
const MOST: usize = 64;

/// How long the first of them may wait for the others.
const OLDEST: Duration = Duration::from_millis(50);

/// How long a unit of work that has changed something may keep finished ones
/// waiting while it does nothing.
const PATIENCE: Duration = Duration::from_millis(250);

/// An outer transaction under way.
pub(super) struct Batch<'a> {
    connection: &'a mut SqliteConnection,
    began: Instant,
    /// Whether there is an outer transaction at present.
    open: bool,
    /// Whether the present unit of work is in a savepoint. The first one needs
    /// none: taking it back takes nobody else's work back, and SQLite then
    /// keeps no copies of the pages that it changes.
    nested: bool,
    /// Who is to be told when the outer transaction is on the disk.
    held: Vec<Answer>,
    /// Whether the connection is still to be trusted.
    sound: bool,
}

/// How a unit of work in it ended.
enum Ended {
    Committed(Answer),
    RolledBack,
}

impl<'a> Batch<'a> {
    pub(super) fn begin(connection: &'a mut SqliteConnection) -> Result<Self, StoreError> {
        let mut batch =
            Self { connection, began: Instant::now(), open: false, nested: false, held: Vec::new(), sound: true };
        batch.open()?;
        Ok(batch)
    }

    /// Serves `first` and then whoever is in the queue already. False where
    /// the connection is not to be used again.
    pub(super) fn serve(mut self, first: Request, queue: &Receiver<Request>, idle: Duration) -> bool {
        let mut next = Some(first);
        while let Some(request) = next.take() {
            if request.claim.begin() {
                match self.unit(&request, idle) {
                    Ok(Ended::Committed(answer)) => self.held.push(answer),
                    Ok(Ended::RolledBack) => {}
                    // Without its outer transaction the unit of work's own is gone, too.
                    Err(error) => return self.lose(&error),
                }
            }
            if self.held.len() < MOST && self.began.elapsed() < OLDEST {
                next = queue.try_recv().ok();
            }
        }
        match self.flush() {
            Ok(()) => self.sound,
            Err(error) => self.lose(&error),
        }
    }

    /// Runs one unit of work to its end. An error is the outer transaction's.
    fn unit(&mut self, request: &Request, idle: Duration) -> Result<Ended, StoreError> {
        self.open()?;
        self.nested = !self.held.is_empty();
        if self.nested {
            self.execute("SAVEPOINT unit")?;
        }
        let mut changed = false;
        loop {
            match self.next_step(request, idle, changed)? {
                Some(Step::Statement(statement)) => {
                    changed |= statement.changes;
                    if let Err(error) = self.statement(statement) {
                        request.claim.end(error);
                        break;
                    }
                }
                Some(Step::Last(statement, answer)) => {
                    if let Err(error) = (statement.work)(self.connection) {
                        self.doubt(&error);
                        request.claim.end(error);
                        break;
                    }
                    self.release()?;
                    return Ok(Ended::Committed(answer));
                }
                Some(Step::Commit(answer)) => {
                    self.release()?;
                    return Ok(Ended::Committed(answer));
                }
                None => break,
            }
        }
        self.take_back()?;
        Ok(Ended::RolledBack)
    }

    /// Begins an outer transaction where there is none.
    fn open(&mut self) -> Result<(), StoreError> {
        if !self.open {
            self.execute("BEGIN IMMEDIATE")?;
            self.open = true;
            self.began = Instant::now();
        }
        Ok(())
    }

    fn release(&mut self) -> Result<(), StoreError> {
        if self.nested { self.execute("RELEASE unit") } else { Ok(()) }
    }

    /// Takes back what the unit of work did, and leaves its neighbours alone.
    fn take_back(&mut self) -> Result<(), StoreError> {
        if self.nested {
            self.execute("ROLLBACK TO unit")?;
            return self.release();
        }
        self.execute("ROLLBACK")?;
        self.open = false;
        Ok(())
    }

    /// Waits for the next step; none where the unit of work is given up.
    /// Finished units of work are not kept waiting for one that stands idle.
    fn next_step(&mut self, request: &Request, idle: Duration, changed: bool) -> Result<Option<Step>, StoreError> {
        if !self.held.is_empty() {
            let patience = if changed { PATIENCE } else { OLDEST.saturating_sub(self.began.elapsed()) };
            match request.steps.recv_timeout(patience.min(idle)) {
                Ok(step) => return Ok(Some(step)),
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
                Err(RecvTimeoutError::Timeout) => {
                    if changed || !self.hand_over()? {
                        request.claim.end(StoreError::Serialization);
                        return Ok(None);
                    }
                }
            }
        }
        match request.steps.recv_timeout(idle) {
            Ok(step) => Ok(Some(step)),
            Err(RecvTimeoutError::Disconnected) => Ok(None),
            Err(RecvTimeoutError::Timeout) => {
                tracing::warn!("a unit of work stood idle for {idle:?} and is rolled back");
                request.claim.end(StoreError::Unavailable("the unit of work stood idle for too long".to_owned()));
                Ok(None)
            }
        }
    }

    /// Ends the outer transaction for the sake of those that are finished, and
    /// goes on in a new one with a unit of work that has only read. What it has
    /// read still holds unless another process wrote in between: then false.
    fn hand_over(&mut self) -> Result<bool, StoreError> {
        let before = self.data_version()?;
        self.release()?;
        self.flush()?;
        self.open()?;
        self.nested = false;
        Ok(self.data_version()? == before)
    }

    /// Runs a statement. An error means that its unit of work cannot go on.
    fn statement(&mut self, statement: Statement) -> Result<(), StoreError> {
        match (statement.work)(self.connection) {
            Err(error) if ends_the_unit(&error) => {
                self.doubt(&error);
                Err(error)
            }
            _ => Ok(()),
        }
    }

    fn doubt(&mut self, error: &StoreError) {
        self.sound &= !matches!(error, StoreError::Unavailable(_) | StoreError::Corrupt(_));
    }

    /// Makes the outer transaction lasting and answers everybody in it.
    fn flush(&mut self) -> Result<(), StoreError> {
        if self.open {
            self.execute("COMMIT")?;
            self.open = false;
        }
        for answer in self.held.drain(..) {
            // A caller that has gone away has its changes all the same.
            let _ = answer.send(());
        }
        Ok(())
    }

    /// The outer transaction is lost: nothing in it has happened.
    fn lose(mut self, error: &StoreError) -> bool {
        tracing::error!(%error, units = self.held.len(), "a transaction was lost");
        // Dropping the answers tells everybody.
        self.held.clear();
        // It fails where SQLite has rolled back by itself.
        drop(self.execute("ROLLBACK"));
        false
    }

    fn execute(&mut self, command: &'static str) -> Result<(), StoreError> {
        Command(command).run(self.connection).map_err(failure)
    }

    /// A number that changes when another connection commits.
    fn data_version(&mut self) -> Result<i64, StoreError> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = BigInt)]
            data_version: i64,
        }
        let row: Row = sql_query("PRAGMA data_version").get_result(self.connection).map_err(failure)?;
        Ok(row.data_version)
    }
}
