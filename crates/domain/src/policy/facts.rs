use crate::{
    AccessLevel, MemberId, MemberRole, OrganizationId, OrganizationStatus, PermissionSet, UserId, Workspace,
    WorkspaceAccess, WorkspaceId, WorkspaceRole,
};

/// Who asks, as authentication found them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// The account.
    pub user_id: UserId,
    /// Whether the account has power over the whole installation (M-55).
    pub superadmin: bool,
}

/// What there is to know for one decision, read in the transaction that it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// The organization asked about.
    pub organization: OrganizationId,
    /// Whether it may be used.
    pub status: OrganizationStatus,
    /// The actor's membership in it; none for a stranger.
    pub member: Option<MemberFacts>,
}

/// A member's power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberFacts {
    /// The membership.
    pub member_id: MemberId,
    /// The role that it has.
    pub role: MemberRole,
    /// The role's permissions.
    pub permissions: PermissionSet,
    /// The access to all workspaces at once.
    pub access: WorkspaceAccess,
}

impl MemberFacts {
    /// The facts of a member with a built-in role, and no access beside.
    pub fn built_in(member_id: MemberId, role: MemberRole) -> Self {
        let access = WorkspaceAccess::NONE.for_role(role);
        Self { member_id, role, permissions: role.built_in_permissions(), access }
    }
}

/// A workspace as far as a decision needs to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkspaceFacts {
    /// The workspace.
    pub id: WorkspaceId,
    /// Whose own it is (M-50).
    pub personal_of: Option<UserId>,
    /// Whether it is put away.
    pub archived: bool,
    /// What every member may do in it.
    pub default_access: Option<AccessLevel>,
}

impl WorkspaceFacts {
    /// A workspace of which nothing is known but that it is shared: what may
    /// be done in it may be done in all.
    pub const ANY: Self = Self { id: WorkspaceId::NIL, personal_of: None, archived: false, default_access: None };
}

impl From<&Workspace> for WorkspaceFacts {
    fn from(workspace: &Workspace) -> Self {
        Self {
            id: workspace.id,
            personal_of: workspace.personal_of,
            archived: workspace.is_archived(),
            default_access: workspace.default_access,
        }
    }
}

/// What ties one member to one workspace.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WorkspaceTies {
    /// What the member is in it (M-52).
    pub role: Option<WorkspaceRole>,
    /// What was granted to the member for it (C-109).
    pub grant: Option<AccessLevel>,
}
