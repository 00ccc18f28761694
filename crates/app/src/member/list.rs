use guildhall_domain::{MemberProfile, Permission};
use guildhall_ports::store::{MemberFilter, OrganizationRef};

use crate::role::RoleRef;
use crate::transact::work;
use crate::{AppError, Caller, CursorPage, Guildhall, ListRequest};

/// Which members are asked for; everybody where nothing is set.
#[derive(Debug, Clone, Default)]
pub struct MemberQuery {
    /// Only those whose name or e-mail contains this.
    pub search: Option<String>,
    /// Only those with this role.
    pub role: Option<RoleRef>,
}

impl Guildhall {
    /// Lists members in the order of their e-mails (C-106): one statement a page.
    ///
    /// # Errors
    /// `invalid_cursor`, `unknown_role` (`role`), denials.
    pub async fn list_members(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        query: &MemberQuery,
        request: &ListRequest,
    ) -> Result<CursorPage<MemberProfile>, AppError> {
        let scope = format!("members:{}:{}", self.resolve(caller, organization)?, caller.actor.user_id);
        let page = self.open_page(&scope, request)?;
        let page = &page;
        let members = self
            .read_in(
                caller,
                organization,
                Permission::MemberRead,
                work!(|access| {
                    let role = match &query.role {
                        Some(role) => Some(role.resolve(access, "role").await?.role),
                        None => None,
                    };
                    let filter = MemberFilter { search: query.search.clone(), role };
                    Ok(access.tx().list_members(&filter, page).await?)
                }),
            )
            .await?;
        Ok(self.seal_page(&scope, members))
    }
}
