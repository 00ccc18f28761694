use guildhall_domain::OrganizationId;
use guildhall_domain::credits::{LedgerFault, LedgerSums};
use guildhall_domain::page::{PageRequest, PageSize};
use guildhall_ports::store::{CreditTransactionFilter, KeptCredits, Mode, OrgTx, StoreError};

use crate::{AppError, Guildhall, Missing};

/// How the verification of one organization's ledger ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditReport {
    /// Whose ledger.
    pub organization: OrganizationId,
    /// How many transactions were read.
    pub transactions: u64,
    /// Everything that is not as the ledger says.
    pub faults: Vec<LedgerFault>,
}

impl Guildhall {
    /// Adds up every ledger and compares it with what is kept beside it, one
    /// organization after the other, and hands each report on as it is made.
    /// For the operator: authorizes nobody (R-LED-8).
    ///
    /// # Errors
    /// As storage; a fault in a ledger is no error but a report.
    pub async fn verify_all_credits(&self, report: impl FnMut(CreditReport)) -> Result<(), AppError> {
        self.for_every_organization(|organization| self.verify_credits(organization), report).await
    }

    /// Verifies the ledger of one organization. For the operator.
    ///
    /// # Errors
    /// `organization_not_found`.
    pub async fn verify_credits(&self, organization: OrganizationId) -> Result<CreditReport, AppError> {
        // A reading unit of work sees one state, so what is spent meanwhile is not in it.
        let mut tx = self.ports.store.begin_org(organization, Mode::Read).await?;
        let reading = read_ledger(&mut *tx, organization).await?;
        let faults = match reading.kept {
            Ok(kept) => reading.sums.compare(&kept),
            Err(fault) => vec![fault],
        };
        Ok(CreditReport { organization, transactions: reading.transactions, faults })
    }
}

/// A ledger, and what is kept beside it.
pub(super) struct LedgerReading {
    pub(super) sums: LedgerSums,
    pub(super) transactions: u64,
    pub(super) kept: Result<KeptCredits, LedgerFault>,
}

/// Adds the whole ledger up, in one unit of work.
pub(super) async fn read_ledger(tx: &mut dyn OrgTx, organization: OrganizationId) -> Result<LedgerReading, AppError> {
    if tx.organization().await?.is_none() {
        return Err(Missing::Organization.with(organization.uuid()));
    }
    let (mut sums, mut transactions) = (LedgerSums::default(), 0);
    let (filter, mut request) = (CreditTransactionFilter::default(), PageRequest::first(PageSize::MAX));
    let read = loop {
        match tx.credits().list(&filter, &request).await {
            Ok(page) => {
                transactions += page.items.len() as u64;
                page.items.iter().for_each(|transaction| sums.add(transaction));
                match page.next {
                    Some(next) => request.after = Some(next),
                    None => break tx.credits().kept().await,
                }
            }
            Err(error) => break Err(error),
        }
    };
    let kept = match read {
        Ok(kept) => Ok(kept),
        // A row that storage cannot even read.
        Err(StoreError::Corrupt(reason)) => Err(LedgerFault::Unreadable(reason)),
        Err(error) => return Err(error.into()),
    };
    Ok(LedgerReading { sums, transactions, kept })
}
