use guildhall_domain::audit::AuditAction;
use guildhall_domain::{DomainClaim, DomainClaimId, Enrolment, Permission};
use guildhall_ports::store::OrganizationRef;

use super::{may_enrol, named_claim, target};
use crate::transact::work;
use crate::{AppError, Caller, Guildhall, Precondition};

impl Guildhall {
    /// Says what happens to people with an address at a domain, from now on.
    /// The same again changes and writes nothing.
    ///
    /// # Errors
    /// `domain_not_found`, [`AppError::PreconditionFailed`], [`AppError::Refused`], denials.
    pub async fn set_enrolment(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        id: DomainClaimId,
        enrolment: Enrolment,
        precondition: &Precondition,
    ) -> Result<DomainClaim, AppError> {
        self.change_in(
            caller,
            organization,
            Permission::DomainManage,
            work!(|access| {
                let mut claim = named_claim(access, id).await?;
                precondition.check(&claim)?;
                if claim.enrolment == enrolment {
                    return Ok(claim);
                }
                may_enrol(access, enrolment)?;
                let from = claim.enrolment;
                claim.enrolment = enrolment;
                claim.updated_at = access.now();
                let claim = access.tx().update_domain(&claim).await?;
                let details = [("domain", claim.domain.as_str()), ("from", from.as_str()), ("to", enrolment.as_str())];
                access.audit(AuditAction::UpdateDomain, target(id), &details).await?;
                Ok(claim)
            }),
        )
        .await
    }
}
