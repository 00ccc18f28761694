use guildhall_domain::audit::AuditAction;
use guildhall_domain::{Invalid, MemberRole, Permission, RoleId};
use guildhall_ports::store::OrganizationRef;

use super::{RoleRef, named_role, target};
use crate::transact::work;
use crate::{AppError, Caller, Guildhall, Precondition};

impl Guildhall {
    /// Deletes a custom role; whoever holds it gets `replacement` in the same
    /// transaction.
    ///
    /// # Errors
    /// `role_not_found`, `role_in_use` where members hold it and no
    /// replacement is named, `unknown_role` or `invalid_replacement`
    /// (`replacement`), `feature_not_in_plan` for admins on a plan without them
    /// (M-10), [`AppError::Refused`], [`AppError::PreconditionFailed`], denials.
    pub async fn delete_role(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        role: RoleId,
        replacement: Option<&RoleRef>,
        precondition: &Precondition,
    ) -> Result<(), AppError> {
        self.change_in(
            caller,
            organization,
            Permission::RoleManage,
            work!(|access| {
                let deleted = named_role(access, role).await?;
                precondition.check(&deleted)?;
                access.grant().may_define(deleted.permissions)?;
                let mut moved = 0;
                let mut replaced_by = String::new();
                if let Some(replacement) = replacement {
                    let replacement = replacement.resolve(access, "replacement").await?;
                    // Nobody becomes an owner by the way, and a role cannot follow itself.
                    if replacement.role.is_owner() || replacement.role == MemberRole::Custom(role) {
                        let invalid =
                            Invalid::new("invalid_replacement", "must be admin, member or another custom role");
                        return Err(AppError::invalid("replacement", invalid));
                    }
                    access.grant().may_give(replacement.role, replacement.permissions)?;
                    self.require_for_role(access.organization(), replacement.role)?;
                    let at = access.now();
                    // While they hold it: what was offered to them, or by them, may be more than they are to have.
                    if !deleted.permissions.is_subset(replacement.permissions) {
                        access.tx().revoke_invitations_of_role(role, at).await?;
                    }
                    moved = access.tx().reassign_role(role, replacement.role, at).await?;
                    replaced_by = replacement.name;
                }
                access.tx().delete_role(role).await?;
                let moved = moved.to_string();
                let details = [("name", deleted.name.as_str()), ("replacement", &replaced_by), ("members", &moved)];
                access.audit(AuditAction::DeleteRole, target(role), &details).await
            }),
        )
        .await
    }
}
