use std::sync::Arc;

use guildhall_ports::store::StoreError;
use tokio::sync::Barrier;

use super::retrying;

/// Runs all works at the same time, each in its own task and again where
/// another got in between, and gives what came of them in their order.
///
/// # Panics
/// Where a work panics.
pub async fn together<T, W, F>(works: Vec<W>) -> Vec<Result<T, StoreError>>
where
    T: Send + 'static,
    W: Fn() -> F + Send + Sync + 'static,
    F: Future<Output = Result<T, StoreError>> + Send,
{
    let start = Arc::new(Barrier::new(works.len()));
    let tasks: Vec<_> = works
        .into_iter()
        .map(|work| {
            let start = Arc::clone(&start);
            tokio::spawn(async move {
                start.wait().await;
                retrying(work).await
            })
        })
        .collect();
    let mut results = Vec::with_capacity(tasks.len());
    for task in tasks {
        results.push(task.await.expect("a racing task does not panic"));
    }
    results
}
