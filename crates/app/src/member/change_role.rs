use guildhall_domain::audit::AuditAction;
use guildhall_domain::{MemberProfile, Permission};
use guildhall_ports::store::OrganizationRef;
use uuid::Uuid;

use super::{end_owners_access, facts_of, named_member, refuse_disabled, target};
use crate::role::{RoleRef, name_of};
use crate::transact::work;
use crate::{AppError, Caller, Guildhall, Precondition};

impl Guildhall {
    /// Gives a member another role (M-11, C-17, C-108). The same role again
    /// changes and writes nothing.
    ///
    /// # Errors
    /// `member_not_found`, `unknown_role` (`/role`), `last_owner`, `account_disabled`,
    /// `feature_not_in_plan` for an admin on a plan without admins (M-10),
    /// [`AppError::Refused`], [`AppError::PreconditionFailed`], denials.
    pub async fn change_member_role(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        member_or_user: Uuid,
        role: &RoleRef,
        precondition: &Precondition,
    ) -> Result<MemberProfile, AppError> {
        self.change_in(
            caller,
            organization,
            Permission::MemberChangeRole,
            work!(|access| {
                let current = named_member(access, member_or_user).await?;
                precondition.check(&current)?;
                let role = role.resolve(access, "/role").await?;
                access.grant().may_assign(&facts_of(&current), role.role, role.permissions)?;
                if current.membership.role == role.role {
                    return Ok(current);
                }
                self.require_for_role(access.organization(), role.role)?;
                if role.role.is_admin() {
                    refuse_disabled(access, current.membership.user_id).await?;
                }
                let id = current.membership.id;
                let at = access.now();
                access.tx().change_role(id, role.role, at).await?;
                end_owners_access(access, &current, role.role, at).await?;
                // What was offered to them, or by them, may be more than they are to have now.
                let mut revoked = 0;
                if !current.permissions().is_subset(role.permissions) {
                    revoked = access.tx().revoke_invitations(&current.email, current.membership.user_id, at).await?;
                }
                let (from, revoked) = (name_of(&current), revoked.to_string());
                let details = [("from", from.as_str()), ("to", &role.name), ("revoked_invitations", &revoked)];
                access.audit(AuditAction::ChangeMemberRole, target(id), &details).await?;
                named_member(access, id.uuid()).await
            }),
        )
        .await
    }
}
