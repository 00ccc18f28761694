use guildhall_domain::{Organization, Permission};
use guildhall_ports::store::OrganizationRef;

use crate::transact::work;
use crate::{AppError, Caller, Guildhall};

impl Guildhall {
    /// An organization, for its members (C-103).
    ///
    /// # Errors
    /// `organization_not_found` for strangers too.
    pub async fn organization(&self, caller: &Caller, organization: OrganizationRef) -> Result<Organization, AppError> {
        self.read_in(
            caller,
            organization,
            Permission::OrganizationRead,
            work!(|access| { Ok(access.organization().clone()) }),
        )
        .await
    }
}
