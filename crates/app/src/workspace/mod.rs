//! Workspaces of an organization, whatever the blueprint calls them: made,
//! listed, changed, put away, handed over and deleted, and who is in them
//! (M-46 to M-54, C-14, C-21, S-14).

mod add_member;
mod archive;
mod change_role;
mod create;
mod delete;
mod kinds;
mod list;
mod members;
mod personal;
mod read;
mod remove_member;
mod transfer;
mod update;

pub use create::CreateWorkspace;
pub use list::WorkspaceQuery;
pub use update::WorkspaceChanges;

use guildhall_domain::audit::{AuditTarget, TargetKind};
use guildhall_domain::blueprint::WorkspaceKind;
use guildhall_domain::policy::{Denied, WorkspacePower, decide_in, power};
use guildhall_domain::{
    Invalid, LimitName, MemberProfile, Permission, Workspace, WorkspaceGroupId, WorkspaceId, WorkspaceKindName,
    WorkspaceMember,
};
use guildhall_ports::store::WorkspaceTied;
use uuid::Uuid;

use crate::access::Access;
use crate::{AppError, Conflict, EntityTag, Guildhall, Missing};

/// How a request names a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceRef {
    /// Which.
    pub id: WorkspaceId,
    /// Of which kind, at an address for one kind: one of another is not there.
    pub kind: Option<WorkspaceKindName>,
}

impl From<WorkspaceId> for WorkspaceRef {
    fn from(id: WorkspaceId) -> Self {
        Self { id, kind: None }
    }
}

/// A workspace as somebody sees it who may.
#[derive(Debug, Clone)]
pub struct SeenWorkspace {
    /// The workspace.
    pub workspace: Workspace,
    /// How much they may do in it.
    pub power: WorkspacePower,
}

impl SeenWorkspace {
    /// How `access` sees a workspace; none where it does not.
    fn of(access: &Access, tied: WorkspaceTied) -> Option<Self> {
        let power = power(&access.actor(), &access.facts(), &(&tied.workspace).into(), tied.ties)?;
        Some(Self { workspace: tied.workspace, power })
    }
}

impl From<&SeenWorkspace> for EntityTag {
    /// What is shown says how much the caller may do, and who made it while
    /// that account is there.
    fn from(SeenWorkspace { workspace, power }: &SeenWorkspace) -> Self {
        let (id, version, made) = (workspace.id.uuid(), workspace.version.0, u8::from(workspace.created_by.is_some()));
        Self::new(format!("{}-{version}-{}-{made}", id.simple(), power.as_str()))
    }
}

pub(crate) fn target(workspace: WorkspaceId) -> AuditTarget {
    AuditTarget { kind: TargetKind::Workspace, id: workspace.uuid() }
}

/// A workspace that a path names, in which the caller may use `permission`.
///
/// # Errors
/// `workspace_not_found`, for those of other organizations too; denials.
pub(crate) async fn named_workspace(
    access: &mut Access,
    which: impl Into<WorkspaceRef>,
    permission: Permission,
) -> Result<SeenWorkspace, AppError> {
    let WorkspaceRef { id, kind } = which.into();
    let (actor, facts) = (access.actor(), access.facts());
    let member = facts.member.map(|member| member.member_id);
    let found = access.tx().workspaces().find(id, member).await?;
    let here = found.filter(|tied| kind.is_none_or(|kind| kind == tied.workspace.kind));
    let tied = here.ok_or(Missing::Workspace.with(id.uuid()))?;
    decide_in(&actor, &facts, &(&tied.workspace).into(), tied.ties, permission)?;
    let denied = Denied::WorkspaceDenied { workspace: id, permission };
    SeenWorkspace::of(access, tied).ok_or(denied.into())
}

/// One that the caller manages and that is in use: not put away.
async fn managed_workspace(access: &mut Access, which: impl Into<WorkspaceRef>) -> Result<SeenWorkspace, AppError> {
    let seen = named_workspace(access, which, Permission::WorkspaceManage).await?;
    match seen.workspace.is_archived() {
        true => Err(Conflict::WorkspaceArchived.into()),
        false => Ok(seen),
    }
}

/// What is one user's own is shared with nobody, and stays (M-50).
fn refuse_personal(workspace: &Workspace) -> Result<(), Conflict> {
    match workspace.is_personal() {
        true => Err(Conflict::PersonalWorkspace),
        false => Ok(()),
    }
}

/// Somebody in a workspace whom a path names, by membership id or user id.
async fn workspace_member(
    access: &mut Access,
    id: WorkspaceId,
    member_or_user: Uuid,
) -> Result<WorkspaceMember, AppError> {
    let found = access.tx().workspaces().member(id, member_or_user).await?;
    found.ok_or(Missing::Member.with(member_or_user))
}

/// A member of the organization whom a body names.
async fn member_of_organization(access: &mut Access, member_or_user: Uuid) -> Result<MemberProfile, AppError> {
    if let Some(found) = access.tx().member(member_or_user).await? {
        return Ok(found);
    }
    access.note_unknown_reference(AuditTarget { kind: TargetKind::Member, id: member_or_user });
    let invalid = Invalid::new("unknown_member", "must be a member of the organization");
    Err(AppError::invalid("/member_id", invalid))
}

/// That a group that a body names is the organization's.
async fn require_group(access: &mut Access, group: WorkspaceGroupId) -> Result<(), AppError> {
    if access.tx().workspaces().group(group).await?.is_some() {
        return Ok(());
    }
    access.note_unknown_reference(AuditTarget { kind: TargetKind::WorkspaceGroup, id: group.uuid() });
    let invalid = Invalid::new("unknown_workspace_group", "must be a group of the organization");
    Err(AppError::invalid("/group_id", invalid))
}

impl Guildhall {
    /// The kind of a workspace; one that the blueprint does not know any more
    /// has no limits and no fields.
    fn kind_of(&self, name: &WorkspaceKindName) -> WorkspaceKind {
        let known = self.settings.blueprint.workspace_kinds.get(name).cloned();
        known.unwrap_or_else(|| WorkspaceKind::new(name.clone(), LimitName::workspaces()))
    }

    /// A kind that a request names, or the first.
    fn named_kind(&self, name: Option<&WorkspaceKindName>) -> Result<WorkspaceKind, AppError> {
        let kinds = &self.settings.blueprint.workspace_kinds;
        let found = match name {
            Some(name) => kinds.get(name),
            None => kinds.first(),
        };
        found.cloned().ok_or_else(|| {
            let names: Vec<_> = kinds.0.iter().map(|kind| kind.name.as_str()).collect();
            AppError::invalid("/kind", Invalid::new("unknown_kind", format!("must be one of {}", names.join(", "))))
        })
    }
}
