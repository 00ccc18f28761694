use guildhall_domain::audit::AuditAction;
use guildhall_domain::{DomainClaimId, Permission};
use guildhall_ports::store::OrganizationRef;

use super::{named_claim, target};
use crate::transact::work;
use crate::{AppError, Caller, Guildhall, Precondition};

impl Guildhall {
    /// Gives a domain up. Who came in by it stays a member.
    ///
    /// # Errors
    /// `domain_not_found`, [`AppError::PreconditionFailed`], denials.
    pub async fn remove_domain(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        id: DomainClaimId,
        precondition: &Precondition,
    ) -> Result<(), AppError> {
        self.change_in(
            caller,
            organization,
            Permission::DomainManage,
            work!(|access| {
                let claim = named_claim(access, id).await?;
                precondition.check(&claim)?;
                access.tx().delete_domain(id).await?;
                access.audit(AuditAction::RemoveDomain, target(id), &[("domain", claim.domain.as_str())]).await
            }),
        )
        .await
    }
}
