use std::ops::Bound;

use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{CustomRole, MemberId, MemberRole, Name, OrganizationId, RoleId, Timestamp, Version};
use guildhall_ports::store::{Constraint, StoreError};
use uuid::Uuid;

use super::State;

impl State {
    pub(crate) fn role(&self, id: OrganizationId, role: RoleId) -> Option<CustomRole> {
        self.roles.get(&(id, role)).cloned()
    }

    pub(crate) fn role_by_name(&self, id: OrganizationId, name: &Name) -> Option<CustomRole> {
        let role = self.role_by_name.get(&(id, name.sort_key()))?;
        self.role(id, *role)
    }

    /// Refuses a custom role that the organization does not have.
    pub(super) fn check_role(&self, id: OrganizationId, role: MemberRole) -> Result<(), StoreError> {
        match role {
            MemberRole::Custom(role) if !self.roles.contains_key(&(id, role)) => {
                Err(StoreError::Conflict(Constraint::UnknownRole))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn insert_role(&mut self, id: OrganizationId, role: &CustomRole) -> Result<(), StoreError> {
        if role.organization_id != id {
            return Err(StoreError::Corrupt("the role is another organization's".to_owned()));
        }
        if !self.tenants.contains_key(&id) {
            return Err(StoreError::NotFound);
        }
        if self.roles.contains_key(&(id, role.id)) {
            return Err(StoreError::Corrupt("the role's id is taken".to_owned()));
        }
        let name = (id, role.name.sort_key());
        if self.role_by_name.contains_key(&name) {
            return Err(StoreError::Conflict(Constraint::RoleName));
        }
        self.role_by_name.insert(name, role.id);
        self.roles.insert((id, role.id), role.clone());
        Ok(())
    }

    pub(crate) fn update_role(&mut self, id: OrganizationId, given: &CustomRole) -> Result<CustomRole, StoreError> {
        let role = self.roles.get_mut(&(id, given.id)).ok_or(StoreError::NotFound)?;
        let name = (id, given.name.sort_key());
        if self.role_by_name.get(&name).is_some_and(|holder| *holder != given.id) {
            return Err(StoreError::Conflict(Constraint::RoleName));
        }
        self.role_by_name.remove(&(id, role.name.sort_key()));
        self.role_by_name.insert(name, given.id);
        let version: Version = role.version.next();
        *role = CustomRole { organization_id: id, created_at: role.created_at, version, ..given.clone() };
        Ok(role.clone())
    }

    pub(crate) fn reassign_role(
        &mut self,
        id: OrganizationId,
        from: RoleId,
        to: MemberRole,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        let holders = self.holders(id, from);
        for member in &holders {
            self.change_role(id, *member, to, at)?;
        }
        Ok(holders.len() as u64)
    }

    pub(super) fn holders(&self, id: OrganizationId, role: RoleId) -> Vec<MemberId> {
        let first = (id, role, MemberId::from(Uuid::nil()));
        let last = (id, role, MemberId::from(Uuid::max()));
        self.role_holders.range(first..=last).map(|(.., member)| *member).collect()
    }

    pub(crate) fn delete_role(&mut self, id: OrganizationId, role: RoleId) -> Result<(), StoreError> {
        let name = self.roles.get(&(id, role)).ok_or(StoreError::NotFound)?.name.sort_key();
        if !self.holders(id, role).is_empty() {
            return Err(StoreError::Conflict(Constraint::RoleInUse));
        }
        self.role_by_name.remove(&(id, name));
        self.roles.remove(&(id, role));
        Ok(())
    }

    pub(super) fn drop_roles(&mut self, id: OrganizationId) {
        let gone: Vec<_> = self
            .roles_by_name(id, Bound::Included((id, String::new())))
            .map(|role| (role.id, role.name.sort_key()))
            .collect();
        for (role, name) in gone {
            self.role_by_name.remove(&(id, name));
            self.roles.remove(&(id, role));
        }
    }

    pub(crate) fn list_roles(
        &self,
        id: OrganizationId,
        page: &PageRequest<KeyPosition>,
    ) -> Page<CustomRole, KeyPosition> {
        // Names are unique in the organization, so the id never breaks a tie.
        let first = match &page.after {
            Some(after) => Bound::Excluded((id, after.key.clone())),
            None => Bound::Included((id, String::new())),
        };
        let found = self.roles_by_name(id, first).take(page.size.items() + 1).cloned().collect();
        Page::from_surplus(found, page.size, |role: &CustomRole| KeyPosition {
            key: role.name.sort_key(),
            id: role.id.uuid(),
        })
    }

    pub(crate) fn count_roles(&self, id: OrganizationId) -> u64 {
        let first = (id, RoleId::from(Uuid::nil()));
        self.roles.range(first..=(id, RoleId::from(Uuid::max()))).count() as u64
    }

    /// The organization's roles in the order of their names, from a place on.
    fn roles_by_name(
        &self,
        id: OrganizationId,
        first: Bound<(OrganizationId, String)>,
    ) -> impl Iterator<Item = &CustomRole> {
        self.role_by_name
            .range((first, Bound::Unbounded))
            .take_while(move |((organization, _), _)| *organization == id)
            .filter_map(move |(_, role)| self.roles.get(&(id, *role)))
    }
}
