//! The organization that users without one share (N-05).

use guildhall_domain::OrganizationId;
use guildhall_ports::store::StoreError;

use super::State;

impl State {
    pub(crate) fn default_organization(&self) -> Option<OrganizationId> {
        self.default_organization
    }

    pub(crate) fn set_default_organization(&mut self, id: OrganizationId) -> Result<(), StoreError> {
        if !self.tenants.contains_key(&id) {
            return Err(StoreError::NotFound);
        }
        self.default_organization = Some(id);
        Ok(())
    }
}
