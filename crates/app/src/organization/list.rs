use guildhall_domain::{OrganizationId, OrganizationMembership, UserId};
use guildhall_ports::store::Mode;

use crate::{AppError, Caller, CursorPage, Guildhall, ListRequest};

/// The caller's organizations (C-101).
#[derive(Debug, Clone)]
pub struct MyOrganizations {
    /// A page of them, in the order of their names.
    pub page: CursorPage<OrganizationMembership>,
    /// The one that `me` stands for.
    pub active: Option<OrganizationId>,
}

/// What a cursor of this list is good for.
pub(crate) fn my_organizations_scope(user: UserId) -> String {
    format!("my-organizations:{user}")
}

impl Guildhall {
    /// Lists the caller's organizations (N-04, C-101). A user without any gets
    /// their first one (N-05).
    ///
    /// # Errors
    /// `invalid_cursor`.
    pub async fn list_my_organizations(
        &self,
        caller: &Caller,
        request: &ListRequest,
    ) -> Result<MyOrganizations, AppError> {
        let mine = self.read_my_organizations(caller, request).await?;
        if !mine.page.items.is_empty() || request.after.is_some() {
            return Ok(mine);
        }
        self.ensure_first_organization(caller.actor.user_id, &caller.request).await?;
        self.read_my_organizations(caller, request).await
    }

    async fn read_my_organizations(&self, caller: &Caller, request: &ListRequest) -> Result<MyOrganizations, AppError> {
        let scope = my_organizations_scope(caller.actor.user_id);
        let page = self.open_page(&scope, request)?;
        let mut tx = self.ports.store.begin_user(caller.actor.user_id, Mode::Read).await?;
        let organizations = tx.list_organizations(&page).await?;
        // Authentication knows it already, unless the first organization was made just now.
        let active = match caller.active_organization {
            Some(active) => Some(active),
            None => tx.active_organization().await?,
        };
        tx.commit().await?;
        Ok(MyOrganizations { page: self.seal_page(&scope, organizations), active })
    }
}
