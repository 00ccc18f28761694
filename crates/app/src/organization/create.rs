use guildhall_domain::{
    Description, DomainName, MembershipSource, Name, Organization, OrganizationId, OrganizationMembership, Slug,
};

use crate::account::Founding;
use crate::unit_of_work::UserUow;
use crate::{AppError, Caller, Guildhall, NotAllowed};

/// A wish to have an organization (C-100).
#[derive(Debug, Clone)]
pub struct CreateOrganization {
    /// What people call it.
    pub name: Name,
    /// Its short name in addresses; made from the name where none is given.
    pub slug: Option<Slug>,
    /// What it is for.
    pub description: Option<Description>,
    /// Its internet domain.
    pub domain: Option<DomainName>,
}

impl CreateOrganization {
    /// The new organization, and whether its slug was asked for.
    pub(crate) fn into_organization(
        self,
        id: OrganizationId,
        now: guildhall_domain::Timestamp,
    ) -> (Organization, bool) {
        let slug_is_chosen = self.slug.is_some();
        let slug = self.slug.unwrap_or_else(|| self.name.to_slug());
        let mut organization = Organization::new(id, self.name, slug, now);
        organization.description = self.description;
        organization.domain = self.domain;
        (organization, slug_is_chosen)
    }
}

impl Guildhall {
    /// Makes an organization with the caller as owner; it becomes the caller's
    /// active one (C-04, C-100).
    ///
    /// # Errors
    /// `slug_taken` where a slug was asked for; `onboarding_incomplete` where
    /// the blueprint wants name and time zone first (C-16, C-19);
    /// `already_in_organization` in exclusive mode (M-02).
    pub async fn create_organization(
        &self,
        caller: &Caller,
        command: CreateOrganization,
    ) -> Result<OrganizationMembership, AppError> {
        let owner = caller.actor.user_id;
        let command = &command;
        self.change_account(caller, caller.actor.user_id, |mut tx: UserUow| async move {
            let mut user = tx.user().await?.ok_or(AppError::Unauthenticated)?;
            if !self.settings.blueprint.onboarding.is_met_by(&user) {
                return Err(NotAllowed::OnboardingIncomplete.into());
            }
            let id = OrganizationId::from(self.ports.ids.next());
            let (organization, slug_is_chosen) = command.clone().into_organization(id, self.now());
            let organization = self.on_first_plan(organization);
            let tx = self.make_room(tx, owner, id, &caller.audit_actor(), &caller.request).await?;
            let mut tx = tx.into_org(id).await?;
            let source = MembershipSource::Creator;
            let founding = Founding { owner, actor: caller.audit_actor(), slug_is_chosen, source };
            let founded = self.establish(&mut *tx.0, organization, founding, &caller.request).await?;
            let mut tx = tx.into_user(owner).await?;
            user.active_organization_id = Some(id);
            tx.update_user(&user).await?;
            Ok((tx, founded))
        })
        .await
    }
}
