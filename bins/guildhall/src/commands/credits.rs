use std::process::ExitCode;

use guildhall_app::credits::CreditReport;

use super::audit::must_be_there;
use super::{explain, say};
use crate::cli::CreditsAction;
use crate::config::Config;
use crate::wire;

/// `guildhall credits verify`: adds up every ledger and compares it with the
/// balances kept beside it; one line for each fault, success only where there is none.
pub async fn run(action: &CreditsAction, config: &Config) -> anyhow::Result<ExitCode> {
    let CreditsAction::Verify { organization } = action;
    must_be_there(&config.database_url)?;
    let guildhall = wire::application(config).await?;
    let mut tally = Tally::default();
    match organization {
        Some(organization) => tally.note(&guildhall.verify_credits(*organization).await.map_err(explain)?),
        None => guildhall.verify_all_credits(|report| tally.note(&report)).await.map_err(explain)?,
    }
    tally.finish()
}

#[derive(Default)]
struct Tally {
    ledgers: u64,
    transactions: u64,
    faulty: u64,
    /// The first failure to write a line; the walk goes on, its result counts.
    unsaid: Option<anyhow::Error>,
}

impl Tally {
    fn note(&mut self, report: &CreditReport) {
        self.ledgers += 1;
        self.transactions += report.transactions;
        self.faulty += u64::from(!report.faults.is_empty());
        for fault in &report.faults {
            if let Err(error) =
                say(format_args!("FAULT in the ledger of organization {}: {fault}", report.organization))
            {
                self.unsaid.get_or_insert(error);
            }
        }
    }

    fn finish(self) -> anyhow::Result<ExitCode> {
        if let Some(error) = self.unsaid {
            return Err(error);
        }
        if self.faulty > 0 {
            say(format_args!("{} of {} ledgers are not what is kept beside them.", self.faulty, self.ledgers))?;
            return Ok(ExitCode::FAILURE);
        }
        say(format_args!("{} ledgers with {} transactions are whole.", self.ledgers, self.transactions))?;
        Ok(ExitCode::SUCCESS)
    }
}
