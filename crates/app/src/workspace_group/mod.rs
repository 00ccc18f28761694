//! Groups of workspaces: they order them, and give nobody any access (C-14).

mod create;
mod delete;
mod list;
mod read;
mod update;

pub use create::CreateWorkspaceGroup;
pub use update::WorkspaceGroupChanges;

use guildhall_domain::audit::{AuditTarget, TargetKind};
use guildhall_domain::{WorkspaceGroup, WorkspaceGroupId};

use crate::access::Access;
use crate::{AppError, Missing};

fn target(group: WorkspaceGroupId) -> AuditTarget {
    AuditTarget { kind: TargetKind::WorkspaceGroup, id: group.uuid() }
}

/// A group that a path names.
async fn named_group(access: &mut Access, id: WorkspaceGroupId) -> Result<WorkspaceGroup, AppError> {
    access.tx().workspaces().group(id).await?.ok_or(Missing::WorkspaceGroup.with(id.uuid()))
}
