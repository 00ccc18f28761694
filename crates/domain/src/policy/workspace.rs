use super::{Actor, Denied, Facts, WorkspaceFacts, WorkspaceTies};
use crate::invitation::named;
use crate::{AccessLevel, Invalid, MemberId, MemberRole, OrganizationStatus, Permission, UserId, WorkspaceRole};

named! {
    /// How much somebody may do in one workspace: each includes those before it.
    WorkspacePower {
        /// See it and what is in it.
        Read = "read",
        /// Change what is in it.
        Write = "write",
        /// Change the workspace itself, and say who is in it.
        Manage = "manage",
    } else "unknown_access", "must be read, write or manage"
}

impl From<AccessLevel> for WorkspacePower {
    fn from(level: AccessLevel) -> Self {
        match level {
            AccessLevel::Read => Self::Read,
            AccessLevel::Write => Self::Write,
        }
    }
}

impl WorkspacePower {
    /// What a permission asks for in a workspace; none for those that are not about workspaces.
    pub fn needed_for(permission: Permission) -> Option<Self> {
        match permission {
            Permission::WorkspaceRead => Some(Self::Read),
            Permission::WorkspaceWrite => Some(Self::Write),
            Permission::WorkspaceManage => Some(Self::Manage),
            _ => None,
        }
    }
}

/// Where somebody's power in a workspace comes from (C-18, C-20, C-121).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkspaceSource {
    /// The account is a superadmin of the installation (M-55).
    Superadmin,
    /// It is their own (M-50).
    Personal,
    /// The role in the organization has it for every workspace.
    Role(MemberRole),
    /// The member's flag for all workspaces (C-121).
    AllWorkspaces,
    /// A grant for this one (C-109).
    Grant,
    /// They are in it, as this (M-52).
    WorkspaceRole(WorkspaceRole),
    /// Every member of the organization has it there.
    DefaultAccess,
}

/// Everything that gives `actor` power in a workspace, each with how much. The
/// one rule from which checks, lists and explanations follow.
///
/// The status of the organization and of the workspace is not looked at:
/// see [`decide_in`].
pub fn sources(
    actor: &Actor,
    facts: &Facts,
    workspace: &WorkspaceFacts,
    ties: WorkspaceTies,
) -> Vec<(WorkspaceSource, WorkspacePower)> {
    let mut sources = Vec::new();
    if actor.superadmin {
        sources.push((WorkspaceSource::Superadmin, WorkspacePower::Manage));
    }
    let Some(member) = facts.member else { return sources };
    if let Some(user) = workspace.personal_of {
        // For one user alone: neither roles nor grants reach into it.
        if user == actor.user_id {
            sources.push((WorkspaceSource::Personal, WorkspacePower::Manage));
        }
        return sources;
    }
    let by_role = [
        (Permission::WorkspaceManage, WorkspacePower::Manage),
        (Permission::WorkspaceWrite, WorkspacePower::Write),
        (Permission::WorkspaceRead, WorkspacePower::Read),
    ];
    if let Some((_, power)) = by_role.into_iter().find(|(permission, _)| member.permissions.contains(*permission)) {
        sources.push((WorkspaceSource::Role(member.role), power));
    }
    if let Some(level) = AccessLevel::from_flags(member.access.all_read, member.access.all_write) {
        sources.push((WorkspaceSource::AllWorkspaces, level.into()));
    }
    if let Some(level) = ties.grant {
        sources.push((WorkspaceSource::Grant, level.into()));
    }
    if let Some(role) = ties.role {
        let power = match role {
            WorkspaceRole::Owner => WorkspacePower::Manage,
            WorkspaceRole::Member => WorkspacePower::Write,
        };
        sources.push((WorkspaceSource::WorkspaceRole(role), power));
    }
    if let Some(level) = workspace.default_access {
        sources.push((WorkspaceSource::DefaultAccess, level.into()));
    }
    sources
}

/// How much `actor` may do in a workspace; none where it is not theirs to see.
pub fn power(actor: &Actor, facts: &Facts, workspace: &WorkspaceFacts, ties: WorkspaceTies) -> Option<WorkspacePower> {
    sources(actor, facts, workspace, ties).into_iter().map(|(_, power)| power).max()
}

/// Decides whether `actor` may use `permission`, which is one for workspaces,
/// in this one.
///
/// # Errors
/// [`Denied`]: as [`decide`](super::decide) for strangers and stopped
/// organizations, [`Denied::WorkspaceDenied`] where the power is less than
/// needed, [`Denied::Archived`] for changing what is put away.
pub fn decide_in(
    actor: &Actor,
    facts: &Facts,
    workspace: &WorkspaceFacts,
    ties: WorkspaceTies,
    permission: Permission,
) -> Result<(), Denied> {
    if !actor.superadmin {
        if facts.member.is_none() {
            return Err(Denied::NotVisible);
        }
        if facts.status == OrganizationStatus::Lockdown {
            return Err(Denied::LockedDown);
        }
    }
    let needed = WorkspacePower::needed_for(permission).ok_or(Denied::Forbidden(permission))?;
    if power(actor, facts, workspace, ties).is_none_or(|power| power < needed) {
        return Err(Denied::WorkspaceDenied { workspace: workspace.id, permission });
    }
    if !actor.superadmin && facts.status == OrganizationStatus::Suspended && permission.is_write() {
        return Err(Denied::Suspended);
    }
    if workspace.archived && needed == WorkspacePower::Write {
        return Err(Denied::Archived);
    }
    Ok(())
}

/// Which workspaces somebody sees in lists: those, and only those, in which
/// [`power`] finds something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkspaceViewer {
    /// Who looks.
    pub user_id: UserId,
    /// As which member; none for a superadmin from outside.
    pub member_id: Option<MemberId>,
    /// How far they see.
    pub view: WorkspaceView,
}

/// How far somebody sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkspaceView {
    /// Everything, personal ones of others included.
    Everything,
    /// Their own, and all that are nobody's own.
    EveryShared,
    /// Their own, those that are open to every member, and those that they are
    /// in or have a grant for.
    Tied,
}

impl WorkspaceViewer {
    /// What `actor` sees; none for a stranger, who sees nothing.
    pub fn of(actor: &Actor, facts: &Facts) -> Option<Self> {
        let member_id = facts.member.map(|member| member.member_id);
        let view = match facts.member {
            _ if actor.superadmin => WorkspaceView::Everything,
            Some(member) => {
                let roles = [Permission::WorkspaceRead, Permission::WorkspaceWrite, Permission::WorkspaceManage];
                let by_role = roles.into_iter().any(|permission| member.permissions.contains(permission));
                let by_flag = member.access.complete().all_read;
                if by_role || by_flag { WorkspaceView::EveryShared } else { WorkspaceView::Tied }
            }
            None => return None,
        };
        Some(Self { user_id: actor.user_id, member_id, view })
    }
}
