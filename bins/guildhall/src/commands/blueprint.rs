use std::process::ExitCode;

use guildhall_domain::blueprint::BuiltIn;

use super::say;
use crate::blueprint;
use crate::cli::BlueprintAction;

/// `guildhall blueprint check|show|list`.
pub fn run(action: &BlueprintAction) -> anyhow::Result<ExitCode> {
    match action {
        BlueprintAction::Check { file } => {
            blueprint::read(file)?;
            say(format_args!("The blueprint {} can be used.", file.display()))?;
        }
        BlueprintAction::Show { name } => say(name.source().trim_end())?,
        BlueprintAction::List => {
            for built_in in BuiltIn::ALL {
                say(built_in.name())?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
