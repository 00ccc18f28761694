//! What each command does, in the file of its name.

mod audit;
mod blueprint;
mod config;
mod credits;
mod migrate;
mod openapi;
mod serve;
mod superadmin;

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Context;
use guildhall_app::AppError;

use crate::cli::Command;
use crate::config::{Config, Overrides};
use crate::telemetry::start_logging;

/// Carries out one command.
///
/// # Errors
/// What went wrong and what to do about it.
pub fn run(command: Command, overrides: &Overrides) -> anyhow::Result<ExitCode> {
    match command {
        // Need no configuration, so that they also work where there is a bad one.
        Command::Openapi => openapi::run(),
        Command::Blueprint { action } => blueprint::run(&action),
        Command::Config { action } => config::run(action, &Config::load(overrides)?),
        Command::Serve(flags) => {
            let config = start(overrides)?;
            in_runtime(serve::run(&flags, &config))
        }
        Command::Migrate => {
            let config = start(overrides)?;
            in_runtime(migrate::run(&config))
        }
        Command::Superadmin { action } => {
            let config = start(overrides)?;
            in_runtime(superadmin::run(action, &config))
        }
        Command::Credits { action } => {
            let config = start(overrides)?;
            in_runtime(credits::run(&action, &config))
        }
        Command::Audit { action } => {
            let config = start(overrides)?;
            in_runtime(audit::run(&action, &config))
        }
    }
}

fn start(overrides: &Overrides) -> anyhow::Result<Config> {
    let config = Config::load(overrides)?;
    start_logging(&config.log)?;
    Ok(config)
}

/// Several threads, because diesel's migrations block one while others work for them.
fn in_runtime(work: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.context("cannot start the runtime's threads")?.block_on(work)
}

/// Writes a line that a program or a person waits for to standard output. A
/// reader that went away (`| head`) ends the command with an error.
fn say(line: impl std::fmt::Display) -> anyhow::Result<()> {
    writeln!(io::stdout().lock(), "{line}").context("cannot write to standard output")
}

/// The words of a use case's error, with the fields that were refused.
fn explain(error: AppError) -> anyhow::Error {
    match &error {
        AppError::Invalid(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|field| format!("{} {}", field.pointer.trim_start_matches('/'), field.detail).trim().to_owned())
                .collect();
            anyhow::anyhow!("{}", fields.join("; "))
        }
        AppError::Unavailable(reason) | AppError::Internal(reason) => anyhow::anyhow!("{error}: {reason}"),
        _ => error.into(),
    }
}
