use guildhall_domain::{Invalid, Permission};
use guildhall_ports::store::OrganizationRef;

use crate::access::Access;
use crate::transact::hide_stranger;
use crate::unit_of_work::UserUow;
use crate::{AppError, Caller, Guildhall};

impl Guildhall {
    /// Deletes an organization with everything in it, in one transaction (C-04,
    /// C-09, C-104); members keep their accounts. `repeated_name` must be its
    /// name, so that it does not happen by a slip.
    ///
    /// # Errors
    /// `name_mismatch` (`/name`), denials.
    pub async fn delete_organization(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        repeated_name: &str,
    ) -> Result<(), AppError> {
        let id = self.resolve(caller, organization)?;
        let permission = Permission::OrganizationDelete;
        let deleted = self
            .change_account(caller, caller.actor.user_id, |tx: UserUow| async move {
                let tx = tx.into_org(id).await?;
                let mut access = Access::authorize(self, caller, tx.0, id, permission).await?;
                let organization = access.organization().clone();
                if repeated_name.trim() != organization.name.as_str() {
                    let invalid = Invalid::new("name_mismatch", "must repeat the name of the organization");
                    return Err(AppError::invalid("/name", invalid));
                }
                access.tx().delete_organization().await?;
                // The organization's own log is gone with it, so the installation's log keeps this.
                let mut tx = access.into_uow().into_user(caller.actor.user_id).await?;
                let event =
                    self.organization_deleted(caller.audit_actor(), &caller.request, &organization, "requested");
                tx.append_audit(&event).await?;
                Ok((tx, ()))
            })
            .await;
        if let Err(error) = &deleted {
            self.audit_denial(caller, id, permission, error).await?;
        }
        deleted.map_err(|error| hide_stranger(error, id))
    }
}
