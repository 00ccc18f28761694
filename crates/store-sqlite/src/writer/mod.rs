//! Writing: one thread, one connection, one unit of work after another.
//!
//! Each unit runs in an outer transaction, from the second on in a savepoint of
//! it. When it commits and
//! others are waiting already, they go on in the same outer transaction; the
//! answers to all are held back until that is on the disk. So a flush is
//! shared by as many units as came in while the last one was under way, and
//! nobody ever waits for others to come.

mod batch;
mod claim;
mod fold;
mod step;
#[cfg(test)]
mod tests;
mod thread;
mod unit;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use diesel::SqliteConnection;
use guildhall_ports::store::StoreError;

pub(crate) use unit::WriteUnit;

use crate::{OpenError, SqliteOptions};
use step::Request;
use thread::Thread;

/// The way to the writer thread. Every unit of work holds one, and the thread
/// ends in good order with the last.
pub(crate) struct Writer {
    // Dropped before `thread`: a closed queue is what ends the thread.
    requests: Sender<Request>,
    healthy: Arc<AtomicBool>,
    acquire_timeout: Duration,
    _thread: Joined,
}

impl Writer {
    /// Starts the thread. It fails where the file cannot be opened for writing.
    pub(crate) fn start(path: PathBuf, options: SqliteOptions) -> Result<Arc<Self>, OpenError> {
        let (requests, queue) = mpsc::channel();
        let healthy = Arc::new(AtomicBool::new(true));
        let thread = Thread::new(path, options, queue, Arc::clone(&healthy))?;
        let handle = std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || thread.run())
            .map_err(OpenError::Thread)?;
        let acquire_timeout = options.acquire_timeout;
        Ok(Arc::new(Self { requests, healthy, acquire_timeout, _thread: Joined(Some(handle)) }))
    }

    /// A unit of work, which takes its place in the queue with its first statement.
    pub(crate) fn begin(self: &Arc<Self>) -> WriteUnit {
        WriteUnit::new(Arc::clone(self))
    }

    /// A unit of work of one statement.
    pub(crate) async fn once(
        self: &Arc<Self>,
        work: impl FnOnce(&mut SqliteConnection) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<(), StoreError> {
        self.begin().commit_with(work).await
    }

    /// Whether writing works, as far as is known. Where it did not, it is
    /// tried again, so that being asked is what brings it back.
    pub(crate) async fn ready(self: &Arc<Self>) -> Result<(), StoreError> {
        if self.healthy.load(Ordering::Relaxed) { Ok(()) } else { self.once(|_| Ok(())).await }
    }
}

/// Waits for the thread when it is dropped.
struct Joined(Option<JoinHandle<()>>);

impl Drop for Joined {
    fn drop(&mut self) {
        // What is in the queue may hold the last way to the writer, which then ends by itself.
        if let Some(handle) = self.0.take()
            && handle.thread().id() != std::thread::current().id()
            && handle.join().is_err()
        {
            tracing::error!("the writer thread did not end in good order");
        }
    }
}
