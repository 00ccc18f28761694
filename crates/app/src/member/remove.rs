use guildhall_domain::audit::AuditAction;
use guildhall_domain::{Email, MemberProfile, Permission, Timestamp, UserId};
use guildhall_ports::store::{OrgTx, OrganizationRef, StoreError};
use uuid::Uuid;

use super::{facts_of, named_member, target};
use crate::access::Access;
use crate::transact::work;
use crate::{AppError, Caller, Guildhall, Precondition};

impl Guildhall {
    /// Removes a member; the account stays (M-12, C-110).
    ///
    /// # Errors
    /// `member_not_found`, `last_owner`, `cannot_remove_yourself` and other
    /// [`AppError::Refused`], [`AppError::PreconditionFailed`], denials.
    pub async fn remove_member(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        member_or_user: Uuid,
        precondition: &Precondition,
    ) -> Result<(), AppError> {
        self.change_in(
            caller,
            organization,
            Permission::MemberRemove,
            work!(|access| {
                let current = named_member(access, member_or_user).await?;
                precondition.check(&current)?;
                access.grant().may_remove(&facts_of(&current))?;
                take_out(access, &current, "removed").await
            }),
        )
        .await
    }
}

/// Ends a membership and writes why.
pub(super) async fn take_out(access: &mut Access, member: &MemberProfile, reason: &str) -> Result<(), AppError> {
    let id = member.membership.id;
    let at = access.now();
    access.tx().remove_member(id, at).await?;
    let revoked = close_doors(access.tx(), &member.email, member.membership.user_id, at).await?.to_string();
    let user_id = member.membership.user_id.to_string();
    let details = [("user_id", user_id.as_str()), ("reason", reason), ("revoked_invitations", revoked.as_str())];
    access.audit(AuditAction::RemoveUserFromOrg, target(id), &details).await
}

/// Closes the doors behind somebody who is out: none opens by itself for them
/// any more, and no invitation to them, or by them, is left.
pub(crate) async fn close_doors(
    tx: &mut dyn OrgTx,
    email: &Email,
    user: UserId,
    at: Timestamp,
) -> Result<u64, StoreError> {
    tx.note_departure(email, at).await?;
    tx.revoke_invitations(email, user, at).await
}
