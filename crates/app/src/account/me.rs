use guildhall_domain::page::{PageRequest, PageSize};
use guildhall_domain::{DomainOffer, Enrolment, OrganizationMembership, OrganizationStatus, ReceivedInvitation, User};
use guildhall_ports::store::{Mode, UserTx};

use crate::joining::RECEIVED_AT_ONCE;
use crate::organization::my_organizations_scope;
use crate::{AppError, Caller, CursorPage, Guildhall};

/// Who the caller is, and where they belong.
#[derive(Debug, Clone)]
pub struct Me {
    /// The account.
    pub user: User,
    /// Whether the user may make organizations as far as the profile goes (C-138).
    pub onboarded: bool,
    /// What `me` stands for in paths.
    pub organization: Option<OrganizationMembership>,
    /// The first page of the caller's organizations.
    pub memberships: CursorPage<OrganizationMembership>,
    /// Invitations that the caller can accept, oldest first. None are told to
    /// who has not shown that the address is theirs.
    pub invitations: Vec<ReceivedInvitation>,
    /// The organization that owns the domain of the caller's address, where it
    /// suggests itself. The same holds.
    pub suggested: Option<DomainOffer>,
}

impl Guildhall {
    /// Who am I? Gives a user who belongs nowhere their place (S-04).
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] when the account went away meanwhile.
    pub async fn me(&self, caller: &Caller) -> Result<Me, AppError> {
        let me = self.read_me(caller).await?;
        if !me.memberships.items.is_empty() {
            return Ok(me);
        }
        self.ensure_first_organization(caller.actor.user_id, &caller.request).await?;
        self.read_me(caller).await
    }

    async fn read_me(&self, caller: &Caller) -> Result<Me, AppError> {
        let mut tx = self.ports.store.begin_user(caller.actor.user_id, Mode::Read).await?;
        let user = tx.user().await?.ok_or(AppError::Unauthenticated)?;
        let organization = match tx.active_organization().await? {
            Some(active) => tx.organization(active).await?,
            None => None,
        };
        let memberships = tx.list_organizations(&PageRequest::first(PageSize::MAX)).await?;
        let mut invitations = self.received_by(&mut *tx, &user).await?;
        invitations.retain(|it| it.organization_status == OrganizationStatus::Active);
        let belongs =
            |offer: &DomainOffer| memberships.items.iter().any(|mine| mine.organization.id == offer.organization_id);
        let suggested = match user.has_verified_email() {
            true => tx.domain_offer().await?.filter(|offer| is_suggested(offer) && !belongs(offer)),
            false => None,
        };
        tx.commit().await?;
        let memberships = self.seal_page(&my_organizations_scope(caller.actor.user_id), memberships);
        let onboarded = self.settings.blueprint.onboarding.is_met_by(&user);
        Ok(Me { user, onboarded, organization, memberships, invitations, suggested })
    }

    /// The invitations that a user can accept by a click.
    pub(crate) async fn received_by(
        &self,
        tx: &mut dyn UserTx,
        user: &User,
    ) -> Result<Vec<ReceivedInvitation>, AppError> {
        match user.has_verified_email() {
            true => Ok(tx.list_received_invitations(self.now(), RECEIVED_AT_ONCE).await?),
            false => Ok(Vec::new()),
        }
    }

    /// The invitations that the caller can accept by a click, oldest first;
    /// none for who has not shown that the address is theirs.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] when the account went away meanwhile.
    pub async fn list_received_invitations(&self, caller: &Caller) -> Result<Vec<ReceivedInvitation>, AppError> {
        let mut tx = self.ports.store.begin_user(caller.actor.user_id, Mode::Read).await?;
        let user = tx.user().await?.ok_or(AppError::Unauthenticated)?;
        let received = self.received_by(&mut *tx, &user).await?;
        tx.commit().await?;
        Ok(received)
    }
}

/// Whether a domain offers its organization to people: those who left one that
/// enrols automatically may ask, too.
pub(crate) fn is_suggested(offer: &DomainOffer) -> bool {
    offer.enrolment != Enrolment::Manual && offer.organization_status == OrganizationStatus::Active
}
