use guildhall_domain::audit::{AuditAction, AuditActor};
use guildhall_domain::joining::Power;
use guildhall_domain::{InvitationStatus, MembershipSource, OrganizationMembership, Permission, User};
use guildhall_ports::store::OrgTx;

use super::answer::{Answerable, CheckedInvitation, InvitationRef};
use super::target;
use crate::joining::Entrance;
use crate::member::still_there;
use crate::unit_of_work::UserUow;
use crate::{AppError, Caller, Guildhall, RequestContext};

/// An organization that somebody came into.
#[derive(Debug, Clone)]
pub struct Joined {
    /// The organization, with their place in it.
    pub mine: OrganizationMembership,
    /// Whether it is what `me` stands for now.
    pub is_active: bool,
}

impl Guildhall {
    /// Accepts an invitation (C-114): the caller becomes a member, or is
    /// raised where they are one already. However often it is tried at once,
    /// it happens once (R-INV-1).
    ///
    /// # Errors
    /// `invitation_not_found` for used, revoked, expired and unknown ones alike,
    /// `invitation_for_another`, `email_not_verified`,
    /// `already_in_organization`, `invitation_role_gone`, denials while the
    /// organization is stopped.
    pub async fn accept_invitation(&self, caller: &Caller, which: &InvitationRef) -> Result<Joined, AppError> {
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
        let accepted = self.accept(caller, answerable).await;
        if let Err(error) = &accepted {
            self.audit_denial(caller, organization, Permission::OrganizationRead, error).await?;
        }
        accepted
    }

    async fn accept(&self, caller: &Caller, answerable: Answerable) -> Result<Joined, AppError> {
        let Answerable { invitation, token } = answerable;
        let (id, organization) = (invitation.id, invitation.organization_id);
        self.change_account(caller, caller.actor.user_id, |mut tx: UserUow| async move {
            let user = tx.user().await?.ok_or(AppError::Unauthenticated)?;
            let active = tx.active_organization().await?;
            let mut org = tx.into_org(organization).await?;
            // First, so that nothing gives way to an invitation that is none.
            let checked = self.check_invitation(&mut *org.0, id, &user.email, token).await?;
            let (actor, request) = (caller.audit_actor(), &caller.request);
            let mut org = self.make_room_from_inside(org, user.id, organization, &actor, request).await?;
            self.take_up_invitation(&mut *org.0, checked, &user, request).await?;
            let mut tx = org.into_user(user.id).await?;
            // What `me` stands for stays, chosen or not (C-114).
            if active.is_none() {
                let mut user = tx.user().await?.ok_or(AppError::Unauthenticated)?;
                user.active_organization_id = Some(organization);
                tx.update_user(&user).await?;
            }
            let is_active = tx.active_organization().await? == Some(organization);
            let mine = tx.organization(organization).await?.ok_or(AppError::Contended)?;
            Ok((tx, Joined { mine, is_active }))
        })
        .await
    }

    /// Turns an invitation into a membership, in its organization's unit of work.
    pub(crate) async fn take_up_invitation(
        &self,
        tx: &mut dyn OrgTx,
        checked: CheckedInvitation,
        user: &User,
        request: &RequestContext,
    ) -> Result<(), AppError> {
        let CheckedInvitation { organization, mut invitation, role } = checked;
        let id = invitation.id;
        let actor = AuditActor { user_id: Some(user.id), email: Some(user.email.clone()) };
        let entrance = Entrance {
            user: user.id,
            power: Power { role: role.role, permissions: role.permissions, access: invitation.access },
            grants: still_there(tx, &invitation.grants).await?,
            role_name: role.name,
            source: MembershipSource::Invitation,
            actor: actor.clone(),
        };
        self.enter(tx, &organization, entrance, request).await?;
        invitation.status = InvitationStatus::Accepted;
        invitation.updated_at = self.now();
        tx.update_invitation(&invitation).await?;
        let event =
            self.organization_event(organization.id, actor, request, AuditAction::AcceptInvitation, target(id), &[]);
        tx.append_audit(&event).await?;
        Ok(())
    }
}
