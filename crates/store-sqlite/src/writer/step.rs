use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use diesel::SqliteConnection;
use guildhall_ports::store::StoreError;
use tokio::sync::oneshot;

use super::claim::Claim;

/// A unit of work in the queue.
pub(super) struct Request {
    pub(super) claim: Arc<Claim>,
    pub(super) steps: Receiver<Step>,
}

/// What a unit of work asks of the writer, in order. That no more steps can
/// come, without a commit, is the rollback.
pub(super) enum Step {
    Statement(Statement),
    /// Commits where the statement succeeds, and takes everything back where it does not.
    Last(Statement, Answer),
    Commit(Answer),
}

/// Whom to tell that a unit of work is on the disk. Dropping it tells that it is not.
pub(super) type Answer = oneshot::Sender<()>;

/// Statements that run together, and answer their caller themselves.
pub(super) struct Statement {
    /// Whether rows may change.
    pub(super) changes: bool,
    pub(super) work: Work,
}

type Work = Box<dyn FnOnce(&mut SqliteConnection) -> Result<(), StoreError> + Send>;

impl Statement {
    /// Packs `work` up with the way back for its result.
    pub(super) fn new<T: Send + 'static>(
        changes: bool,
        work: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 'static,
    ) -> (Self, oneshot::Receiver<Result<T, StoreError>>) {
        let (answer, answered) = oneshot::channel();
        let work = Box::new(move |connection: &mut SqliteConnection| {
            // A fault in one statement must not end the thread that all depend on.
            let result = catch_unwind(AssertUnwindSafe(|| work(connection))).unwrap_or_else(|_| {
                tracing::error!("a statement panicked; its unit of work is rolled back");
                Err(StoreError::Corrupt("a statement panicked".to_owned()))
            });
            let outcome = result.as_ref().map(|_| ()).map_err(Clone::clone);
            // Where nobody listens any more the unit of work is being dropped, too.
            drop(answer.send(result));
            outcome
        });
        (Self { changes, work }, answered)
    }
}
