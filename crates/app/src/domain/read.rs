use guildhall_domain::{DomainClaim, DomainClaimId, Permission};
use guildhall_ports::store::OrganizationRef;

use super::named_claim;
use crate::transact::work;
use crate::{AppError, Caller, Guildhall};

impl Guildhall {
    /// A claim, with the record that its DNS must have.
    ///
    /// # Errors
    /// `domain_not_found`, denials.
    pub async fn domain(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        id: DomainClaimId,
    ) -> Result<DomainClaim, AppError> {
        self.read_in(caller, organization, Permission::DomainRead, work!(|access| { named_claim(access, id).await }))
            .await
    }
}
