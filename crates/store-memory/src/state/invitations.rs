//! Invitations, as organizations keep them and as invited people find them.

use std::collections::BTreeSet;
use std::ops::Bound;

use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::{
    Email, Invitation, InvitationId, InvitationStatus, OrganizationId, OrganizationStatus, ReceivedInvitation, RoleId,
    Timestamp, TokenDigest, UserId,
};
use guildhall_ports::store::{Constraint, InvitationFilter, StoreError};
use imbl::{OrdMap, OrdSet};
use uuid::Uuid;

use super::{State, pages};

/// The invitations of all organizations.
#[derive(Debug, Clone, Default)]
pub(super) struct Invitations {
    all: OrdMap<(OrganizationId, InvitationId), Invitation>,
    by_digest: OrdMap<TokenDigest, (OrganizationId, InvitationId)>,
    /// At most one to an address in an organization (R-INV-3).
    pending: OrdMap<(OrganizationId, String), InvitationId>,
    /// The same from the invited person's side, oldest first.
    received: OrdMap<(String, InvitationId), OrganizationId>,
    by_inviter: OrdSet<(UserId, OrganizationId, InvitationId)>,
}

impl Invitations {
    fn get(&self, id: OrganizationId, invitation: InvitationId) -> Option<&Invitation> {
        self.all.get(&(id, invitation))
    }

    fn pending(&self, id: OrganizationId, email: &Email) -> Option<InvitationId> {
        self.pending.get(&(id, email.as_str().to_owned())).copied()
    }

    pub(super) fn has_pending(&self, id: OrganizationId) -> bool {
        self.pending.range((id, String::new())..).next().is_some_and(|((organization, _), _)| *organization == id)
    }

    /// Those into one organization that a user made, whatever became of them.
    fn made_by(&self, id: OrganizationId, user: UserId) -> impl Iterator<Item = InvitationId> {
        let place = |invitation| (user, id, InvitationId::from(invitation));
        self.by_inviter.range(place(Uuid::nil())..=place(Uuid::max())).map(|(.., invitation)| *invitation)
    }

    fn put(&mut self, invitation: Invitation) {
        let (id, organization) = (invitation.id, invitation.organization_id);
        let email = invitation.email.as_str().to_owned();
        self.by_digest.insert(invitation.token_digest, (organization, id));
        if invitation.status == InvitationStatus::Pending {
            self.pending.insert((organization, email.clone()), id);
            self.received.insert((email, id), organization);
        }
        if let Some(inviter) = invitation.invited_by {
            self.by_inviter.insert((inviter, organization, id));
        }
        self.all.insert((organization, id), invitation);
    }

    fn take(&mut self, id: OrganizationId, invitation: InvitationId) -> Option<Invitation> {
        let gone = self.all.remove(&(id, invitation))?;
        let email = gone.email.as_str().to_owned();
        self.by_digest.remove(&gone.token_digest);
        if gone.status == InvitationStatus::Pending {
            self.pending.remove(&(id, email.clone()));
            self.received.remove(&(email, invitation));
        }
        if let Some(inviter) = gone.invited_by {
            self.by_inviter.remove(&(inviter, id, invitation));
        }
        Some(gone)
    }

    pub(super) fn drop_organization(&mut self, id: OrganizationId) {
        let gone: Vec<InvitationId> = pages::of_organization(&self.all, id).map(|invitation| invitation.id).collect();
        for invitation in gone {
            self.take(id, invitation);
        }
    }

    /// Forgets who invited; the invitations stay.
    pub(super) fn drop_inviter(&mut self, user: UserId) {
        let first = (user, OrganizationId::from(Uuid::nil()), InvitationId::from(Uuid::nil()));
        let theirs: Vec<_> =
            self.by_inviter.range(first..).take_while(|(inviter, ..)| *inviter == user).copied().collect();
        for place in theirs {
            if let Some(invitation) = self.all.get_mut(&(place.1, place.2)) {
                invitation.invited_by = None;
            }
            self.by_inviter.remove(&place);
        }
    }
}

impl State {
    pub(crate) fn insert_invitation(&mut self, id: OrganizationId, given: &Invitation) -> Result<(), StoreError> {
        if given.organization_id != id {
            return Err(StoreError::Corrupt("the invitation is another organization's".to_owned()));
        }
        if !self.tenants.contains_key(&id) {
            return Err(StoreError::NotFound);
        }
        if given.invited_by.is_some_and(|inviter| !self.accounts.contains_key(&inviter)) {
            return Err(StoreError::Corrupt("who invites has no account".to_owned()));
        }
        let taken = self.invitations.by_digest.contains_key(&given.token_digest);
        if taken || self.invitations.get(id, given.id).is_some() {
            return Err(StoreError::Corrupt("the invitation's id or token is taken".to_owned()));
        }
        if given.status == InvitationStatus::Pending && self.invitations.pending(id, &given.email).is_some() {
            return Err(StoreError::Conflict(Constraint::InvitationPending));
        }
        self.invitations.put(given.clone());
        Ok(())
    }

