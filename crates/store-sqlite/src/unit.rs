use diesel::SqliteConnection;
use guildhall_ports::store::StoreError;

use crate::reader::ReadUnit;
use crate::store_error::read_only;
use crate::writer::WriteUnit;

/// A unit of work of either mode: where the transaction types run their statements.
pub(crate) enum Unit {
    Reading(ReadUnit),
    Writing(WriteUnit),
}

impl Unit {
    /// Runs statements that change nothing.
    pub(crate) async fn read<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        match self {
            Self::Reading(unit) => unit.run(work),
            Self::Writing(unit) => unit.read(work).await,
        }
    }

    /// Runs statements that change something; refused where the unit of work reads.
    pub(crate) async fn change<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        match self {
            Self::Reading(_) => Err(read_only()),
            Self::Writing(unit) => unit.change(work).await,
        }
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Reading(_) => Ok(()),
            Self::Writing(unit) => unit.commit().await,
        }
    }

    /// Runs statements that change something and commits, in one go.
    pub(crate) async fn commit_with(
        self,
        work: impl FnOnce(&mut SqliteConnection) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<(), StoreError> {
        match self {
            Self::Reading(_) => Err(read_only()),
            Self::Writing(unit) => unit.commit_with(work).await,
        }
    }

    /// Giving a unit of work up is dropping it: nothing has to be waited for.
    pub(crate) fn rollback(self) -> Result<(), StoreError> {
        drop(self);
        Ok(())
    }
}
