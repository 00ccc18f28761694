use std::time::Duration;

use guildhall_ports::store::StoreError;

/// How often work is tried before a race counts as lost to the store.
const ATTEMPTS: u32 = 50;

/// Does the work again while another unit of work got in between, as the application does.
///
/// # Errors
/// The work's; [`StoreError::Serialization`] after fifty attempts.
pub async fn retrying<T, F>(work: impl Fn() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    for attempt in 1..ATTEMPTS {
        match work().await {
            Err(StoreError::Serialization) => {
                tokio::time::sleep(Duration::from_millis(u64::from(attempt % 10))).await;
            }
            other => return other,
        }
    }
    work().await
}
