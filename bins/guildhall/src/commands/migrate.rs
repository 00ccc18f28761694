use std::process::ExitCode;

use super::say;
use crate::config::Config;
use crate::wire;

/// `guildhall migrate`.
pub async fn run(config: &Config) -> anyhow::Result<ExitCode> {
    let applied = wire::migrate(config).await?;
    if applied.is_empty() {
        say("The schema is up to date.")?;
    }
    for migration in applied {
        say(format_args!("Applied {migration}."))?;
    }
    Ok(ExitCode::SUCCESS)
}
