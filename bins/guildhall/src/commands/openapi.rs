use std::process::ExitCode;

use anyhow::Context;

use super::say;

/// `guildhall openapi`.
pub fn run() -> anyhow::Result<ExitCode> {
    say(guildhall_http::openapi().to_pretty_json().context("the OpenAPI document cannot be written")?)?;
    Ok(ExitCode::SUCCESS)
}
