use guildhall_domain::page::{PageRequest, PageSize};
use guildhall_domain::{OrganizationMembership, User};
use guildhall_ports::store::Mode;

use crate::organization::my_organizations_scope;
use crate::{AppError, Caller, CursorPage, Guildhall};

/// Who the caller is, and where they belong.
#[derive(Debug, Clone)]
pub struct Me {
    /// The account.
    pub user: User,
    /// What `me` stands for in paths.
    pub organization: Option<OrganizationMembership>,
    /// The first page of the caller's organizations.
    pub memberships: CursorPage<OrganizationMembership>,
}

impl Guildhall {
    /// Who am I? Makes the first organization of a user who has none (S-04).
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
        tx.commit().await?;
        let memberships = self.seal_page(&my_organizations_scope(caller.actor.user_id), memberships);
        Ok(Me { user, organization, memberships })
    }
}
