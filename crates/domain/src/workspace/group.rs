use crate::{Description, Name, OrganizationId, Timestamp, Version, WorkspaceGroupId};

/// Workspaces that belong together, such as a group of boards (C-14). It
/// orders them, and gives nobody any access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceGroup {
    /// The group.
    pub id: WorkspaceGroupId,
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// What people call it; unique in the organization, without regard to case.
    pub name: Name,
    /// What it is for.
    pub description: Option<Description>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// How often it was changed.
    pub version: Version,
}
