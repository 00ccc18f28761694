use guildhall_domain::{Permission, WorkspaceId, WorkspaceMember};
use guildhall_ports::store::OrganizationRef;
use uuid::Uuid;

use super::{named_workspace, workspace_member};
use crate::access::Access;
use crate::transact::work;
use crate::{AppError, Caller, CursorPage, Guildhall, ListRequest};

impl Guildhall {
    /// Lists who is in a workspace, in the order of their e-mails, for who may
    /// read it (M-52). Others may reach into it by role, flag or grant.
    ///
    /// # Errors
    /// `workspace_not_found`, `invalid_cursor`, denials.
    pub async fn list_workspace_members(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        id: WorkspaceId,
        request: &ListRequest,
    ) -> Result<CursorPage<WorkspaceMember>, AppError> {
        let organization_id = self.resolve(caller, organization)?;
        let scope = format!("workspace_members:{organization_id}:{id}:{}", caller.actor.user_id);
        let page = self.open_page(&scope, request)?;
        let page = &page;
        let members = self
            .read_in(
                caller,
                organization,
                Permission::OrganizationRead,
                work!(|access| {
                    require_sight_of_members(access, id).await?;
                    Ok(access.tx().workspaces().list_members(id, page).await?)
                }),
            )
            .await?;
        Ok(self.seal_page(&scope, members))
    }

    /// Somebody in a workspace, by membership id or user id, for who may read it.
    ///
    /// # Errors
    /// `workspace_not_found`, `member_not_found`, denials.
    pub async fn workspace_member(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        id: WorkspaceId,
        member_or_user: Uuid,
    ) -> Result<WorkspaceMember, AppError> {
        self.read_in(
            caller,
            organization,
            Permission::OrganizationRead,
            work!(|access| {
                require_sight_of_members(access, id).await?;
                workspace_member(access, id, member_or_user).await
            }),
        )
        .await
    }
}

/// Who is in a workspace is seen by who may read it and is in it too, or sees
/// the members of the organization anyway.
async fn require_sight_of_members(access: &mut Access, id: WorkspaceId) -> Result<(), AppError> {
    named_workspace(access, id, Permission::WorkspaceRead).await?;
    let Err(denied) = access.require(Permission::MemberRead) else { return Ok(()) };
    let user = access.actor().user_id.uuid();
    access.tx().workspaces().member(id, user).await?.map(|_| ()).ok_or(denied)
}
