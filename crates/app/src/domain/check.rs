use guildhall_domain::audit::AuditAction;
use guildhall_domain::{DomainClaim, DomainClaimId, DomainStatus, Permission};
use guildhall_ports::store::OrganizationRef;

use super::{may_enrol, named_claim, target};
use crate::transact::work;
use crate::{AppError, Caller, Conflict, Guildhall};

impl Guildhall {
    /// Asks the domain's DNS for the record of a claim, and keeps what it
    /// says: verified, or failed. A verified domain whose record is gone fails
    /// too. Where DNS does not answer, nothing changes.
    ///
    /// # Errors
    /// `domain_not_found`, `domain_taken` where the record is there but the
    /// domain is verified for another organization,
    /// [`AppError::LookupUnavailable`], denials.
    pub async fn check_domain(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        id: DomainClaimId,
    ) -> Result<DomainClaim, AppError> {
        let permission = Permission::DomainManage;
        let before =
            self.read_in(caller, organization, permission, work!(|access| { named_claim(access, id).await })).await?;
        // Outside of any unit of work: DNS may take its time.
        let records = self.ports.text_records.lookup(&before.record_name()).await?;
        let shown = before.is_shown_by(&records);
        let checked = self.keep_verdict(caller, organization, id, shown).await;
        if checked == Err(Conflict::DomainTaken.into()) {
            self.audit_taken_domain(caller, &before).await?;
        }
        checked
    }

    async fn keep_verdict(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        id: DomainClaimId,
        shown: bool,
    ) -> Result<DomainClaim, AppError> {
        self.change_in(
            caller,
            organization,
            Permission::DomainManage,
            work!(|access| {
                let mut claim = named_claim(access, id).await?;
                may_enrol(access, claim.enrolment)?;
                let now = access.now();
                let from = claim.status;
                claim.status = if shown { DomainStatus::Verified } else { DomainStatus::Failed };
                claim.checked_at = Some(now);
                claim.updated_at = now;
                claim.verified_at = match (shown, from) {
                    (true, DomainStatus::Verified) => claim.verified_at,
                    (true, _) => Some(now),
                    (false, _) => None,
                };
                let claim = access.tx().update_domain(&claim).await?;
                let details =
                    [("domain", claim.domain.as_str()), ("from", from.as_str()), ("to", claim.status.as_str())];
                access.audit(AuditAction::CheckDomain, target(id), &details).await?;
                Ok(claim)
            }),
        )
        .await
    }
}
