use std::sync::Arc;
use std::sync::mpsc::{self, Sender};

use diesel::SqliteConnection;
use guildhall_ports::store::StoreError;
use tokio::sync::oneshot;

use super::Writer;
use super::claim::Claim;
use super::step::{Request, Statement, Step};
use crate::store_error::ends_the_unit;

/// A unit of work that writes, from the caller's side. Dropping it rolls it back.
pub(crate) struct WriteUnit {
    // Dropped before `writer`, which may wait for the thread, which waits for these.
    state: State,
    writer: Arc<Writer>,
}

enum State {
    /// Nothing was asked yet, and no place taken.
    New,
    /// In the queue or at work.
    Begun(Begun),
    /// Fit for nothing but being dropped.
    Failed(StoreError),
}

struct Begun {
    steps: Sender<Step>,
    claim: Arc<Claim>,
}

impl Drop for Begun {
    fn drop(&mut self) {
        // Spares the writer a unit of work that nobody waits for.
        self.claim.give_up();
    }
}

impl WriteUnit {
    pub(super) fn new(writer: Arc<Writer>) -> Self {
        Self { state: State::New, writer }
    }

    /// Runs statements that change nothing.
    pub(crate) async fn read<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.run(false, work).await
    }

    /// Runs statements that change something.
    pub(crate) async fn change<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.run(true, work).await
    }

    /// Runs statements that change something and commits, in one go. Nothing
    /// is committed where they fail.
    pub(crate) async fn commit_with(
        mut self,
        work: impl FnOnce(&mut SqliteConnection) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<(), StoreError> {
        // The claim says why they failed.
        let (statement, _) = Statement::new(true, work);
        let (answer, answered) = oneshot::channel();
        let last = Step::Last(statement, answer);
        match std::mem::replace(&mut self.state, State::New) {
            State::New => {
                let begun = self.enqueue(last)?;
                self.turn(&begun.claim, answered).await
            }
            State::Failed(error) => Err(error),
            State::Begun(begun) => {
                // A step that cannot be sent is one that is not answered.
                drop(begun.steps.send(last));
                answered.await.map_err(|_| begun.claim.why())
            }
        }
    }

    /// Makes all changes lasting; answered when they are on the disk.
    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        match std::mem::replace(&mut self.state, State::New) {
            State::New => Ok(()),
            State::Failed(error) => Err(error),
            State::Begun(begun) => {
                let (answer, answered) = oneshot::channel();
                // A step that cannot be sent is one that is not answered.
                drop(begun.steps.send(Step::Commit(answer)));
                answered.await.map_err(|_| begun.claim.why())
            }
        }
    }

    async fn run<T: Send + 'static>(
        &mut self,
        changes: bool,
        work: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (statement, answered) = Statement::new(changes, work);
        let step = Step::Statement(statement);
        let result = match &self.state {
            State::Failed(error) => return Err(error.clone()),
            State::Begun(begun) => {
                // A step that cannot be sent is one that is not answered.
                drop(begun.steps.send(step));
                answered.await.unwrap_or_else(|_| Err(begun.claim.why()))
            }
            State::New => {
                let begun = self.enqueue(step)?;
                let claim = Arc::clone(&begun.claim);
                self.state = State::Begun(begun);
                self.turn(&claim, answered).await.flatten()
            }
        };
        if let Err(error) = &result
            && ends_the_unit(error)
        {
            self.state = State::Failed(error.clone());
        }
        result
    }

    fn enqueue(&self, first: Step) -> Result<Begun, StoreError> {
        let gone = || StoreError::Unavailable("the writer has ended".to_owned());
        let (steps, received) = mpsc::channel();
        steps.send(first).map_err(|_| gone())?;
        let claim = Arc::new(Claim::new());
        let request = Request { claim: Arc::clone(&claim), steps: received };
        self.writer.requests.send(request).map_err(|_| gone())?;
        Ok(Begun { steps, claim })
    }

    /// Waits for the answer to the first step: not for ever where the turn does not come.
    async fn turn<T>(&self, claim: &Claim, mut answered: oneshot::Receiver<T>) -> Result<T, StoreError> {
        let received = match tokio::time::timeout(self.writer.acquire_timeout, &mut answered).await {
            Ok(received) => received,
            Err(_) if claim.give_up() => return Err(StoreError::Unavailable("the writer is busy".to_owned())),
            Err(_) => answered.await,
        };
        received.map_err(|_| claim.why())
    }
}
