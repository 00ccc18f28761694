use guildhall_domain::OrganizationId;
use guildhall_domain::audit::{AuditRecord, ChainFault, ChainHead, ChainVerifier};
use guildhall_ports::store::{Mode, OrgTx, PlatformTx, StoreError};

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
        self.for_every_organization(|organization| self.verify_audit_log(organization), report).await
    }

    /// Verifies the log of one organization. For the operator.
    ///
    /// # Errors
    /// `organization_not_found`.
    pub async fn verify_audit_log(&self, organization: OrganizationId) -> Result<ChainReport, AppError> {
        let mut tx = self.ports.store.begin_org(organization, Mode::Read).await?;
        // The organization's own row says that there must be a log, even where the log does not.
        if tx.organization().await?.is_none() {
            return Err(Missing::Organization.with(organization.uuid()));
        }
        let result = match tx.audit_head().await? {
            Some(head) => walk(&mut Log::Organization(tx), Some(organization), head).await,
            None => Ok(Err(ChainFault::HeadMissing)),
        };
        let result = self.located(Some(organization), result).await?;
        Ok(ChainReport { organization: Some(organization), result })
    }

    async fn verify_platform_log(&self) -> Result<Result<u64, ChainFault>, AppError> {
        let mut tx = self.ports.store.begin_platform(Mode::Read).await?;
        let result = match tx.audit_head().await {
            Ok(head) => walk(&mut Log::Platform(tx), None, head).await,
            Err(StoreError::Corrupt(_)) => Ok(Err(ChainFault::HeadMissing)),
            Err(error) => Err(error),
        };
        self.located(None, result).await
    }

    /// A row that storage cannot even read is a fault too: says which.
    async fn located(
        &self,
        organization: Option<OrganizationId>,
        result: Result<Result<u64, ChainFault>, StoreError>,
    ) -> Result<Result<u64, ChainFault>, AppError> {
        let Err(StoreError::Corrupt(reason)) = &result else { return Ok(result?) };
        let mut after = 0;
        loop {
            // A unit of work is over after such an error, so each row has its own.
            let mut log = match organization {
                Some(id) => Log::Organization(self.ports.store.begin_org(id, Mode::Read).await?),
                None => Log::Platform(self.ports.store.begin_platform(Mode::Read).await?),
            };
            match log.records(after, 1).await {
                Ok(records) => match records.last() {
                    Some(record) => after = record.sequence,
                    None => return Err(AppError::Internal(reason.clone())),
                },
                Err(StoreError::Corrupt(_)) => return Ok(Err(ChainFault::Unreadable { sequence: after + 1 })),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

enum Log {
    Organization(Box<dyn OrgTx>),
    Platform(Box<dyn PlatformTx>),
}

impl Log {
    async fn records(&mut self, after: u64, limit: u16) -> Result<Vec<AuditRecord>, StoreError> {
        match self {
            Self::Organization(tx) => tx.audit_chain(after, limit).await,
            Self::Platform(tx) => tx.audit_chain(after, limit).await,
        }
    }
}

/// Walks the whole chain, beyond its head too: what stands there was inserted.
/// A reading unit of work sees one state, so appends meanwhile are not in it.
async fn walk(
    log: &mut Log,
    organization: Option<OrganizationId>,
    head: ChainHead,
) -> Result<Result<u64, ChainFault>, StoreError> {
    let mut verifier = ChainVerifier::new(organization);
    let mut after = 0;
    loop {
        let records = log.records(after, BATCH).await?;
        let Some(last) = records.last() else { return Ok(verifier.finish(head)) };
        after = last.sequence;
        for record in &records {
            if let Err(fault) = verifier.push(record) {
                return Ok(Err(fault));
            }
        }
    }
}
