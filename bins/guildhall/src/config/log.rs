use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;

/// What is logged, and how.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogConfig {
    /// A level, or levels by module: `info,guildhall_http=debug`.
    pub level: String,
    /// For people or for programs.
    pub format: LogFormat,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines for people.
    Human,
    /// One JSON object a line.
    Json,
}

impl Default for LogConfig {
    fn default() -> Self {
        // What those two say at `info` is of no use to operators.
        Self { level: "info,actix_server=warn,tokio_postgres=warn".to_owned(), format: LogFormat::Human }
    }
}

impl LogConfig {
    pub(super) fn check(&self, problems: &mut Vec<String>) {
        if let Err(error) = EnvFilter::builder().parse(&self.level) {
            problems.push(format!(
                "`log.level` is not readable ({error}): write error, warn, info, debug or trace, \
                 or levels by module such as info,guildhall_http=debug"
            ));
        }
    }
}
