use guildhall_domain::audit::AuditAction;
use guildhall_domain::{CustomRole, Description, Name, Permission, PermissionSet, RoleId, Version};
use guildhall_ports::store::OrganizationRef;

use super::{check_name, target};
use crate::transact::work;
use crate::{AppError, Caller, Guildhall};

/// A wish to have a custom role.
#[derive(Debug, Clone)]
pub struct CreateRole {
    /// What people call it.
    pub name: Name,
    /// What it is for.
    pub description: Option<Description>,
    /// What its holders may do, besides what every member may.
    pub permissions: PermissionSet,
}

impl Guildhall {
    /// Makes a custom role; nobody puts into it what they lack.
    ///
    /// # Errors
    /// `role_name_taken`, `reserved` (`/name`), [`AppError::Refused`], denials.
    pub async fn create_role(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        command: CreateRole,
    ) -> Result<CustomRole, AppError> {
        let command = &command;
        self.change_in(
            caller,
            organization,
            Permission::RoleManage,
            work!(|access| {
                check_name(access, &command.name)?;
                let permissions = command.permissions.union(PermissionSet::BASELINE);
                access.grant().may_define(permissions)?;
                let now = access.now();
                let role = CustomRole {
                    id: RoleId::from(self.ports.ids.next()),
                    organization_id: access.organization().id,
                    name: command.name.clone(),
                    description: command.description.clone(),
                    permissions,
                    created_at: now,
                    updated_at: now,
                    version: Version::FIRST,
                };
                access.tx().insert_role(&role).await?;
                let permissions = role.permissions.names().join(",");
                let details = [("name", role.name.as_str()), ("permissions", &permissions)];
                access.audit(AuditAction::CreateRole, target(role.id), &details).await?;
                Ok(role)
            }),
        )
        .await
    }
}
