use std::ops::Bound;

use guildhall_domain::audit::ChainHead;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::{MemberId, Organization, OrganizationId, Timestamp, UserId, Version};
use guildhall_ports::store::{Constraint, Opened, OpenedMember, OrganizationFilter, StoreError};
use uuid::Uuid;

use super::{State, Tenant};

impl State {
    pub(crate) fn organization(&self, id: OrganizationId) -> Option<Organization> {
        self.tenants.get(&id).map(|tenant| tenant.organization.clone())
    }

    pub(crate) fn open(&self, id: OrganizationId, caller: UserId) -> Option<Opened> {
        let organization = self.organization(id)?;
        let member = self.membership_of(id, caller).map(|membership| OpenedMember {
            facts: self.facts(membership),
            last_active_at: membership.last_active_at,
        });
        Some(Opened { organization, member })
    }

    pub(crate) fn insert_organization(&mut self, id: OrganizationId, given: &Organization) -> Result<(), StoreError> {
        if given.id != id {
            return Err(StoreError::Corrupt("the organization has another id than its unit of work".to_owned()));
        }
        if self.tenants.contains_key(&id) {
            return Err(StoreError::Corrupt("the organization's id is taken".to_owned()));
        }
        if self.tenant_by_slug.contains_key(given.slug.as_str()) {
            return Err(StoreError::Conflict(Constraint::OrganizationSlug));
        }
        let organization = Organization { users_count: 0, owners_count: 0, workspaces_count: 0, ..given.clone() };
        self.tenant_by_slug.insert(given.slug.as_str().to_owned(), id);
        self.tenants.insert(id, Tenant { organization, head: ChainHead::EMPTY });
        Ok(())
    }

    pub(crate) fn update_organization(
        &mut self,
        id: OrganizationId,
        given: &Organization,
    ) -> Result<Organization, StoreError> {
        let tenant = self.tenants.get_mut(&id).ok_or(StoreError::NotFound)?;
        if self.tenant_by_slug.get(given.slug.as_str()).is_some_and(|holder| *holder != id) {
            return Err(StoreError::Conflict(Constraint::OrganizationSlug));
        }
        let before = &tenant.organization;
        let version: Version = before.version.next();
        self.tenant_by_slug.remove(before.slug.as_str());
        self.tenant_by_slug.insert(given.slug.as_str().to_owned(), id);
        tenant.organization = Organization {
            id,
            users_count: before.users_count,
            owners_count: before.owners_count,
            workspaces_count: before.workspaces_count,
            created_at: before.created_at,
            version,
            ..given.clone()
        };
        Ok(tenant.organization.clone())
    }

    pub(crate) fn delete_organization(&mut self, id: OrganizationId) -> Result<(), StoreError> {
        let tenant = self.tenants.remove(&id).ok_or(StoreError::NotFound)?;
        self.tenant_by_slug.remove(tenant.organization.slug.as_str());
        let members: Vec<MemberId> = self.members_of(id).map(|membership| membership.id).collect();
        for member in members {
            self.drop_membership(id, member);
        }
        self.drop_roles(id);
        self.drop_records(id);
        self.departures.drop_organization(id);
        self.invitations.drop_organization(id);
        self.domains.drop_organization(id);
        self.join_requests.drop_organization(id);
        self.mails.drop_organization(id);
        self.workspaces.drop_organization(id);
        self.workspace_groups.drop_organization(id);
        self.quotas.drop_organization(id);
        self.credits.remove(&id);
        self.idempotent_answers.drop_organization(id);
        self.default_organization = self.default_organization.filter(|shared| *shared != id);
        Ok(())
    }

    pub(crate) fn is_vacant(&self, id: OrganizationId) -> bool {
        self.count_roles(id) == 0
            && !self.domains.has_any(id)
            && !self.invitations.has_pending(id)
            && !self.join_requests.has_any(id)
            && !self.departures.has_any(id)
            && !self.workspaces.has_made(id)
            && !self.workspace_groups.has_any(id)
            && !self.quotas.has_any(id)
            && !self.has_asked_for_credits(id)
    }

    /// Keeps the counters with a change of `users` and `owners`, or refuses it
    /// where it would leave members without an owner.
    pub(super) fn count(
        &mut self,
        id: OrganizationId,
        users: i64,
        owners: i64,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let organization = &mut self.tenants.get_mut(&id).ok_or(StoreError::NotFound)?.organization;
        let counted = |count: u64, change: i64| {
            count.checked_add_signed(change).ok_or_else(|| StoreError::Corrupt("a counter fell below zero".to_owned()))
        };
        let (users, owners) = (counted(organization.users_count, users)?, counted(organization.owners_count, owners)?);
        if owners == 0 {
            return Err(StoreError::Conflict(Constraint::LastOwner));
        }
        organization.users_count = users;
        organization.owners_count = owners;
        organization.updated_at = at;
        organization.version = organization.version.next();
        Ok(())
    }

    /// Newest first: identifiers rise with time.
    pub(crate) fn list_organizations(
        &self,
        filter: &OrganizationFilter,
        page: &PageRequest<Uuid>,
    ) -> Page<Organization, Uuid> {
        let before = page.after.map_or(Bound::Unbounded, |after| Bound::Excluded(OrganizationId::from(after)));
        let found = self
            .tenants
            .range((Bound::Unbounded, before))
            .rev()
            .map(|(_, tenant)| &tenant.organization)
            .filter(|organization| filter.status.is_none_or(|status| organization.status == status))
            .take(page.size.items() + 1)
            .cloned()
            .collect();
        Page::from_surplus(found, page.size, |organization| organization.id.uuid())
    }
}
