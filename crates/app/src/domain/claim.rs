use guildhall_domain::audit::AuditAction;
use guildhall_domain::page::{PageRequest, PageSize};
use guildhall_domain::{DomainClaim, DomainClaimId, DomainName, DomainStatus, Enrolment, Invalid, Permission, Version};
use guildhall_ports::store::OrganizationRef;

use super::{may_enrol, target};
use crate::transact::work;
use crate::{AppError, Caller, Conflict, Guildhall};

/// A wish to have a domain.
#[derive(Debug, Clone)]
pub struct ClaimDomain {
    /// The domain.
    pub domain: DomainName,
    /// What happens to people with an address there, once it is verified.
    pub enrolment: Enrolment,
}

/// The most claims of one organization: they fit on one page.
const MOST_CLAIMS: usize = 100;

impl Guildhall {
    /// Claims a domain. It grants nothing until it is verified: until its DNS
    /// has the record that the claim names.
    ///
    /// # Errors
    /// `public_mail_provider` (`/domain`), `domain_claimed`,
    /// `too_many_domains`, [`AppError::Refused`], denials. That another organization has it verified
    /// is told only to who shows that it is theirs.
    pub async fn claim_domain(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        command: ClaimDomain,
    ) -> Result<DomainClaim, AppError> {
        let command = &command;
        self.change_in(
            caller,
            organization,
            Permission::DomainManage,
            work!(|access| {
                if command.domain.is_public_mail_provider() {
                    let detail = "must be your organization's own: everybody can have an address at this one";
                    return Err(AppError::invalid("/domain", Invalid::new("public_mail_provider", detail)));
                }
                may_enrol(access, command.enrolment)?;
                let present = access.tx().list_domains(&PageRequest::first(PageSize::MAX)).await?;
                if present.items.len() >= MOST_CLAIMS {
                    return Err(Conflict::TooManyDomains.into());
                }
                let now = access.now();
                let claim = DomainClaim {
                    id: DomainClaimId::from(self.ports.ids.next()),
                    organization_id: access.organization().id,
                    domain: command.domain.clone(),
                    status: DomainStatus::Pending,
                    challenge: self.ports.tokens.challenge(),
                    enrolment: command.enrolment,
                    created_at: now,
                    updated_at: now,
                    checked_at: None,
                    verified_at: None,
                    version: Version::FIRST,
                };
                access.tx().insert_domain(&claim).await?;
                let details = [("domain", claim.domain.as_str()), ("enrolment", claim.enrolment.as_str())];
                access.audit(AuditAction::ClaimDomain, target(claim.id), &details).await?;
                Ok(claim)
            }),
        )
        .await
    }
}
