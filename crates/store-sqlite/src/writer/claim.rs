use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};

use guildhall_ports::store::StoreError;

const WAITING: u8 = 0;
const BEGUN: u8 = 1;
const GIVEN_UP: u8 = 2;

/// What both sides of a unit of work know. It decides between the writer that
/// begins it and the caller that has waited long enough: exactly one wins.
#[derive(Debug)]
pub(super) struct Claim {
    state: AtomicU8,
    ended: OnceLock<StoreError>,
}

impl Claim {
    pub(super) fn new() -> Self {
        Self { state: AtomicU8::new(WAITING), ended: OnceLock::new() }
    }

    /// The writer's side: true where the unit of work is still wanted.
    pub(super) fn begin(&self) -> bool {
        self.decide(BEGUN)
    }

    /// The caller's side: true where the unit of work will never run.
    pub(super) fn give_up(&self) -> bool {
        self.decide(GIVEN_UP)
    }

    /// Whether the caller has waited long enough, or has gone away.
    pub(super) fn is_given_up(&self) -> bool {
        self.state.load(Ordering::Acquire) == GIVEN_UP
    }

    fn decide(&self, outcome: u8) -> bool {
        self.state.compare_exchange(WAITING, outcome, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    /// The writer's side: notes why it takes no more steps, before it stops taking them.
    pub(super) fn end(&self, error: StoreError) {
        // The first reason is the reason.
        drop(self.ended.set(error));
    }

    /// The caller's side: why a step was not answered.
    pub(super) fn why(&self) -> StoreError {
        let lost = || StoreError::Unavailable("the transaction was lost".to_owned());
        self.ended.get().cloned().unwrap_or_else(lost)
    }
}
