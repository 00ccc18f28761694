use crate::invitation::named;
use crate::{Email, Invalid, MemberId, Name, Timestamp, UserId, WorkspaceId};

named! {
    /// What somebody is in one workspace (M-52).
    WorkspaceRole {
        /// Writes, changes the workspace itself, and says who is in it.
        Owner = "owner",
        /// Writes.
        Member = "member",
    } else "unknown_role", "must be owner or member"
}

/// A member of the organization in one of its workspaces (M-52), as others
/// there see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceMember {
    /// Where.
    pub workspace_id: WorkspaceId,
    /// Who, as a member of the organization.
    pub member_id: MemberId,
    /// Who, as an account.
    pub user_id: UserId,
    /// The account's address.
    pub email: Email,
    /// The account's name.
    pub name: Name,
    /// What they are there.
    pub role: WorkspaceRole,
    /// Since when.
    pub created_at: Timestamp,
}
