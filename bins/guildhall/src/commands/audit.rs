use std::process::ExitCode;

use guildhall_app::audit::ChainReport;

use super::{explain, say};
use crate::cli::AuditAction;
use crate::config::Config;
use crate::database::DatabaseUrl;
use crate::wire;

/// `guildhall audit verify`: one line for each log, success only where all are whole.
pub async fn run(action: &AuditAction, config: &Config) -> anyhow::Result<ExitCode> {
    let AuditAction::Verify { organization } = action;
    must_be_there(&config.database_url)?;
    let guildhall = wire::application(config).await?;
    let mut tally = Tally::default();
    match organization {
        Some(organization) => tally.note(&guildhall.verify_audit_log(*organization).await.map_err(explain)?),
        None => guildhall.verify_all_audit_logs(|report| tally.note(&report)).await.map_err(explain)?,
    }
    tally.finish()
}

/// Opening the embedded store makes it where there is none, and what was made
/// just now is always whole.
pub(super) fn must_be_there(url: &DatabaseUrl) -> anyhow::Result<()> {
    match url {
        DatabaseUrl::Sqlite(path) if !path.exists() => {
            anyhow::bail!("there is no database at {}: name it with --database-url", path.display())
        }
        DatabaseUrl::Memory => {
            anyhow::bail!("a database in memory has nothing to verify: name one with --database-url")
        }
        DatabaseUrl::Sqlite(_) | DatabaseUrl::Postgres(_) => Ok(()),
    }
}

#[derive(Default)]
struct Tally {
    logs: u64,
    records: u64,
    faults: u64,
    /// The first failure to write a line; the walk goes on, its result counts.
    unsaid: Option<anyhow::Error>,
}

impl Tally {
    fn note(&mut self, report: &ChainReport) {
        self.logs += 1;
        match &report.result {
            Ok(records) => self.records += records,
            Err(fault) => {
                self.faults += 1;
                let log = match report.organization {
                    Some(organization) => format!("organization {organization}"),
                    None => "the installation".to_owned(),
                };
                if let Err(error) = say(format_args!("FAULT in the log of {log}: {fault}")) {
                    self.unsaid.get_or_insert(error);
                }
            }
        }
    }

    fn finish(self) -> anyhow::Result<ExitCode> {
        if let Some(error) = self.unsaid {
            return Err(error);
        }
        if self.faults > 0 {
            say(format_args!("{} of {} logs have been tampered with.", self.faults, self.logs))?;
            return Ok(ExitCode::FAILURE);
        }
        say(format_args!("{} logs with {} records are whole.", self.logs, self.records))?;
        Ok(ExitCode::SUCCESS)
    }
}
