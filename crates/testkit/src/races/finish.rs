use guildhall_ports::store::{OrgTx, StoreError};

/// Commits where the work went well, and rolls back where it did not.
pub(super) async fn finish<T>(unit: Box<dyn OrgTx>, done: Result<T, StoreError>) -> Result<T, StoreError> {
    match done {
        Ok(done) => unit.commit().await.map(|()| done),
        Err(error) => {
            unit.rollback().await?;
            Err(error)
        }
    }
}
