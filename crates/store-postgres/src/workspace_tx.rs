use async_trait::async_trait;
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::policy::WorkspaceViewer;
use guildhall_domain::{
    MemberId, Timestamp, UserId, Workspace, WorkspaceGroup, WorkspaceGroupId, WorkspaceId, WorkspaceMember,
    WorkspaceRole,
};
use guildhall_ports::store::{StoreError, WorkspaceFilter, WorkspaceLimits, WorkspaceTied, WorkspaceTx};
use uuid::Uuid;

use crate::org_tx::PostgresOrgTx;
use crate::tables::{workspace_groups, workspace_list, workspace_members, workspaces};

#[async_trait]
impl WorkspaceTx for PostgresOrgTx {
    async fn insert(
        &mut self,
        workspace: &Workspace,
        owner: Option<MemberId>,
        limits: WorkspaceLimits,
    ) -> Result<(), StoreError> {
        let (unit, organization) = self.taken_organization().await?;
        workspaces::insert(unit, organization, workspace, owner, limits).await
    }

    async fn find(
        &mut self,
        workspace: WorkspaceId,
        member: Option<MemberId>,
    ) -> Result<Option<WorkspaceTied>, StoreError> {
        let (unit, organization) = self.taken_organization().await?;
        workspaces::find(unit, organization, workspace.uuid(), member).await
    }

    async fn find_many(
        &mut self,
        workspaces: &[WorkspaceId],
        member: Option<MemberId>,
    ) -> Result<Vec<WorkspaceTied>, StoreError> {
        let (unit, organization) = self.taken_organization().await?;
        workspaces::find_many(unit, organization, workspaces, member).await
    }

    async fn personal_of(&mut self, user: UserId) -> Result<Option<Workspace>, StoreError> {
        let (unit, organization) = self.taken_organization().await?;
        workspaces::personal_of(unit, organization, user.uuid()).await
    }

    async fn list(
        &mut self,
        viewer: &WorkspaceViewer,
        filter: &WorkspaceFilter,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<WorkspaceTied, KeyPosition>, StoreError> {
        let (unit, organization) = self.taken_organization().await?;
        workspace_list::list(unit, organization, viewer, filter, page).await
    }

    async fn update(&mut self, workspace: &Workspace) -> Result<Workspace, StoreError> {
        let (unit, organization) = self.taken_organization().await?;
        workspaces::update(unit, organization, workspace).await
    }

    async fn delete(&mut self, workspace: WorkspaceId) -> Result<(), StoreError> {
        let (unit, organization) = self.taken_organization().await?;
        workspaces::delete(unit, organization, workspace.uuid()).await
    }

    async fn list_members(
        &mut self,
        workspace: WorkspaceId,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<WorkspaceMember, KeyPosition>, StoreError> {
        let (unit, organization) = self.taken_organization().await?;
        workspace_members::list(unit, organization, workspace.uuid(), page).await
    }

    async fn member(
        &mut self,
        workspace: WorkspaceId,
        member_or_user: Uuid,
    ) -> Result<Option<WorkspaceMember>, StoreError> {
        let (unit, organization) = self.taken_organization().await?;
        workspace_members::find(unit, organization, workspace.uuid(), member_or_user).await
    }

    async fn add_member(
        &mut self,
        workspace: WorkspaceId,
        member: MemberId,
        role: WorkspaceRole,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let (unit, organization) = self.taken_organization().await?;
        workspace_members::add(unit, organization, workspace.uuid(), member.uuid(), role, at).await
    }

    async fn change_role(
        &mut self,
        workspace: WorkspaceId,
        member: MemberId,
        role: WorkspaceRole,
    ) -> Result<(), StoreError> {
        let (unit, organization) = self.taken_organization().await?;
        workspace_members::change_role(unit, organization, workspace.uuid(), member.uuid(), role).await
    }

    async fn transfer(&mut self, workspace: WorkspaceId, to: MemberId) -> Result<(), StoreError> {
        let (unit, organization) = self.taken_organization().await?;
        workspace_members::transfer(unit, organization, workspace.uuid(), to.uuid()).await
    }

    async fn remove_member(&mut self, workspace: WorkspaceId, member: MemberId) -> Result<(), StoreError> {
        let (unit, organization) = self.taken_organization().await?;
        workspace_members::remove(unit, organization, workspace.uuid(), member.uuid()).await
    }

    async fn insert_group(&mut self, group: &WorkspaceGroup) -> Result<(), StoreError> {
        let (unit, organization) = self.taken_organization().await?;
        workspace_groups::insert(unit, organization, group).await
    }

    async fn group(&mut self, group: WorkspaceGroupId) -> Result<Option<WorkspaceGroup>, StoreError> {
        let (unit, organization) = self.taken_organization().await?;
        workspace_groups::find(unit, organization, group.uuid()).await
    }

    async fn list_groups(
        &mut self,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<WorkspaceGroup, KeyPosition>, StoreError> {
        let (unit, organization) = self.taken_organization().await?;
        workspace_groups::list(unit, organization, page).await
    }

    async fn update_group(&mut self, group: &WorkspaceGroup) -> Result<WorkspaceGroup, StoreError> {
        let (unit, organization) = self.taken_organization().await?;
        workspace_groups::update(unit, organization, group).await
    }

    async fn delete_group(&mut self, group: WorkspaceGroupId, at: Timestamp) -> Result<(), StoreError> {
        let (unit, organization) = self.taken_organization().await?;
        workspace_groups::delete(unit, organization, group.uuid(), at).await
    }
}
