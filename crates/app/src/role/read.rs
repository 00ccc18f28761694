use guildhall_domain::{CustomRole, Permission, RoleId};
use guildhall_ports::store::OrganizationRef;

use super::named_role;
use crate::transact::work;
use crate::{AppError, Caller, CursorPage, Guildhall, ListRequest};

impl Guildhall {
    /// Lists the custom roles in the order of their names.
    ///
    /// # Errors
    /// `invalid_cursor`, denials.
    pub async fn list_roles(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        request: &ListRequest,
    ) -> Result<CursorPage<CustomRole>, AppError> {
        let scope = format!("roles:{}:{}", self.resolve(caller, organization)?, caller.actor.user_id);
        let page = self.open_page(&scope, request)?;
        let page = &page;
        let roles = self
            .read_in(
                caller,
                organization,
                Permission::RoleRead,
                work!(|access| { Ok(access.tx().list_roles(page).await?) }),
            )
            .await?;
        Ok(self.seal_page(&scope, roles))
    }

    /// One custom role.
    ///
    /// # Errors
    /// `role_not_found`, for roles of other organizations too; denials.
    pub async fn role(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        role: RoleId,
    ) -> Result<CustomRole, AppError> {
        self.read_in(caller, organization, Permission::RoleRead, work!(|access| { named_role(access, role).await }))
            .await
    }
}
