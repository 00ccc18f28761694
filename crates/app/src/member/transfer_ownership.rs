use guildhall_domain::audit::AuditAction;
use guildhall_domain::{Invalid, MemberProfile, MemberRole, Permission, UserId};
use guildhall_ports::store::OrganizationRef;

use super::{end_owners_access, named_member, refuse_disabled, target};
use crate::transact::work;
use crate::{AppError, Caller, Guildhall};

impl Guildhall {
    /// Makes a member owner and the calling owner an admin, in one swap: there
    /// is an owner at every instant.
    ///
    /// A superadmin who is no owner here makes the member an owner and changes nobody else.
    ///
    /// # Errors
    /// `member_not_found`, `account_disabled`, `same_user` (`/user_id`), denials.
    pub async fn transfer_ownership(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        to: UserId,
    ) -> Result<MemberProfile, AppError> {
        self.change_in(
            caller,
            organization,
            Permission::OwnershipTransfer,
            work!(|access| {
                if to == caller.actor.user_id {
                    let invalid = Invalid::new("same_user", "must be another member");
                    return Err(AppError::invalid("/user_id", invalid));
                }
                let heir = named_member(access, to.uuid()).await?;
                refuse_disabled(access, to).await?;
                let at = access.now();
                // First the new owner, then the old one: never none.
                if !heir.membership.role.is_owner() {
                    access.tx().change_role(heir.membership.id, MemberRole::Owner, at).await?;
                }
                if let Some(owner) = access.member().filter(|member| member.facts.role.is_owner()).copied() {
                    // Where the plan has no admins, the old owner is a member like others (M-10).
                    let role = match self.require_for_role(access.organization(), MemberRole::Admin) {
                        Ok(()) => MemberRole::Admin,
                        Err(_) => MemberRole::Member,
                    };
                    let before = named_member(access, owner.facts.member_id.uuid()).await?;
                    access.tx().change_role(owner.facts.member_id, role, at).await?;
                    end_owners_access(access, &before, role, at).await?;
                    // Whom they invited as an owner, they cannot any more.
                    access.tx().revoke_invitations(&caller.email, caller.actor.user_id, at).await?;
                }
                let (from, to) = (caller.actor.user_id.to_string(), to.to_string());
                let details = [("from", from.as_str()), ("to", to.as_str())];
                access.audit(AuditAction::TransferOwnership, target(heir.membership.id), &details).await?;
                named_member(access, heir.membership.id.uuid()).await
            }),
        )
        .await
    }
}
