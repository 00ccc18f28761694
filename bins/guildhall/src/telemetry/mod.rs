//! What operators see: log lines and metrics.

mod logs;
mod metrics;

pub use self::logs::start_logging;
pub use self::metrics::Metrics;
