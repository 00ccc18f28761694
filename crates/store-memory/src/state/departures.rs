//! Who was removed from an organization, or left, and did not come back.

use guildhall_domain::{Email, OrganizationId};
use guildhall_ports::store::StoreError;
use imbl::OrdSet;

use super::State;

/// The departures from all organizations, by address: they outlive the accounts.
#[derive(Debug, Clone, Default)]
pub(super) struct Departures {
    from: OrdSet<(OrganizationId, String)>,
}

impl Departures {
    fn of(&self, id: OrganizationId) -> impl Iterator<Item = &(OrganizationId, String)> {
        self.from.range((id, String::new())..).take_while(move |(organization, _)| *organization == id)
    }

    pub(super) fn has_any(&self, id: OrganizationId) -> bool {
        self.of(id).next().is_some()
    }

    pub(super) fn forget(&mut self, id: OrganizationId, email: &str) {
        self.from.remove(&(id, email.to_owned()));
    }

    pub(super) fn drop_organization(&mut self, id: OrganizationId) {
        let gone: Vec<_> = self.of(id).cloned().collect();
        for departure in gone {
            self.from.remove(&departure);
        }
    }
}

impl State {
    pub(crate) fn note_departure(&mut self, id: OrganizationId, email: &Email) -> Result<(), StoreError> {
        if !self.tenants.contains_key(&id) {
            return Err(StoreError::NotFound);
        }
        self.departures.from.insert((id, email.as_str().to_owned()));
        Ok(())
    }

    pub(crate) fn has_departed(&self, id: OrganizationId, email: &Email) -> bool {
        self.departures.from.contains(&(id, email.as_str().to_owned()))
    }
}
