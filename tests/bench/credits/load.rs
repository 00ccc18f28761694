use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

/// What came of a load.
pub struct Measured {
    /// Spends a second.
    pub rate: u64,
    /// Milliseconds in which half were answered.
    pub p50: f64,
    /// In which all but one of a hundred were.
    pub p99: f64,
}

/// Clients that spend one after the other, each with its number and that of its spend.
pub async fn load<F, Fut>(clients: usize, lasts: Duration, spend: F) -> Measured
where
    F: Fn(usize, u64) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send,
{
    let spend = Arc::new(spend);
    // Plans, caches and connections first.
    run(clients, lasts / 4, &spend, 0).await;
    let mut taken = run(clients, lasts, &spend, 1 << 32).await;
    taken.sort_unstable();
    let at = |share: usize| taken[(taken.len() * share / 100).min(taken.len() - 1)].as_secs_f64() * 1e3;
    let rate = (taken.len() as f64 / lasts.as_secs_f64()) as u64;
    Measured { rate, p50: at(50), p99: at(99) }
}

async fn run<F, Fut>(clients: usize, lasts: Duration, spend: &Arc<F>, first: u64) -> Vec<Duration>
where
    F: Fn(usize, u64) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send,
{
    let end = Instant::now() + lasts;
    let mut set = JoinSet::new();
    for client in 0..clients {
        let spend = Arc::clone(spend);
        set.spawn(async move {
            let mut taken: Vec<Duration> = Vec::new();
            for number in first.. {
                let begun = Instant::now();
                if begun >= end {
                    break;
                }
                spend(client, number).await;
                taken.push(begun.elapsed());
            }
            taken
        });
    }
    set.join_all().await.concat()
}
