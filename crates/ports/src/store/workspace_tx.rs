use async_trait::async_trait;
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::policy::WorkspaceViewer;
use guildhall_domain::{
    MemberId, Timestamp, UserId, Workspace, WorkspaceGroup, WorkspaceGroupId, WorkspaceId, WorkspaceMember,
    WorkspaceRole,
};
use uuid::Uuid;

use super::{StoreError, WorkspaceFilter, WorkspaceLimits, WorkspaceTied};

/// The workspaces of the organization that a unit of work is in (M-46): a part
/// of [`OrgTx`](super::OrgTx).
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait WorkspaceTx: Send {
    /// Makes a workspace, with `owner` in it if one is named, and counts it
    /// unless it is somebody's own. In the statements that count, there are
    /// not more than `limits` (M-15). Conflicts:
    /// [`LimitReached`](super::Constraint::LimitReached),
    /// [`KindLimitReached`](super::Constraint::KindLimitReached),
    /// [`WorkspaceSlug`](super::Constraint::WorkspaceSlug), after which the
    /// unit of work can still be used,
    /// [`PersonalWorkspaceExists`](super::Constraint::PersonalWorkspaceExists),
    /// [`UnknownWorkspaceGroup`](super::Constraint::UnknownWorkspaceGroup),
    /// [`UnknownMember`](super::Constraint::UnknownMember).
    async fn insert(
        &mut self,
        workspace: &Workspace,
        owner: Option<MemberId>,
        limits: WorkspaceLimits,
    ) -> Result<(), StoreError>;

    /// A workspace, and what ties a member to it.
    async fn find(
        &mut self,
        workspace: WorkspaceId,
        member: Option<MemberId>,
    ) -> Result<Option<WorkspaceTied>, StoreError>;

    /// The workspaces with these ids that there are, by id, and what ties a member to each.
    async fn find_many(
        &mut self,
        workspaces: &[WorkspaceId],
        member: Option<MemberId>,
    ) -> Result<Vec<WorkspaceTied>, StoreError>;

    /// A user's own workspace (M-50), also of one who is no member any more.
    async fn personal_of(&mut self, user: UserId) -> Result<Option<Workspace>, StoreError>;

    /// The workspaces that `viewer` sees, in the order of their lower-case
    /// names, then id. The work does not grow with those that the viewer does
    /// not see.
    async fn list(
        &mut self,
        viewer: &WorkspaceViewer,
        filter: &WorkspaceFilter,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<WorkspaceTied, KeyPosition>, StoreError>;

    /// Writes name, slug, description, group, default access, limits, fields,
    /// `archived_at` and `updated_at`, raises the version, and gives the
    /// workspace as it is now. Conflicts:
    /// [`WorkspaceSlug`](super::Constraint::WorkspaceSlug),
    /// [`UnknownWorkspaceGroup`](super::Constraint::UnknownWorkspaceGroup).
    async fn update(&mut self, workspace: &Workspace) -> Result<Workspace, StoreError>;

    /// Deletes a workspace with all that belongs to it, and counts it no more.
    async fn delete(&mut self, workspace: WorkspaceId) -> Result<(), StoreError>;

    /// The members who are in a workspace, in the order of e-mail, then membership id.
    async fn list_members(
        &mut self,
        workspace: WorkspaceId,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<WorkspaceMember, KeyPosition>, StoreError>;

    /// A member in a workspace, by membership id or user id.
    async fn member(
        &mut self,
        workspace: WorkspaceId,
        member_or_user: Uuid,
    ) -> Result<Option<WorkspaceMember>, StoreError>;

    /// Takes a member into a workspace. Conflicts:
    /// [`WorkspaceMemberExists`](super::Constraint::WorkspaceMemberExists),
    /// [`UnknownMember`](super::Constraint::UnknownMember),
    /// [`UnknownWorkspace`](super::Constraint::UnknownWorkspace).
    async fn add_member(
        &mut self,
        workspace: WorkspaceId,
        member: MemberId,
        role: WorkspaceRole,
        at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Gives somebody in a workspace another role there. Conflict:
    /// [`LastWorkspaceOwner`](super::Constraint::LastWorkspaceOwner).
    async fn change_role(
        &mut self,
        workspace: WorkspaceId,
        member: MemberId,
        role: WorkspaceRole,
    ) -> Result<(), StoreError>;

    /// Makes somebody in a workspace its only owner (M-53): whoever was one
    /// before is a member after.
    async fn transfer(&mut self, workspace: WorkspaceId, to: MemberId) -> Result<(), StoreError>;

    /// Takes somebody out of a workspace. Conflict:
    /// [`LastWorkspaceOwner`](super::Constraint::LastWorkspaceOwner). Who
    /// leaves the organization leaves its workspaces too, as last owner too.
    async fn remove_member(&mut self, workspace: WorkspaceId, member: MemberId) -> Result<(), StoreError>;

    /// Makes a group. Conflict: [`WorkspaceGroupName`](super::Constraint::WorkspaceGroupName).
    async fn insert_group(&mut self, group: &WorkspaceGroup) -> Result<(), StoreError>;

    /// A group.
    async fn group(&mut self, group: WorkspaceGroupId) -> Result<Option<WorkspaceGroup>, StoreError>;

    /// Groups in the order of their lower-case names, then id.
    async fn list_groups(
        &mut self,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<WorkspaceGroup, KeyPosition>, StoreError>;

    /// Writes name, description and `updated_at`, raises the version, and
    /// gives the group as it is now. Conflict:
    /// [`WorkspaceGroupName`](super::Constraint::WorkspaceGroupName).
    async fn update_group(&mut self, group: &WorkspaceGroup) -> Result<WorkspaceGroup, StoreError>;

    /// Deletes a group; its workspaces, whose versions rise, are in none then.
    async fn delete_group(&mut self, group: WorkspaceGroupId, at: Timestamp) -> Result<(), StoreError>;
}
