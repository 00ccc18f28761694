//! Gathering: questions that arrive while a statement runs are asked together
//! with the next one. Nothing waits when nothing runs, so a lone question
//! takes one round trip, and a crowd of them share one.

use std::sync::Arc;
use std::time::Duration;

use guildhall_ports::store::StoreError;
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::pool::ConnectionPool;
use crate::unit::Lease;

/// Something that can be asked many at a time.
pub(crate) trait Question: Sized + Send + Sync + 'static {
    type Answer: Send + 'static;

    /// Asks all in one round trip; one answer for each question, in their order.
    fn ask(questions: &[Self], lease: &mut Lease)
    -> impl Future<Output = Result<Vec<Answer<Self>>, StoreError>> + Send;
}

/// What was found for one question; none where there is nothing.
pub(crate) type Answer<Q> = Result<Option<<Q as Question>::Answer>, StoreError>;

type Reply<Q> = oneshot::Sender<Answer<Q>>;
type Waiting<Q> = (Q, Reply<Q>);

/// How many questions one statement takes: beyond that the first of them
/// would wait noticeably for the last.
const MOST: usize = 64;

/// How many statements of one kind run at once: half of the processors, the
/// other half being the database's on a machine of its own size. Fewer lanes
/// gather more in each statement, which is what makes it fast.
fn lanes() -> usize {
    std::thread::available_parallelism().map_or(1, |processors| (processors.get() / 2).max(1))
}

/// How many questions may wait. A caller beyond that is refused at once.
const QUEUE: usize = 16_384;

/// Where questions of one kind are gathered.
pub(crate) struct Gathering<Q: Question> {
    queue: mpsc::Sender<Waiting<Q>>,
}

impl<Q: Question> Clone for Gathering<Q> {
    fn clone(&self) -> Self {
        Self { queue: self.queue.clone() }
    }
}

impl<Q: Question> Gathering<Q> {
    /// Begins to gather on the present runtime, until the last clone is gone.
    /// A statement that takes longer than `patience` is given up.
    pub(crate) fn start(pool: &ConnectionPool, patience: Duration) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..lanes() {
            tokio::spawn(lane(pool.clone(), patience, Arc::clone(&waiting)));
        }
        Self { queue }
    }

    /// Asks one question, together with whatever else is being asked.
    pub(crate) async fn ask(&self, question: Q) -> Answer<Q> {
        let (reply, answer) = oneshot::channel();
        let refused = || StoreError::Unavailable("too many questions are waiting for the database".to_owned());
        self.queue.try_send((question, reply)).map_err(|_| refused())?;
        answer.await.unwrap_or_else(|_| Err(StoreError::Unavailable("the store was closed".to_owned())))
    }
}

async fn lane<Q: Question>(pool: ConnectionPool, patience: Duration, waiting: Arc<Mutex<mpsc::Receiver<Waiting<Q>>>>) {
    let mut gathered = Vec::with_capacity(MOST);
    loop {
        let received = waiting.lock().await.recv_many(&mut gathered, MOST).await;
        if received == 0 {
            return;
        }
        let (questions, replies): (Vec<Q>, Vec<Reply<Q>>) = gathered.drain(..).unzip();
        match ask_within(patience, &pool, &questions).await {
            Ok(answers) => {
                for (reply, answer) in replies.into_iter().zip(answers) {
                    // Who no longer waits needs no answer.
                    let _ = reply.send(answer);
                }
            }
            Err(error) => {
                for reply in replies {
                    let _ = reply.send(Err(error.clone()));
                }
            }
        }
    }
}

/// Asks for so long as it may take; a statement that is given up gives its connection up.
async fn ask_within<Q: Question>(
    patience: Duration,
    pool: &ConnectionPool,
    questions: &[Q],
) -> Result<Vec<Answer<Q>>, StoreError> {
    let mut lease = Lease::acquire(pool).await?;
    let asked = tokio::time::timeout(patience, Q::ask(questions, &mut lease)).await;
    asked.unwrap_or_else(|_| Err(StoreError::Unavailable("the database does not answer".to_owned())))
}
