use guildhall_domain::{Permission, WorkspaceGroup};
use guildhall_ports::store::OrganizationRef;

use crate::transact::work;
use crate::{AppError, Caller, CursorPage, Guildhall, ListRequest};

impl Guildhall {
    /// Lists groups in the order of their names; every member may.
    ///
    /// # Errors
    /// `invalid_cursor`, denials.
    pub async fn list_workspace_groups(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        request: &ListRequest,
    ) -> Result<CursorPage<WorkspaceGroup>, AppError> {
        let scope = format!("workspace_groups:{}:{}", self.resolve(caller, organization)?, caller.actor.user_id);
        let page = self.open_page(&scope, request)?;
        let page = &page;
        let groups = self
            .read_in(
                caller,
                organization,
                Permission::OrganizationRead,
                work!(|access| { Ok(access.tx().workspaces().list_groups(page).await?) }),
            )
            .await?;
        Ok(self.seal_page(&scope, groups))
    }
}
