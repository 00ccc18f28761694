use guildhall_domain::audit::AuditEvent;
use guildhall_domain::{Organization, Timestamp};

use super::{CreditNeeds, CreditState, CreditWrites, OrgTx, StoreError};

/// What is decided about an organization's credits in one unit of work, once
/// storage has taken the organization: without waiting for anything, so that
/// storage within the process can let it be decided where the data is, as a
/// stored procedure would.
///
/// What comes of it is asked of whatever implements this, afterwards. A unit
/// of work that is tried again begins anew.
pub trait CreditWork: Send + Sync {
    /// What has to be known of the organization's credits; nothing is done
    /// where there is no such organization, or nothing to know.
    fn begin(&self, organization: Option<Organization>) -> Option<CreditNeeds>;

    /// What is done, by what is known.
    fn decide(&self, state: CreditState) -> CreditStep;
}

/// What comes next in a unit of work on credits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CreditStep {
    /// Something is to be written, and more to be known then.
    GoOn(Box<CreditChanges>, Box<CreditNeeds>),
    /// This is to be written, and everything made lasting.
    Finish(Box<CreditChanges>),
    /// Nothing more is to be written.
    Stop,
}

/// What a unit of work on credits writes at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditChanges {
    /// The ledger, and what is kept beside it.
    pub writes: CreditWrites,
    /// What is told to the organization's audit log.
    pub events: Vec<AuditEvent>,
    /// When it is written.
    pub at: Timestamp,
}

impl CreditChanges {
    /// Writes them, statement by statement.
    ///
    /// # Errors
    /// As [`CreditTx::write`](super::CreditTx::write) and [`OrgTx::append_audit`].
    pub async fn write(&self, tx: &mut dyn OrgTx) -> Result<(), StoreError> {
        tx.credits().write(&self.writes, self.at).await?;
        for event in &self.events {
            tx.append_audit(event).await?;
        }
        Ok(())
    }
}

/// Goes through work on credits statement by statement, for storage that does
/// not do it in one go: what [`OrgTx::carry_out_credits`] is there.
///
/// # Errors
/// The statements'. Nothing is changed then.
pub async fn carry_out_in_steps(mut tx: Box<dyn OrgTx>, work: &dyn CreditWork) -> Result<(), StoreError> {
    match last_step(&mut *tx, work).await {
        Ok(Last::Rollback) => tx.rollback().await,
        Ok(Last::Commit) => tx.commit().await,
        Ok(Last::Write(changes)) if changes.events.is_empty() => tx.commit_credits(&changes.writes, changes.at).await,
        Ok(Last::Write(changes)) => match changes.write(&mut *tx).await {
            Ok(()) => tx.commit().await,
            Err(error) => give_up(tx, error).await,
        },
        Err(error) => give_up(tx, error).await,
    }
}

/// How a unit of work ends.
enum Last {
    /// What changed nothing needs no commit.
    Rollback,
    Commit,
    Write(Box<CreditChanges>),
}

async fn last_step(tx: &mut dyn OrgTx, work: &dyn CreditWork) -> Result<Last, StoreError> {
    let mut needs = work.begin(tx.organization().await?);
    let mut last = Last::Rollback;
    while let Some(asked) = needs {
        needs = match work.decide(tx.credits().state(&asked).await?) {
            CreditStep::GoOn(changes, more) => {
                changes.write(tx).await?;
                last = Last::Commit;
                Some(*more)
            }
            CreditStep::Finish(changes) => return Ok(Last::Write(changes)),
            CreditStep::Stop => None,
        };
    }
    Ok(last)
}

async fn give_up(tx: Box<dyn OrgTx>, error: StoreError) -> Result<(), StoreError> {
    // A rollback that fails closes the connection, which rolls back too.
    let _ = tx.rollback().await;
    Err(error)
}
