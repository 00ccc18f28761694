use async_trait::async_trait;
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::policy::WorkspaceViewer;
use guildhall_domain::{
    MemberId, Timestamp, UserId, Workspace, WorkspaceGroup, WorkspaceGroupId, WorkspaceId, WorkspaceMember,
    WorkspaceRole,
};
use guildhall_ports::store::{StoreError, WorkspaceFilter, WorkspaceLimits, WorkspaceTied, WorkspaceTx};
use uuid::Uuid;

use crate::org_tx::SqliteOrgTx;
use crate::table::{tied_workspaces, workspace_groups, workspace_list, workspace_members, workspaces};

#[async_trait]
impl WorkspaceTx for SqliteOrgTx {
    async fn insert(
        &mut self,
        workspace: &Workspace,
        owner: Option<MemberId>,
        limits: WorkspaceLimits,
    ) -> Result<(), StoreError> {
        self.own(workspace.organization_id)?;
        let (organization, workspace) = (self.organization, workspace.clone());
        self.unit
            .change(move |connection| {
                workspaces::insert(connection, &workspace, limits)?;
                let Some(owner) = owner else { return Ok(()) };
                let (role, at) = (WorkspaceRole::Owner, workspace.created_at);
                workspace_members::insert(connection, organization, workspace.id, owner, role, at)
            })
            .await
    }

    async fn find(
        &mut self,
        workspace: WorkspaceId,
        member: Option<MemberId>,
    ) -> Result<Option<WorkspaceTied>, StoreError> {
        let organization = self.organization;
        self.unit.read(move |connection| tied_workspaces::find(connection, organization, workspace, member)).await
    }

    async fn find_many(
        &mut self,
        workspaces: &[WorkspaceId],
        member: Option<MemberId>,
    ) -> Result<Vec<WorkspaceTied>, StoreError> {
        let (organization, ids) = (self.organization, workspaces.to_vec());
        self.unit.read(move |connection| tied_workspaces::find_many(connection, organization, &ids, member)).await
    }

    async fn personal_of(&mut self, user: UserId) -> Result<Option<Workspace>, StoreError> {
        let organization = self.organization;
        self.unit.read(move |connection| workspaces::personal_of(connection, organization, user)).await
    }

    async fn list(
        &mut self,
        viewer: &WorkspaceViewer,
        filter: &WorkspaceFilter,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<WorkspaceTied, KeyPosition>, StoreError> {
        let (organization, viewer, filter, page) = (self.organization, *viewer, filter.clone(), page.clone());
        self.unit.read(move |connection| workspace_list::list(connection, organization, &viewer, &filter, &page)).await
    }

    async fn update(&mut self, workspace: &Workspace) -> Result<Workspace, StoreError> {
        let (organization, workspace) = (self.organization, workspace.clone());
        self.unit.change(move |connection| workspaces::update(connection, organization, &workspace)).await
    }

    async fn delete(&mut self, workspace: WorkspaceId) -> Result<(), StoreError> {
        let organization = self.organization;
        self.unit.change(move |connection| workspaces::delete(connection, organization, workspace)).await
    }

    async fn list_members(
        &mut self,
        workspace: WorkspaceId,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<WorkspaceMember, KeyPosition>, StoreError> {
        let (organization, page) = (self.organization, page.clone());
        self.unit.read(move |connection| workspace_members::list(connection, organization, workspace, &page)).await
    }

    async fn member(
        &mut self,
        workspace: WorkspaceId,
        member_or_user: Uuid,
    ) -> Result<Option<WorkspaceMember>, StoreError> {
        let organization = self.organization;
        self.unit
            .read(move |connection| workspace_members::find(connection, organization, workspace, member_or_user))
            .await
    }

    async fn add_member(
        &mut self,
        workspace: WorkspaceId,
        member: MemberId,
        role: WorkspaceRole,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let organization = self.organization;
        self.unit
            .change(move |connection| workspace_members::insert(connection, organization, workspace, member, role, at))
            .await
    }

    async fn change_role(
        &mut self,
        workspace: WorkspaceId,
        member: MemberId,
        role: WorkspaceRole,
    ) -> Result<(), StoreError> {
        let organization = self.organization;
        self.unit
            .change(move |connection| workspace_members::change_role(connection, organization, workspace, member, role))
            .await
    }

    async fn transfer(&mut self, workspace: WorkspaceId, to: MemberId) -> Result<(), StoreError> {
        let organization = self.organization;
        self.unit.change(move |connection| workspace_members::transfer(connection, organization, workspace, to)).await
    }

    async fn remove_member(&mut self, workspace: WorkspaceId, member: MemberId) -> Result<(), StoreError> {
        let organization = self.organization;
        self.unit.change(move |connection| workspace_members::delete(connection, organization, workspace, member)).await
    }

    async fn insert_group(&mut self, group: &WorkspaceGroup) -> Result<(), StoreError> {
        self.own(group.organization_id)?;
        let group = group.clone();
        self.unit.change(move |connection| workspace_groups::insert(connection, &group)).await
    }

    async fn group(&mut self, group: WorkspaceGroupId) -> Result<Option<WorkspaceGroup>, StoreError> {
        let organization = self.organization;
        self.unit.read(move |connection| workspace_groups::find(connection, organization, group)).await
    }

    async fn list_groups(
        &mut self,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<WorkspaceGroup, KeyPosition>, StoreError> {
        let (organization, page) = (self.organization, page.clone());
        self.unit.read(move |connection| workspace_groups::list(connection, organization, &page)).await
    }

    async fn update_group(&mut self, group: &WorkspaceGroup) -> Result<WorkspaceGroup, StoreError> {
        let (organization, group) = (self.organization, group.clone());
        self.unit.change(move |connection| workspace_groups::update(connection, organization, &group)).await
    }

    async fn delete_group(&mut self, group: WorkspaceGroupId, at: Timestamp) -> Result<(), StoreError> {
        let organization = self.organization;
        self.unit.change(move |connection| workspace_groups::delete(connection, organization, group, at)).await
    }
}
