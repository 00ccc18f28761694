use guildhall_domain::policy::{Actor, Facts, decide};
use guildhall_domain::{Email, Invitation, InvitationId, InvitationStatus, Organization, Permission, TokenDigest};
use guildhall_ports::store::{AccountRef, Mode, OrgTx};
use guildhall_ports::{ExposeSecret, SecretString, TokenKind};

use crate::joining::is_open;
use crate::member::Giver;
use crate::role::ResolvedRole;
use crate::{AppError, Caller, Conflict, Guildhall, Missing, NotAllowed};

/// How an invited person names an invitation.
#[derive(Debug, Clone)]
pub enum InvitationRef {
    /// By the token of its link, which shows that the mail was theirs to read.
    Token(SecretString),
    /// By its id, from the list of those received: for a verified address.
    Received(InvitationId),
}

/// An invitation as it is in its organization's unit of work, where it stays
/// so until the commit: somebody may accept it.
pub(crate) struct CheckedInvitation {
    pub(crate) organization: Organization,
    pub(crate) invitation: Invitation,
    pub(crate) role: ResolvedRole,
}

/// An invitation that the caller may answer.
pub(super) struct Answerable {
    pub(super) invitation: Invitation,
    /// The token that was presented must still be the invitation's in its unit of work.
    pub(super) token: Option<TokenDigest>,
}

impl Guildhall {
    /// Finds the invitation that a caller wants to answer.
    ///
    /// # Errors
    /// `invitation_not_found` for everything that is not an invitation that
    /// can be answered, in the same words (R-INV-5); `invitation_for_another`,
    /// audited; `email_not_verified`.
    pub(super) async fn answerable(&self, caller: &Caller, which: &InvitationRef) -> Result<Answerable, AppError> {
        match which {
            InvitationRef::Token(token) => {
                let invitation = self.invitation_of_token(token).await?;
                if invitation.email != caller.email {
                    self.audit_foreign_invitation(caller, &invitation).await?;
                    return Err(NotAllowed::InvitationForAnother.into());
                }
                let token = Some(invitation.token_digest);
                Ok(Answerable { invitation, token })
            }
            InvitationRef::Received(id) => {
                let mut tx = self.ports.store.begin_user(caller.actor.user_id, Mode::Read).await?;
                let user = tx.user().await?.ok_or(AppError::Unauthenticated)?;
                let received = tx.received_invitation(*id).await?;
                tx.commit().await?;
                // Before anything is said about the invitation.
                if !user.has_verified_email() {
                    return Err(NotAllowed::EmailNotVerified.into());
                }
                let received = received.filter(|it| it.invitation.is_open(self.now()));
                let Some(received) = received else {
                    self.audit_unknown_invitation(caller, *id).await?;
                    return Err(Missing::Invitation.unnamed());
                };
                Ok(Answerable { invitation: received.invitation, token: None })
            }
        }
    }

    /// The open invitation that a token belongs to.
    pub(crate) async fn invitation_of_token(&self, token: &SecretString) -> Result<Invitation, AppError> {
        let missing = || Missing::Invitation.unnamed();
        let digest = self.ports.tokens.digest(TokenKind::Invitation, token.expose_secret()).ok_or_else(missing)?;
        let mut tx = self.ports.store.begin_platform(Mode::Read).await?;
        let found = tx.invitation_by_token(digest).await?;
        tx.commit().await?;
        found.filter(|invitation| invitation.is_open(self.now())).ok_or_else(missing)
    }

    /// Looks at an invitation in its organization's unit of work: whether
    /// `email` may accept it now, and whoever made it could make it now.
    pub(crate) async fn check_invitation(
        &self,
        tx: &mut dyn OrgTx,
        id: InvitationId,
        email: &Email,
        token: Option<TokenDigest>,
    ) -> Result<CheckedInvitation, AppError> {
        let missing = || Missing::Invitation.unnamed();
        let organization = tx.organization().await?.ok_or_else(missing)?;
        let invitation = tx.invitation(id).await?.ok_or_else(missing)?;
        let answerable = invitation.status == InvitationStatus::Pending
            && invitation.is_open(self.now())
            && invitation.email == *email
            && token.is_none_or(|token| token == invitation.token_digest);
        if !answerable {
            return Err(missing());
        }
        is_open(&organization)?;
        let role = ResolvedRole::of(tx, invitation.role).await?.ok_or(Conflict::InvitationRoleGone)?;
        match still_offered(tx, &organization, &invitation, &role).await? {
            true => Ok(CheckedInvitation { organization, invitation, role }),
            false => Err(missing()),
        }
    }
}

/// Whether whoever made an invitation could still make it: power that is gone
/// is not used by what was offered with it (ADR 11).
async fn still_offered(
    tx: &mut dyn OrgTx,
    organization: &Organization,
    invitation: &Invitation,
    role: &ResolvedRole,
) -> Result<bool, AppError> {
    let Some(inviter) = invitation.invited_by else { return Ok(false) };
    let account = tx.find_account(&AccountRef::Id(inviter)).await?.filter(|account| !account.disabled);
    let (Some(account), Some(opened)) = (account, tx.open(inviter).await?) else { return Ok(false) };
    let actor = Actor { user_id: inviter, superadmin: account.superadmin };
    let member = opened.member.map(|member| member.facts);
    let facts = Facts { organization: organization.id, status: organization.status, member };
    let Ok(grant) = decide(&actor, &facts, Permission::InvitationManage) else { return Ok(false) };
    if grant.may_give(role.role, role.permissions).is_err() {
        return Ok(false);
    }
    Giver { actor, facts }.covers(tx, invitation.access, &invitation.grants).await
}
