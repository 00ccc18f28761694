use guildhall_domain::audit::AuditAction;
use guildhall_domain::{InvitationStatus, Permission};

use super::answer::{Answerable, InvitationRef};
use super::target;
use crate::joining::is_open;
use crate::unit_of_work::UserUow;
use crate::{AppError, Caller, Guildhall, Missing};

impl Guildhall {
    /// Declines an invitation. The organization may invite the person again.
    ///
    /// # Errors
    /// As [`Guildhall::accept_invitation`], but for those of becoming a member.
    pub async fn decline_invitation(&self, caller: &Caller, which: &InvitationRef) -> Result<(), AppError> {
        self.refuse_repeated_at_once(caller.request.repeatable.as_ref(), caller.actor.user_id).await?;
        let answerable = match self.answerable(caller, which).await {
            Ok(answerable) => answerable,
            Err(error) => {
                // Another copy of this request may have been answered meanwhile.
                self.refuse_repeated_at_once(caller.request.repeatable.as_ref(), caller.actor.user_id).await?;
                return Err(error);
            }
        };
        let organization = answerable.invitation.organization_id;
        let declined = self.decline(caller, answerable).await;
        if let Err(error) = &declined {
            self.audit_denial(caller, organization, Permission::OrganizationRead, error).await?;
        }
        declined
    }

    async fn decline(&self, caller: &Caller, answerable: Answerable) -> Result<(), AppError> {
        let Answerable { invitation, token } = answerable;
        let user = caller.actor.user_id;
        let (id, organization) = (invitation.id, invitation.organization_id);
        self.change_account(caller, caller.actor.user_id, |tx: UserUow| async move {
            let mut org = tx.into_org(organization).await?;
            // Takes the organization, as every change in it does.
            let opened = org.0.open(user).await?.ok_or(Missing::Invitation.unnamed())?;
            is_open(&opened.organization)?;
            let found = org
                .0
                .invitation(id)
                .await?
                .filter(|found| found.is_open(self.now()) && token.is_none_or(|token| token == found.token_digest));
            let mut declined = found.ok_or(Missing::Invitation.unnamed())?;
            declined.status = InvitationStatus::Declined;
            declined.updated_at = self.now();
            org.0.update_invitation(&declined).await?;
            let action = AuditAction::DeclineInvitation;
            let event =
                self.organization_event(organization, caller.audit_actor(), &caller.request, action, target(id), &[]);
            org.0.append_audit(&event).await?;
            Ok((org.into_user(user).await?, ()))
        })
        .await
    }
}
