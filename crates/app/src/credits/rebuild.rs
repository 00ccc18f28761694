use guildhall_domain::OrganizationId;
use guildhall_domain::audit::{AuditAction, AuditActor, AuditTarget, TargetKind};
use guildhall_domain::credits::LedgerFault;
use guildhall_ports::store::{Mode, OrgTx};

use super::CreditReport;
use super::verify::{LedgerReading, read_ledger};
use crate::{AppError, Guildhall, RequestContext};

/// What was rebuilt from one organization's ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditRebuilding {
    /// Whose ledger.
    pub organization: OrganizationId,
    /// How many transactions were read.
    pub transactions: u64,
    /// What was kept otherwise than the ledger says, and is not any more.
    pub rebuilt: Vec<LedgerFault>,
    /// What the ledger cannot tell: a ledger that is not right itself, and the
    /// terms of grants and reservations.
    pub left: Vec<LedgerFault>,
}

impl Guildhall {
    /// Makes what is kept beside every ledger from it again, where it is not
    /// what the ledger says, one organization after the other, and hands each
    /// report on as it is made. For the operator: authorizes nobody (R-LED-8).
    ///
    /// # Errors
    /// As storage.
    pub async fn rebuild_all_credits(&self, report: impl FnMut(CreditRebuilding)) -> Result<(), AppError> {
        self.for_every_organization(|organization| self.rebuild_credits(organization), report).await
    }

    /// The same for one organization. Where there is something to rebuild, it
    /// has its credits to itself until its ledger is read: who spends waits.
    ///
    /// # Errors
    /// `organization_not_found`.
    pub async fn rebuild_credits(&self, organization: OrganizationId) -> Result<CreditRebuilding, AppError> {
        let CreditReport { transactions, faults, .. } = self.verify_credits(organization).await?;
        let is_unfit = |fault: &LedgerFault| matches!(fault, LedgerFault::Unreadable(_) | LedgerFault::Unbalanced(_));
        // There is nothing to rebuild, or nothing to rebuild it from.
        if faults.is_empty() || faults.iter().any(is_unfit) {
            return Ok(CreditRebuilding { organization, transactions, rebuilt: Vec::new(), left: faults });
        }
        let mut tx = self.ports.store.begin_org(organization, Mode::Write).await?;
        let rebuilding = self.rebuild_in(&mut *tx, organization).await?;
        tx.commit().await?;
        Ok(rebuilding)
    }

    async fn rebuild_in(&self, tx: &mut dyn OrgTx, organization: OrganizationId) -> Result<CreditRebuilding, AppError> {
        let LedgerReading { sums, transactions, kept } = read_ledger(tx, organization).await?;
        // It could be read just now.
        let kept = kept.map_err(|fault| AppError::Internal(fault.to_string()))?;
        let rebuilt = sums.rebuild(&kept);
        let found = sums.clone().compare(&kept);
        let Some(instead) = rebuilt else {
            return Ok(CreditRebuilding { organization, transactions, rebuilt: Vec::new(), left: found });
        };
        let left = sums.compare(&instead);
        let rebuilt: Vec<_> = found.into_iter().filter(|fault| !left.contains(fault)).collect();
        if !rebuilt.is_empty() {
            tx.credits().rebuild(&instead).await?;
            let (nobody, request) = (AuditActor { user_id: None, email: None }, RequestContext::default());
            let target = AuditTarget { kind: TargetKind::Organization, id: organization.uuid() };
            let (number, action) = (rebuilt.len().to_string(), AuditAction::RebuildCredits);
            let details = [("rebuilt", number.as_str())];
            let event = self.organization_event(organization, nobody, &request, action, target, &details);
            tx.append_audit(&event).await?;
        }
        Ok(CreditRebuilding { organization, transactions, rebuilt, left })
    }
}
