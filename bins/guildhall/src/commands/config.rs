use std::process::ExitCode;

use super::say;
use crate::cli::ConfigAction;
use crate::config::Config;

/// `guildhall config check|show`. Loading has checked everything already.
pub fn run(action: ConfigAction, config: &Config) -> anyhow::Result<ExitCode> {
    match action {
        ConfigAction::Check => {
            say(format_args!("The configuration can be used: {} on {}", config.database_url, config.listen))?;
        }
        ConfigAction::Show => say(config.show().trim_end())?,
    }
    Ok(ExitCode::SUCCESS)
}