    pub(crate) fn invitation(&self, id: OrganizationId, invitation: InvitationId) -> Option<Invitation> {
        self.invitations.get(id, invitation).cloned()
    }

    pub(crate) fn pending_invitation(&self, id: OrganizationId, email: &Email) -> Option<Invitation> {
        self.invitation(id, self.invitations.pending(id, email)?)
    }

    pub(crate) fn list_invitations(
        &self,
        id: OrganizationId,
        filter: &InvitationFilter,
        page: &PageRequest<Uuid>,
    ) -> Page<Invitation, Uuid> {
        let found = pages::newest_first(&self.invitations.all, id, page)
            .filter(|found| filter.email.as_ref().is_none_or(|email| found.email == *email))
            .filter(|found| filter.status.is_none_or(|(status, at)| found.status_at(at) == status));
        pages::page(found.cloned(), page, |invitation| invitation.id.uuid())
    }

    pub(crate) fn update_invitation(
        &mut self,
        id: OrganizationId,
        given: &Invitation,
    ) -> Result<Invitation, StoreError> {
        let before = self.invitations.take(id, given.id).ok_or(StoreError::NotFound)?;
        if given.status == InvitationStatus::Pending && self.invitations.pending(id, &before.email).is_some() {
            return Err(StoreError::Conflict(Constraint::InvitationPending));
        }
        if self.invitations.by_digest.contains_key(&given.token_digest) {
            return Err(StoreError::Corrupt("the invitation's token is taken".to_owned()));
        }
        let after = Invitation {
            status: given.status,
            token_digest: given.token_digest,
            expires_at: given.expires_at,
            updated_at: given.updated_at,
            version: before.version.next(),
            ..before
        };
        self.invitations.put(after.clone());
        Ok(after)
    }

    pub(crate) fn revoke_invitations(
        &mut self,
        id: OrganizationId,
        to: &Email,
        by: UserId,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut revoked: BTreeSet<InvitationId> = self.invitations.made_by(id, by).collect();
        revoked.extend(self.invitations.pending(id, to));
        self.revoke_all(id, revoked, at)
    }

    pub(crate) fn revoke_invitations_of_role(
        &mut self,
        id: OrganizationId,
        role: RoleId,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut revoked = BTreeSet::new();
        for member in self.holders(id, role) {
            let holder = self.members.get(&(id, member)).and_then(|member| self.accounts.get(&member.user_id));
            if let Some(holder) = holder {
                revoked.extend(self.invitations.made_by(id, holder.user.id));
                revoked.extend(self.invitations.pending(id, &holder.user.email));
            }
        }
        self.revoke_all(id, revoked, at)
    }

    fn revoke_all(
        &mut self,
        id: OrganizationId,
        revoked: BTreeSet<InvitationId>,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut count = 0;
        for invitation in revoked {
            let found = self.invitations.get(id, invitation).cloned();
            if let Some(pending) = found.filter(|found| found.status == InvitationStatus::Pending) {
                let status = InvitationStatus::Revoked;
                self.update_invitation(id, &Invitation { status, updated_at: at, ..pending })?;
                count += 1;
            }
        }
        Ok(count)
    }

    pub(crate) fn invitation_by_token(&self, digest: TokenDigest) -> Option<Invitation> {
        let (organization, invitation) = *self.invitations.by_digest.get(&digest)?;
        self.invitation(organization, invitation)
    }

    pub(crate) fn list_received_invitations(
        &self,
        user: UserId,
        now: Timestamp,
        page: &PageRequest<Uuid>,
    ) -> Page<ReceivedInvitation, Uuid> {
        let Some(account) = self.accounts.get(&user) else {
            return Page { items: Vec::new(), next: None };
        };
        let email = account.user.email.as_str();
        let place = |id| (email.to_owned(), InvitationId::from(id));
        let first = page.after.map_or(Bound::Included(place(Uuid::nil())), |after| Bound::Excluded(place(after)));
        let found = self
            .invitations
            .received
            .range((first, Bound::Included(place(Uuid::max()))))
            .filter_map(|((_, invitation), organization)| self.invitations.get(*organization, *invitation))
            .filter(|invitation| invitation.is_open(now))
            .filter_map(|invitation| self.received(invitation))
            .filter(|received| received.organization_status == OrganizationStatus::Active);
        pages::page(found, page, |received| received.invitation.id.uuid())
    }

    pub(crate) fn received_invitation(&self, user: UserId, invitation: InvitationId) -> Option<ReceivedInvitation> {
        let email = self.accounts.get(&user)?.user.email.as_str().to_owned();
        let organization = self.invitations.received.get(&(email, invitation))?;
        self.received(self.invitations.get(*organization, invitation)?)
    }

    fn received(&self, invitation: &Invitation) -> Option<ReceivedInvitation> {
        let organization = &self.tenants.get(&invitation.organization_id)?.organization;
        Some(ReceivedInvitation {
            invitation: invitation.clone(),
            organization_name: organization.name.clone(),
            organization_status: organization.status,
        })
    }
}
