use guildhall_domain::audit::AuditAction;
use guildhall_domain::{Invitation, InvitationId, Permission};
use guildhall_ports::store::OrganizationRef;
use guildhall_ports::{MintedToken, SecretString, ThrottleKey, TokenKind};

use super::link::name_of_inviter;
use super::{pending_invitation, target};
use crate::member::require_to_give;
use crate::role::ResolvedRole;
use crate::transact::work;
use crate::{AppError, Caller, Conflict, Guildhall};

impl Guildhall {
    /// Sends a pending invitation again, in time or not: with a new token, so
    /// that the old link is dead, and for as long again as it was good for at
    /// first (N-39).
    ///
    /// # Errors
    /// `invitation_not_found` (an answered or revoked one too),
    /// `invitation_role_gone`, [`AppError::Refused`], [`AppError::Throttled`], denials.
    pub async fn resend_invitation(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        id: InvitationId,
    ) -> Result<(Invitation, SecretString), AppError> {
        let sent = self
            .change_in(
                caller,
                organization,
                Permission::InvitationManage,
                work!(|access| {
                    let mut invitation = pending_invitation(access, id).await?;
                    // Sending it is offering it: nobody offers what they cannot give.
                    let role = ResolvedRole::of(access.tx(), invitation.role).await?;
                    let role = role.ok_or(Conflict::InvitationRoleGone)?;
                    access.grant().may_give(role.role, role.permissions)?;
                    require_to_give(access, invitation.access, &invitation.grants).await?;
                    self.ports.throttle.attempt(&ThrottleKey::Mail(caller.actor.user_id))?;
                    self.ports.throttle.attempt(&ThrottleKey::Recipient(invitation.email.clone()))?;
                    let good_for = invitation.expires_at - invitation.updated_at;
                    let MintedToken { secret, digest } = self.ports.tokens.mint(TokenKind::Invitation);
                    let now = access.now();
                    invitation.token_digest = digest;
                    invitation.updated_at = now;
                    invitation.expires_at = now + good_for;
                    let invitation = access.tx().update_invitation(&invitation).await?;
                    let inviter = name_of_inviter(access).await?;
                    self.mail_invitation(access, &invitation, &role.name, inviter, &secret).await?;
                    let details = [("email", invitation.email.as_str())];
                    access.audit(AuditAction::ResendInvitation, target(id), &details).await?;
                    Ok((invitation, secret))
                }),
            )
            .await?;
        self.mail_was_queued();
        Ok(sent)
    }
}
