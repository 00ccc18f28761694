//! Workspaces: the collaboration boundary inside an organization (M-46, C-21, S-14).

mod field;
mod grant;
mod group;
mod kind;
mod member;

pub use field::{FieldName, FieldType, FieldValue};
pub use grant::{AccessLevel, WorkspaceGrant, WorkspaceGrants};
pub use group::WorkspaceGroup;
pub use kind::WorkspaceKindName;
pub use member::{WorkspaceMember, WorkspaceRole};

use std::collections::BTreeMap;

use crate::{
    Description, LimitName, Name, OrganizationId, Slug, Timestamp, UserId, Version, WorkspaceGroupId, WorkspaceId,
};

/// A workspace, a board (C-21), a project (S-14), as its kind says: a part of
/// an organization that some of its members share (M-46).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// The workspace.
    pub id: WorkspaceId,
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// What the blueprint calls such a thing.
    pub kind: WorkspaceKindName,
    /// What people call it.
    pub name: Name,
    /// Its short name in addresses; unique in the organization.
    pub slug: Slug,
    /// What it is for (M-51).
    pub description: Option<Description>,
    /// The group that it is in (C-14).
    pub group_id: Option<WorkspaceGroupId>,
    /// Whose own it is: for that user alone, undeletable and not counted (M-15, M-50).
    pub personal_of: Option<UserId>,
    /// What every member of the organization may do in it, without a grant.
    pub default_access: Option<AccessLevel>,
    /// Its own limits, as its kind declares them, such as `max_agents` (C-14).
    /// Here 0 is none, and not unlimited.
    pub limits: BTreeMap<LimitName, u64>,
    /// What its kind declares beside.
    pub fields: BTreeMap<FieldName, FieldValue>,
    /// Who made it; none where that account is gone.
    pub created_by: Option<UserId>,
    /// Since when it is put away: it can be read, not written.
    pub archived_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// How often it was changed.
    pub version: Version,
}

impl Workspace {
    /// Whether it is one user's own (M-50).
    pub fn is_personal(&self) -> bool {
        self.personal_of.is_some()
    }

    /// Whether it is put away.
    pub fn is_archived(&self) -> bool {
        self.archived_at.is_some()
    }
}
