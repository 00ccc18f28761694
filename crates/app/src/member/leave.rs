use guildhall_domain::Permission;
use guildhall_ports::store::OrganizationRef;

use super::named_member;
use super::remove::take_out;
use crate::transact::work;
use crate::{AppError, Caller, Guildhall};

impl Guildhall {
    /// The caller leaves the organization, which every member may.
    ///
    /// # Errors
    /// `last_owner`; `member_not_found` for a superadmin from outside; denials.
    pub async fn leave_organization(&self, caller: &Caller, organization: OrganizationRef) -> Result<(), AppError> {
        self.change_in(
            caller,
            organization,
            Permission::OrganizationLeave,
            work!(|access| {
                let current = named_member(access, caller.actor.user_id.uuid()).await?;
                take_out(access, &current, "left").await
            }),
        )
        .await
    }
}
