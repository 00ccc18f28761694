use async_trait::async_trait;
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::policy::WorkspaceViewer;
use guildhall_domain::{
    MemberId, Timestamp, UserId, Workspace, WorkspaceGroup, WorkspaceGroupId, WorkspaceId, WorkspaceMember,
    WorkspaceRole,
};
use guildhall_ports::store::{Constraint, StoreError, WorkspaceFilter, WorkspaceLimits, WorkspaceTied, WorkspaceTx};
use uuid::Uuid;

use crate::org_tx::MemoryOrgTx;
use crate::state::State;

#[async_trait]
impl WorkspaceTx for MemoryOrgTx {
    async fn insert(
        &mut self,
        workspace: &Workspace,
        owner: Option<MemberId>,
        limits: WorkspaceLimits,
    ) -> Result<(), StoreError> {
        let id = self.organization;
        let insert = |state: &mut State| state.insert_workspace(id, workspace, owner, limits);
        self.unit.write_unless_taken(Constraint::WorkspaceSlug, insert)
    }

    async fn find(
        &mut self,
        workspace: WorkspaceId,
        member: Option<MemberId>,
    ) -> Result<Option<WorkspaceTied>, StoreError> {
        self.unit.read(|state| state.workspace(self.organization, workspace, member))
    }

    async fn find_many(
        &mut self,
        workspaces: &[WorkspaceId],
        member: Option<MemberId>,
    ) -> Result<Vec<WorkspaceTied>, StoreError> {
        self.unit.read(|state| state.workspaces_by_id(self.organization, workspaces, member))
    }

    async fn personal_of(&mut self, user: UserId) -> Result<Option<Workspace>, StoreError> {
        self.unit.read(|state| state.personal_workspace(self.organization, user))
    }

    async fn list(
        &mut self,
        viewer: &WorkspaceViewer,
        filter: &WorkspaceFilter,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<WorkspaceTied, KeyPosition>, StoreError> {
        self.unit.read(|state| state.list_workspaces(self.organization, viewer, filter, page))
    }

    async fn update(&mut self, workspace: &Workspace) -> Result<Workspace, StoreError> {
        self.unit.write(|state| state.update_workspace(self.organization, workspace))
    }

    async fn delete(&mut self, workspace: WorkspaceId) -> Result<(), StoreError> {
        self.unit.write(|state| state.delete_workspace(self.organization, workspace))
    }

    async fn list_members(
        &mut self,
        workspace: WorkspaceId,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<WorkspaceMember, KeyPosition>, StoreError> {
        self.unit.read(|state| state.list_workspace_members(self.organization, workspace, page))
    }

    async fn member(
        &mut self,
        workspace: WorkspaceId,
        member_or_user: Uuid,
    ) -> Result<Option<WorkspaceMember>, StoreError> {
        self.unit.read(|state| state.workspace_member(self.organization, workspace, member_or_user))
    }

    async fn add_member(
        &mut self,
        workspace: WorkspaceId,
        member: MemberId,
        role: WorkspaceRole,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.unit.write(|state| state.add_workspace_member(self.organization, workspace, member, role, at))
    }

    async fn change_role(
        &mut self,
        workspace: WorkspaceId,
        member: MemberId,
        role: WorkspaceRole,
    ) -> Result<(), StoreError> {
        self.unit.write(|state| state.change_workspace_role(self.organization, workspace, member, role))
    }

    async fn transfer(&mut self, workspace: WorkspaceId, to: MemberId) -> Result<(), StoreError> {
        self.unit.write(|state| state.transfer_workspace(self.organization, workspace, to))
    }

    async fn remove_member(&mut self, workspace: WorkspaceId, member: MemberId) -> Result<(), StoreError> {
        self.unit.write(|state| state.remove_workspace_member(self.organization, workspace, member))
    }

    async fn insert_group(&mut self, group: &WorkspaceGroup) -> Result<(), StoreError> {
        self.unit.write(|state| state.insert_workspace_group(self.organization, group))
    }

    async fn group(&mut self, group: WorkspaceGroupId) -> Result<Option<WorkspaceGroup>, StoreError> {
        self.unit.read(|state| state.workspace_group(self.organization, group))
    }

    async fn list_groups(
        &mut self,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<WorkspaceGroup, KeyPosition>, StoreError> {
        self.unit.read(|state| state.list_workspace_groups(self.organization, page))
    }

    async fn update_group(&mut self, group: &WorkspaceGroup) -> Result<WorkspaceGroup, StoreError> {
        self.unit.write(|state| state.update_workspace_group(self.organization, group))
    }

    async fn delete_group(&mut self, group: WorkspaceGroupId, at: Timestamp) -> Result<(), StoreError> {
        self.unit.write(|state| state.delete_workspace_group(self.organization, group, at))
    }
}
