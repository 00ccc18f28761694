//! Claims to internet domains.

use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::{
    DomainClaim, DomainClaimId, DomainName, DomainOffer, DomainStatus, Organization, OrganizationId, UserId,
};
use guildhall_ports::store::{Constraint, StoreError};
use imbl::OrdMap;
use uuid::Uuid;

use super::{State, pages};

/// The claims of all organizations.
#[derive(Debug, Clone, Default)]
pub(super) struct Domains {
    all: OrdMap<(OrganizationId, DomainClaimId), DomainClaim>,
    /// An organization claims a domain at most once.
    by_name: OrdMap<(OrganizationId, String), DomainClaimId>,
    /// Verified for at most one organization.
    verified: OrdMap<String, (OrganizationId, DomainClaimId)>,
}

impl Domains {
    pub(super) fn has_any(&self, id: OrganizationId) -> bool {
        pages::of_organization(&self.all, id).next().is_some()
    }

    fn verified(&self, domain: &DomainName) -> Option<&DomainClaim> {
        self.all.get(self.verified.get(domain.as_str())?)
    }

    fn put(&mut self, claim: DomainClaim) -> Result<(), StoreError> {
        let (id, name) = (claim.organization_id, claim.domain.as_str().to_owned());
        if claim.status == DomainStatus::Verified {
            if self.verified.contains_key(&name) {
                return Err(StoreError::Conflict(Constraint::DomainTaken));
            }
            self.verified.insert(name.clone(), (id, claim.id));
        }
        self.by_name.insert((id, name), claim.id);
        self.all.insert((id, claim.id), claim);
        Ok(())
    }

    fn take(&mut self, id: OrganizationId, claim: DomainClaimId) -> Option<DomainClaim> {
        let gone = self.all.remove(&(id, claim))?;
        let name = gone.domain.as_str().to_owned();
        if gone.status == DomainStatus::Verified {
            self.verified.remove(&name);
        }
        self.by_name.remove(&(id, name));
        Some(gone)
    }

    pub(super) fn drop_organization(&mut self, id: OrganizationId) {
        let gone: Vec<DomainClaimId> = pages::of_organization(&self.all, id).map(|claim| claim.id).collect();
        for claim in gone {
            self.take(id, claim);
        }
    }
}

impl State {
    pub(crate) fn insert_domain(&mut self, id: OrganizationId, claim: &DomainClaim) -> Result<(), StoreError> {
        if claim.organization_id != id {
            return Err(StoreError::Corrupt("the claim is another organization's".to_owned()));
        }
        if !self.tenants.contains_key(&id) {
            return Err(StoreError::NotFound);
        }
        if self.domains.all.contains_key(&(id, claim.id)) {
            return Err(StoreError::Corrupt("the claim's id is taken".to_owned()));
        }
        if self.domains.by_name.contains_key(&(id, claim.domain.as_str().to_owned())) {
            return Err(StoreError::Conflict(Constraint::DomainClaimed));
        }
        self.domains.put(claim.clone())
    }

    pub(crate) fn domain(&self, id: OrganizationId, claim: DomainClaimId) -> Option<DomainClaim> {
        self.domains.all.get(&(id, claim)).cloned()
    }

    pub(crate) fn list_domains(&self, id: OrganizationId, page: &PageRequest<Uuid>) -> Page<DomainClaim, Uuid> {
        let found = pages::newest_first(&self.domains.all, id, page).cloned();
        pages::page(found, page, |claim| claim.id.uuid())
    }

    pub(crate) fn update_domain(&mut self, id: OrganizationId, given: &DomainClaim) -> Result<DomainClaim, StoreError> {
        let before = self.domains.take(id, given.id).ok_or(StoreError::NotFound)?;
        let after = DomainClaim {
            status: given.status,
            enrolment: given.enrolment,
            updated_at: given.updated_at,
            checked_at: given.checked_at,
            verified_at: given.verified_at,
            version: before.version.next(),
            ..before
        };
        self.domains.put(after.clone())?;
        Ok(after)
    }

    pub(crate) fn delete_domain(&mut self, id: OrganizationId, claim: DomainClaimId) -> Result<(), StoreError> {
        self.domains.take(id, claim).map(|_| ()).ok_or(StoreError::NotFound)
    }

    pub(crate) fn organization_by_domain(&self, domain: &DomainName) -> Option<Organization> {
        self.organization(self.domains.verified(domain)?.organization_id)
    }

    pub(crate) fn domain_offer(&self, user: UserId) -> Option<DomainOffer> {
        let domain = self.accounts.get(&user)?.user.email.domain()?;
        let claim = self.domains.verified(&domain)?;
        let organization = self.organization(claim.organization_id)?;
        Some(DomainOffer {
            organization_id: organization.id,
            organization_name: organization.name,
            organization_status: organization.status,
            enrolment: claim.enrolment,
        })
    }
}
