use guildhall_domain::blueprint::{InvitationExpiry, InvitationMode};
use guildhall_domain::{Description, Email, Invitation, MemberProfile, Permission};
use guildhall_ports::store::{AccountRef, OrganizationRef};
use guildhall_ports::{SecretString, ThrottleKey};

use super::link::{Offer, name_of_inviter};
use crate::access::Access;
use crate::member::{AccessAsked, AddMember, MemberAccess, given_access};
use crate::role::{ResolvedRole, RoleRef};
use crate::transact::work;
use crate::{AppError, Caller, Guildhall};

/// A wish to have somebody in an organization (C-112, M-06).
#[derive(Debug, Clone)]
pub struct Invite {
    /// Whom.
    pub email: Email,
    /// By which mode; the blueprint's where none is given.
    pub mode: Option<InvitationMode>,
    /// With which role; the blueprint's default where none is given.
    pub role: RoleRef,
    /// With which access; the blueprint's default where none is given.
    pub access: AccessAsked,
    /// For how long; the blueprint's default where none is given. By link only.
    pub expiry: Option<InvitationExpiry>,
    /// What to say to them. By link only.
    pub message: Option<Description>,
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum Invited {
    /// By `direct`: a member at once.
    Member(Box<MemberProfile>),
    /// By `link`: an invitation, and its token, shown this once.
    Link {
        /// The invitation.
        invitation: Box<Invitation>,
        /// What to send the person, beside the mail that they get.
        token: SecretString,
    },
}

impl Guildhall {
    /// Invites somebody: by a link that they accept, or, in the direct mode,
    /// as a member at once (M-06, C-112, N-38).
    ///
    /// The answer does not tell whether the address has an account, but in the
    /// direct mode, whose point it is (R-INV-7).
    ///
    /// # Errors
    /// `already_member`, `already_invited`, `cannot_invite_yourself`,
    /// `unknown_role` (`/role`), [`AppError::Throttled`], denials; in the direct
    /// mode those of [`Guildhall::add_member`].
    pub async fn invite(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        command: Invite,
    ) -> Result<Invited, AppError> {
        match command.mode.unwrap_or(self.settings.blueprint.invitations.mode) {
            InvitationMode::Direct => {
                self.ports.throttle.attempt(&ThrottleKey::Mail(caller.actor.user_id))?;
                let account = AccountRef::Email(command.email);
                let add = AddMember { account, role: command.role, access: command.access };
                Ok(Invited::Member(Box::new(self.add_member(caller, organization, add).await?)))
            }
            InvitationMode::Link => self.invite_with_link(caller, organization, &command).await,
        }
    }

    async fn invite_with_link(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        command: &Invite,
    ) -> Result<Invited, AppError> {
        let invited = self
            .change_in(
                caller,
                organization,
                Permission::InvitationManage,
                work!(|access| {
                    self.ports.throttle.attempt(&ThrottleKey::Mail(caller.actor.user_id))?;
                    let (role, granted) = self.offered(access, &command.role, &command.access).await?;
                    let offer = Offer {
                        role: &role,
                        access: &granted,
                        expiry: command.expiry.unwrap_or(self.settings.blueprint.invitations.expires_after_days),
                        message: command.message.as_ref(),
                        inviter: name_of_inviter(access).await?,
                    };
                    self.invite_by_link(access, &caller.email, &command.email, &offer).await
                }),
            )
            .await;
        let (invitation, token) = invited?;
        self.mail_was_queued();
        Ok(Invited::Link { invitation: Box::new(invitation), token })
    }

    /// The role and access that an invitation offers, which the inviter must be able to give.
    pub(crate) async fn offered(
        &self,
        access: &mut Access,
        role: &RoleRef,
        asked: &AccessAsked,
    ) -> Result<(ResolvedRole, MemberAccess), AppError> {
        let role = role.resolve(access, "/role").await?;
        access.grant().may_give(role.role, role.permissions)?;
        self.require_for_role(access.organization(), role.role)?;
        let given = given_access(access, asked).await?;
        Ok((role, given))
    }
}
