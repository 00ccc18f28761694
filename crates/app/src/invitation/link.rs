use guildhall_domain::audit::AuditAction;
use guildhall_domain::blueprint::InvitationExpiry;
use guildhall_domain::{Description, Email, Invitation, InvitationId, InvitationStatus, Name, Version};
use guildhall_ports::store::AccountRef;
use guildhall_ports::{MailContent, MintedToken, SecretString, ThrottleKey, TokenKind};

use super::target;
use crate::access::Access;
use crate::member::MemberAccess;
use crate::role::ResolvedRole;
use crate::{AppError, Conflict, Guildhall};

/// What an invitation by link offers, the same for one address or a hundred.
pub(super) struct Offer<'a> {
    pub(super) role: &'a ResolvedRole,
    pub(super) access: &'a MemberAccess,
    pub(super) expiry: InvitationExpiry,
    pub(super) message: Option<&'a Description>,
    pub(super) inviter: Option<Name>,
}

impl Guildhall {
    /// Makes an invitation and queues its mail, in an authorized unit of work.
    pub(super) async fn invite_by_link(
        &self,
        access: &mut Access,
        inviter: &Email,
        email: &Email,
        offer: &Offer<'_>,
    ) -> Result<(Invitation, SecretString), AppError> {
        if email == inviter {
            return Err(Conflict::CannotInviteYourself.into());
        }
        if let Some(account) = access.tx().find_account(&AccountRef::Email(email.clone())).await?
            && access.tx().member(account.id.uuid()).await?.is_some()
        {
            return Err(Conflict::AlreadyMember.into());
        }
        // At the limit nobody is invited; below it, a pending invitation takes no seat (M-16).
        self.require_seat(access.organization())?;
        let now = access.now();
        if let Some(mut before) = access.tx().pending_invitation(email).await? {
            if before.is_open(now) {
                return Err(Conflict::AlreadyInvited.into());
            }
            before.status = InvitationStatus::Expired;
            before.updated_at = now;
            access.tx().update_invitation(&before).await?;
        }
        self.ports.throttle.attempt(&ThrottleKey::Recipient(email.clone()))?;
        let MintedToken { secret, digest } = self.ports.tokens.mint(TokenKind::Invitation);
        let invitation = Invitation {
            id: InvitationId::from(self.ports.ids.next()),
            organization_id: access.organization().id,
            email: email.clone(),
            role: offer.role.role,
            access: offer.access.flags.for_role(offer.role.role),
            grants: offer.access.grants.clone(),
            message: offer.message.cloned(),
            invited_by: Some(access.actor().user_id),
            status: InvitationStatus::Pending,
            token_digest: digest,
            created_at: now,
            updated_at: now,
            expires_at: now + offer.expiry.duration(),
            version: Version::FIRST,
        };
        access.tx().insert_invitation(&invitation).await?;
        self.mail_invitation(access, &invitation, &offer.role.name, offer.inviter.clone(), &secret).await?;
        let given = MemberAccess { flags: invitation.access, grants: invitation.grants.clone() }.details();
        let mut details = vec![("email", email.as_str()), ("role", offer.role.name.as_str())];
        details.extend(given.iter().map(|(name, value)| (*name, value.as_str())));
        access.audit(AuditAction::InviteUser, target(invitation.id), &details).await?;
        Ok((invitation, secret))
    }

    /// Queues the mail with the link.
    pub(super) async fn mail_invitation(
        &self,
        access: &mut Access,
        invitation: &Invitation,
        role_name: &str,
        inviter: Option<Name>,
        token: &SecretString,
    ) -> Result<(), AppError> {
        let label = self.settings.blueprint.roles.label(invitation.role).unwrap_or(role_name).to_owned();
        let content = MailContent::Invitation {
            organization: access.organization().name.clone(),
            inviter,
            role: label,
            message: invitation.message.clone(),
            token: token.clone(),
            expires_at: invitation.expires_at,
        };
        let mail = self.compose(invitation.email.clone(), content, Some(invitation.organization_id));
        Ok(access.tx().queue_mail(&mail).await?)
    }
}

/// The caller's name, for the mail.
pub(super) async fn name_of_inviter(access: &mut Access) -> Result<Option<Name>, AppError> {
    let user = access.actor().user_id;
    Ok(access.tx().find_account(&AccountRef::Id(user)).await?.map(|account| account.name))
}
