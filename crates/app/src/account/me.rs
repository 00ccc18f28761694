use guildhall_domain::page::{Page, PageRequest, PageSize};
use guildhall_domain::{DomainOffer, Enrolment, OrganizationMembership, OrganizationStatus, ReceivedInvitation, User};
use guildhall_ports::store::{Mode, UserTx};
use uuid::Uuid;

use crate::organization::my_organizations_scope;
use crate::{AppError, Caller, CursorPage, Guildhall, ListRequest};

/// Who the caller is, and where they belong.
#[derive(Debug, Clone)]
pub struct Me {
    /// The account.
    pub user: User,
    /// Whether the profile must be completed before the user makes an
    /// organization (C-16, C-19).
    pub onboarding_required: bool,
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
        let first = PageRequest::first(PageSize::MAX);
        let invitations = self.received_by(&mut *tx, &user, &first).await?.items;
        let belongs =
            |offer: &DomainOffer| memberships.items.iter().any(|mine| mine.organization.id == offer.organization_id);
        let suggested = match user.has_verified_email() {
            true => tx.domain_offer().await?.filter(|offer| is_suggested(offer) && !belongs(offer)),
            false => None,
        };
        tx.commit().await?;
        let memberships = self.seal_page(&my_organizations_scope(caller.actor.user_id), memberships);
        let onboarding_required = !self.settings.blueprint.onboarding.is_met_by(&user);
        Ok(Me { user, onboarding_required, organization, memberships, invitations, suggested })
    }

    async fn received_by(
        &self,
        tx: &mut dyn UserTx,
        user: &User,
        page: &PageRequest<Uuid>,
    ) -> Result<Page<ReceivedInvitation, Uuid>, AppError> {
        match user.has_verified_email() {
            true => Ok(tx.list_received_invitations(self.now(), page).await?),
            false => Ok(Page { items: Vec::new(), next: None }),
        }
    }

    /// The invitations that the caller can accept by a click, oldest first;
    /// none for who has not shown that the address is theirs.
    ///
    /// # Errors
    /// `invalid_cursor`; [`AppError::Unauthenticated`] when the account went away meanwhile.
    pub async fn list_received_invitations(
        &self,
        caller: &Caller,
        request: &ListRequest,
    ) -> Result<CursorPage<ReceivedInvitation>, AppError> {
        let scope = format!("received-invitations:{}", caller.actor.user_id);
        let page = self.open_page(&scope, request)?;
        let mut tx = self.ports.store.begin_user(caller.actor.user_id, Mode::Read).await?;
        let user = tx.user().await?.ok_or(AppError::Unauthenticated)?;
        let received = self.received_by(&mut *tx, &user, &page).await?;
        tx.commit().await?;
        Ok(self.seal_page(&scope, received))
    }
}

/// Whether a domain offers its organization to people: those who left one that
/// enrols automatically may ask, too.
pub(crate) fn is_suggested(offer: &DomainOffer) -> bool {
    offer.enrolment != Enrolment::Manual && offer.organization_status == OrganizationStatus::Active
}
