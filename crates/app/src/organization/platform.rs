use guildhall_domain::policy::{PlatformGrant, decide_platform};
use guildhall_domain::{DomainName, MembershipSource, Organization, OrganizationId, OrganizationMembership};
use guildhall_ports::store::{AccountRef, Mode, OrganizationFilter};

use super::CreateOrganization;
use crate::account::Founding;
use crate::member::admissible;
use crate::unit_of_work::UserUow;
use crate::{AppError, Caller, Conflict, CursorPage, Guildhall, ListRequest, Missing};

/// A wish of a superadmin to have an organization for somebody (N-33, M-55).
#[derive(Debug, Clone)]
pub struct CreateOrganizationFor {
    /// The organization.
    pub organization: CreateOrganization,
    /// Who will own it.
    pub owner: AccountRef,
}

impl Guildhall {
    /// Lists all organizations, newest first (N-32): superadmins only.
    ///
    /// # Errors
    /// `invalid_cursor`, denials.
    pub async fn list_all_organizations(
        &self,
        caller: &Caller,
        filter: &OrganizationFilter,
        request: &ListRequest,
    ) -> Result<CursorPage<Organization>, AppError> {
        self.require_superadmin(caller).await?;
        let scope = format!("all-organizations:{}", caller.actor.user_id);
        let page = self.open_page(&scope, request)?;
        let mut tx = self.ports.store.begin_platform(Mode::Read).await?;
        let organizations = tx.list_organizations(filter, &page).await?;
        tx.commit().await?;
        Ok(self.seal_page(&scope, organizations))
    }

    /// Makes an organization that somebody else will own: superadmins only.
    ///
    /// # Errors
    /// `account_not_found`, `account_disabled`, `account_email_not_verified`, `slug_taken`,
    /// `already_in_organization` in exclusive mode, denials.
    pub async fn create_organization_for(
        &self,
        caller: &Caller,
        command: CreateOrganizationFor,
    ) -> Result<OrganizationMembership, AppError> {
        self.require_superadmin(caller).await?;
        let mut tx = self.ports.store.begin_platform(Mode::Read).await?;
        let account = tx.find_account(&command.owner).await?;
        tx.commit().await?;
        let account = account.ok_or(Missing::Account.unnamed())?;
        admissible(&command.owner, &account)?;
        let owner = account.id;
        let id = OrganizationId::from(self.ports.ids.next());
        let command = &command;
        self.change_account(caller, owner, |mut tx: UserUow| async move {
            let account = tx.user().await?.ok_or(Missing::Account.unnamed())?;
            if account.disabled_at.is_some() {
                return Err(Conflict::AccountDisabled.into());
            }
            let actor = caller.audit_actor();
            let tx = self.make_room(tx, owner, id, &actor, &caller.request).await?;
            let mut tx = tx.into_org(id).await?;
            let (organization, slug_is_chosen) = command.organization.clone().into_organization(id, self.now());
            let organization = self.on_first_plan(organization);
            let founding = Founding { owner, actor, slug_is_chosen, source: MembershipSource::Creator };
            let founded = self.establish(&mut *tx.0, organization, founding, &caller.request).await?;
            Ok((tx.into_user(owner).await?, founded))
        })
        .await
    }

    /// The organization for which a domain is verified (N-13): superadmins only.
    ///
    /// # Errors
    /// `domain_not_found`, denials.
    pub async fn organization_by_domain(&self, caller: &Caller, domain: &DomainName) -> Result<Organization, AppError> {
        self.require_superadmin(caller).await?;
        let mut tx = self.ports.store.begin_platform(Mode::Read).await?;
        let found = tx.organization_by_domain(domain).await?;
        tx.commit().await?;
        found.ok_or(Missing::Domain.unnamed())
    }

    /// Only superadmins go on; the attempt of anybody else is audited where they belong.
    pub(crate) async fn require_superadmin(&self, caller: &Caller) -> Result<PlatformGrant, AppError> {
        match decide_platform(&caller.actor) {
            Ok(grant) => Ok(grant),
            Err(denied) => {
                self.audit_platform_denial(caller).await?;
                Err(denied.into())
            }
        }
    }
}
