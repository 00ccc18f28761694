//! Organizations for any product, in one binary: reads the configuration, puts
//! the application together and serves it. The rules are in the crates.

mod blueprint;
mod cli;
mod commands;
mod config;
mod database;
mod key_file;
mod mail_delivery;
mod new_password;
mod telemetry;
mod wire;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::Cli;

/// Answers are many small allocations on several threads, and a slow hash asks
/// for 19 MiB at a time: both are where the system's allocator is slowest.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let (command, overrides) = match Cli::parse().into_parts() {
        Ok(parts) => parts,
        Err(error) => error.exit(),
    };
    commands::run(command, &overrides).unwrap_or_else(|error| {
        eprintln!("guildhall: {error:#}");
        ExitCode::FAILURE
    })
}
