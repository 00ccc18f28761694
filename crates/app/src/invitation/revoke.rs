use guildhall_domain::audit::AuditAction;
use guildhall_domain::{InvitationId, InvitationStatus, Permission};
use guildhall_ports::store::OrganizationRef;

use super::{pending_invitation, target};
use crate::role::ResolvedRole;
use crate::transact::work;
use crate::{AppError, Caller, Guildhall, Precondition};

impl Guildhall {
    /// Takes a pending invitation back: its link is dead at once (C-113).
    ///
    /// # Errors
    /// `invitation_not_found` (the second time too), [`AppError::PreconditionFailed`],
    /// [`AppError::Refused`], denials.
    pub async fn revoke_invitation(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        id: InvitationId,
        precondition: &Precondition,
    ) -> Result<(), AppError> {
        self.change_in(
            caller,
            organization,
            Permission::InvitationManage,
            work!(|access| {
                let mut invitation = pending_invitation(access, id).await?;
                let now = access.now();
                precondition.check((&invitation, now))?;
                // Nobody takes away what they could not give; a role that is gone is nobody's.
                if let Some(role) = ResolvedRole::of(access.tx(), invitation.role).await? {
                    access.grant().may_give(role.role, role.permissions)?;
                }
                invitation.status = InvitationStatus::Revoked;
                invitation.updated_at = now;
                access.tx().update_invitation(&invitation).await?;
                let details = [("email", invitation.email.as_str())];
                access.audit(AuditAction::RevokeInvitation, target(id), &details).await
            }),
        )
        .await
    }
}
