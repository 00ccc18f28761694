use guildhall_domain::OrganizationId;
use guildhall_domain::audit::{AuditRecord, ChainFault, ChainHead, ChainVerifier};
use guildhall_domain::page::{PageRequest, PageSize};
use guildhall_ports::store::{Mode, OrgTx, OrganizationFilter, PlatformTx, StoreError};

use crate::{AppError, Guildhall, Missing};

/// How the verification of one log ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainReport {
    /// Whose log; none for the installation's own.
    pub organization: Option<OrganizationId>,
    /// How many records were verified, or the first fault.
    pub result: Result<u64, ChainFault>,
}

/// How many records are held in memory at once.
const BATCH: u16 = 1_000;

impl Guildhall {
    /// Verifies every log, one after the other, and hands each report on as
    /// it is made. For the operator: authorizes nobody.
    ///
    /// # Errors
    /// As storage; a fault in a log is no error but a report.
    pub async fn verify_all_audit_logs(&self, mut report: impl FnMut(ChainReport)) -> Result<(), AppError> {
        report(ChainReport { organization: None, result: self.verify_platform_log().await? });
        let mut request = PageRequest::first(PageSize::MAX);
        loop {
            let mut tx = self.ports.store.begin_platform(Mode::Read).await?;
            let page = tx.list_organizations(&OrganizationFilter::default(), &request).await?;
            tx.commit().await?;
            for organization in page.items {
                match self.verify_audit_log(organization.id).await {
                    Ok(verified) => report(verified),
                    // Deleted since it was listed.
                    Err(AppError::NotFound { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
            match page.next {
                Some(next) => request.after = Some(next),
                None => return Ok(()),
            }
        }
    }

    /// Verifies the log of one organization. For the operator.
    ///
    /// # Errors
    /// `organization_not_found`.
    pub async fn verify_audit_log(&self, organization: OrganizationId) -> Result<ChainReport, AppError> {
        let mut tx = self.ports.store.begin_org(organization, Mode::Read).await?;
        let head = tx.audit_head().await?.ok_or(Missing::Organization.with(organization.uuid()))?;
        let result = walk(&mut Log::Organization(&mut *tx), Some(organization), head).await?;
        tx.commit().await?;
        Ok(ChainReport { organization: Some(organization), result })
    }

    async fn verify_platform_log(&self) -> Result<Result<u64, ChainFault>, AppError> {
        let mut tx = self.ports.store.begin_platform(Mode::Read).await?;
        let head = tx.audit_head().await?;
        let result = walk(&mut Log::Platform(&mut *tx), None, head).await?;
        tx.commit().await?;
        Ok(result)
    }
}

enum Log<'tx> {
    Organization(&'tx mut dyn OrgTx),
    Platform(&'tx mut dyn PlatformTx),
}

impl Log<'_> {
    async fn records(&mut self, after: u64) -> Result<Vec<AuditRecord>, StoreError> {
        match self {
            Self::Organization(tx) => tx.audit_chain(after, BATCH).await,
            Self::Platform(tx) => tx.audit_chain(after, BATCH).await,
        }
    }
}

/// Walks up to where the head was when the walk began; what is appended
/// meanwhile is the next verification's.
async fn walk(
    log: &mut Log<'_>,
    organization: Option<OrganizationId>,
    head: ChainHead,
) -> Result<Result<u64, ChainFault>, AppError> {
    let mut verifier = ChainVerifier::new(organization);
    let mut after = 0;
    loop {
        let records = log.records(after).await?;
        let Some(last) = records.last() else { break };
        after = last.sequence;
        for record in records.iter().filter(|record| record.sequence <= head.sequence) {
            if let Err(fault) = verifier.push(record) {
                return Ok(Err(fault));
            }
        }
        if after >= head.sequence {
            break;
        }
    }
    Ok(verifier.finish(head))
}
