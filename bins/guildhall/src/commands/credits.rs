use std::process::ExitCode;

use guildhall_app::credits::{CreditRebuilding, CreditReport};

use super::audit::must_be_there;
use super::{explain, say};
use crate::cli::CreditsAction;
use crate::config::Config;
use crate::wire;

/// `guildhall credits verify`: adds up every ledger and compares it with the
/// balances kept beside it; one line for each fault, success only where there is none.
/// `guildhall credits rebuild`: makes them from the ledger again where they differ; success only where nothing is left.
pub async fn run(action: &CreditsAction, config: &Config) -> anyhow::Result<ExitCode> {
    must_be_there(&config.database_url)?;
    let guildhall = wire::application(config).await?;
    let mut tally = Tally::default();
    match action {
        CreditsAction::Verify { organization: Some(one) } => {
            tally.note(&guildhall.verify_credits(*one).await.map_err(explain)?);
        }
        CreditsAction::Verify { organization: None } => {
            guildhall.verify_all_credits(|report| tally.note(&report)).await.map_err(explain)?;
        }
        CreditsAction::Rebuild { organization: Some(one) } => {
            tally.note_rebuilding(guildhall.rebuild_credits(*one).await.map_err(explain)?);
        }
        CreditsAction::Rebuild { organization: None } => {
            let note = |rebuilding| tally.note_rebuilding(rebuilding);
            guildhall.rebuild_all_credits(note).await.map_err(explain)?;
        }
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

    fn note_rebuilding(&mut self, rebuilding: CreditRebuilding) {
        let CreditRebuilding { organization, transactions, rebuilt, left } = rebuilding;
        for fault in &rebuilt {
            if let Err(error) = say(format_args!("REBUILT from the ledger of organization {organization}: {fault}")) {
                self.unsaid.get_or_insert(error);
            }
        }
        self.note(&CreditReport { organization, transactions, faults: left });
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
