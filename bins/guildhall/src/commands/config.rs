use std::process::ExitCode;

use super::say;
use crate::blueprint;
use crate::cli::ConfigAction;
use crate::config::Config;

/// `guildhall config check|show`. Loading has checked most already.
pub fn run(action: ConfigAction, config: &Config) -> anyhow::Result<ExitCode> {
    match action {
        ConfigAction::Check => {
            config.check_for_serving()?;
            blueprint::of(config)?;
            say(format_args!("The configuration can be used: {} on {}", config.database_url, config.listen))?;
        }
        ConfigAction::Show => say(config.show().trim_end())?,
    }
    Ok(ExitCode::SUCCESS)
}
