use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use guildhall_http::MetricsRenderer;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// The metrics of this process, in Prometheus' text format. The HTTP adapter
/// shows them at `/metrics`; there is no listener of their own.
#[derive(Clone)]
pub struct Metrics {
    handle: PrometheusHandle,
}

/// From a permission check to a slow hash, in seconds.
const BUCKETS: [f64; 14] = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// How often what was recorded is folded into the buckets, so that memory does
/// not grow while nobody asks.
const UPKEEP: Duration = Duration::from_secs(5);

impl Metrics {
    /// Starts recording.
    ///
    /// # Errors
    /// Where recording was started before.
    pub fn start() -> anyhow::Result<Self> {
        let handle = PrometheusBuilder::new()
            .set_buckets(&BUCKETS)
            .context("the histograms' buckets are empty")?
            .install_recorder()
            .context("metrics cannot be started")?;
        Ok(Self { handle })
    }

    /// Gives all metrics as they are when it is called.
    pub fn renderer(&self) -> MetricsRenderer {
        let handle = self.handle.clone();
        Arc::new(move || handle.render())
    }

    /// Keeps memory bounded; runs for as long as the process.
    pub async fn upkeep(self) {
        let mut ticks = tokio::time::interval(UPKEEP);
        loop {
            ticks.tick().await;
            self.handle.run_upkeep();
        }
    }
}
