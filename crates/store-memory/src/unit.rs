use std::sync::{Arc, PoisonError, RwLock};

use guildhall_ports::store::{Constraint, Mode, StoreError};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::state::State;

/// What all units of work share: the committed state, and the right to write.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shared {
    committed: Arc<RwLock<State>>,
    writer: Arc<Mutex<()>>,
}

impl Shared {
    /// The state as last committed; what is committed later does not change it.
    pub(crate) fn snapshot(&self) -> State {
        // The lock is only ever held for a clone or an assignment, neither of which can leave a half-made state.
        self.committed.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn replace(&self, state: State) {
        *self.committed.write().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

/// A working copy of the state. Dropping it gives all changes up.
#[derive(Debug)]
pub(crate) struct Unit {
    shared: Shared,
    state: State,
    /// The right to write, for as long as the unit of work lasts; none in a reading one.
    writer: Option<OwnedMutexGuard<()>>,
    failed: bool,
}

impl Unit {
    pub(crate) async fn begin(shared: &Shared, mode: Mode) -> Self {
        let writer = match mode {
            Mode::Read => None,
            Mode::Write => Some(Arc::clone(&shared.writer).lock_owned().await),
        };
        Self { state: shared.snapshot(), shared: shared.clone(), writer, failed: false }
    }

    pub(crate) fn read<T>(&self, find: impl FnOnce(&State) -> T) -> Result<T, StoreError> {
        self.check_usable()?;
        Ok(find(&self.state))
    }

    pub(crate) fn write<T>(
        &mut self,
        change: impl FnOnce(&mut State) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.check_usable()?;
        if self.writer.is_none() {
            self.failed = true;
            return Err(StoreError::Corrupt("a reading unit of work was asked to write".to_owned()));
        }
        let result = change(&mut self.state);
        self.failed = result.is_err();
        result
    }

    /// Makes an organization or a workspace: the changes that may be refused,
    /// for a slug that is taken, without the unit of work being lost, so that
    /// another one can be tried. A change that is refused so has changed nothing.
    pub(crate) fn write_unless_taken(
        &mut self,
        slug: Constraint,
        change: impl FnOnce(&mut State) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let result = self.write(change);
        if result == Err(StoreError::Conflict(slug)) {
            self.failed = false;
        }
        result
    }

    pub(crate) fn commit(self) -> Result<(), StoreError> {
        self.check_usable()?;
        if self.writer.is_some() {
            self.shared.replace(self.state);
        }
        Ok(())
    }

    fn check_usable(&self) -> Result<(), StoreError> {
        if self.failed {
            return Err(StoreError::Corrupt("a failed unit of work was used for more than rollback".to_owned()));
        }
        Ok(())
    }
}
