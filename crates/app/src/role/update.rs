use guildhall_domain::audit::AuditAction;
use guildhall_domain::{CustomRole, Description, Name, Permission, PermissionSet, RoleId};
use guildhall_ports::store::OrganizationRef;

use super::{check_name, named_role, target};
use crate::transact::work;
use crate::{AppError, Caller, Change, Guildhall, Precondition};

/// Changes to a custom role; they hold for everybody who has it, at once.
#[derive(Debug, Clone, Default)]
pub struct RoleChanges {
    /// What people call it.
    pub name: Option<Name>,
    /// What it is for.
    pub description: Change<Description>,
    /// What its holders may do.
    pub permissions: Option<PermissionSet>,
}

impl Guildhall {
    /// Changes a custom role. Who changes it must hold all that it grants,
    /// before and after. Where it loses something, the pending invitations to
    /// and by its holders are revoked.
    ///
    /// # Errors
    /// `role_not_found`, `role_name_taken`, `reserved` (`/name`),
    /// [`AppError::Refused`], [`AppError::PreconditionFailed`], denials.
    pub async fn update_role(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        role: RoleId,
        changes: RoleChanges,
        precondition: &Precondition,
    ) -> Result<CustomRole, AppError> {
        let changes = &changes;
        self.change_in(
            caller,
            organization,
            Permission::RoleManage,
            work!(|access| {
                if let Some(name) = &changes.name {
                    check_name(access, name)?;
                }
                let before = named_role(access, role).await?;
                precondition.check(&before)?;
                access.grant().may_define(before.permissions)?;
                let mut after = before.clone();
                let RoleChanges { name, description, permissions } = changes.clone();
                if let Some(name) = name {
                    after.name = name;
                }
                description.apply(&mut after.description);
                if let Some(permissions) = permissions {
                    after.permissions = permissions.union(PermissionSet::BASELINE);
                }
                if after == before {
                    return Ok(before);
                }
                access.grant().may_define(after.permissions)?;
                after.updated_at = access.now();
                let after = access.tx().update_role(&after).await?;
                // What was offered to its holders, or by them, may be more than they have now.
                if !before.permissions.is_subset(after.permissions) {
                    access.tx().revoke_invitations_of_role(role, after.updated_at).await?;
                }
                let permissions = after.permissions.names().join(",");
                let details = [("name", after.name.as_str()), ("permissions", &permissions)];
                access.audit(AuditAction::UpdateRole, target(role), &details).await?;
                Ok(after)
            }),
        )
        .await
    }
}
