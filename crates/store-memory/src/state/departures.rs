//! Who was removed from an organization, or left, and did not come back.

use guildhall_domain::{OrganizationId, UserId};
use guildhall_ports::store::StoreError;
use imbl::OrdSet;
use uuid::Uuid;

use super::State;

/// The departures from all organizations.
#[derive(Debug, Clone, Default)]
pub(super) struct Departures {
    from: OrdSet<(OrganizationId, UserId)>,
    of: OrdSet<(UserId, OrganizationId)>,
}

impl Departures {
    fn note(&mut self, id: OrganizationId, user: UserId) {
        self.from.insert((id, user));
        self.of.insert((user, id));
    }

    pub(super) fn forget(&mut self, id: OrganizationId, user: UserId) {
        self.from.remove(&(id, user));
        self.of.remove(&(user, id));
    }

    pub(super) fn drop_organization(&mut self, id: OrganizationId) {
        let users = (id, UserId::from(Uuid::nil()))..=(id, UserId::from(Uuid::max()));
        let gone: Vec<UserId> = self.from.range(users).map(|(_, user)| *user).collect();
        for user in gone {
            self.forget(id, user);
        }
    }

    pub(super) fn drop_user(&mut self, user: UserId) {
        let organizations = (user, OrganizationId::from(Uuid::nil()))..=(user, OrganizationId::from(Uuid::max()));
        let gone: Vec<OrganizationId> = self.of.range(organizations).map(|(_, id)| *id).collect();
        for id in gone {
            self.forget(id, user);
        }
    }
}

impl State {
    pub(crate) fn note_departure(&mut self, id: OrganizationId, user: UserId) -> Result<(), StoreError> {
        if !self.tenants.contains_key(&id) || !self.accounts.contains_key(&user) {
            return Err(StoreError::NotFound);
        }
        self.departures.note(id, user);
        Ok(())
    }

    pub(crate) fn has_departed(&self, id: OrganizationId, user: UserId) -> bool {
        self.departures.from.contains(&(id, user))
    }
}
