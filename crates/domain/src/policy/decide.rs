use super::grant::{Authority, Grant};
use super::{Actor, Facts};
use crate::{OrganizationStatus, Permission, PermissionSet, WorkspaceId};

/// Why somebody may not do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// A stranger: answer exactly as if the organization did not exist.
    #[error("no such organization")]
    NotVisible,
    /// A member whose role lacks the permission.
    #[error("the permission {0} is needed; ask an owner or admin of the organization")]
    Forbidden(Permission),
    /// A member without the power in this workspace: it is not for everybody
    /// in the organization (C-20, C-122).
    #[error(
        "the permission {permission} is needed in this workspace; ask one of its owners, or an owner or admin of the \
         organization, to give you access"
    )]
    WorkspaceDenied {
        /// Which one.
        workspace: WorkspaceId,
        /// What is needed there.
        permission: Permission,
    },
    /// The workspace is put away.
    #[error("the workspace is archived: it can be read but not changed; restore it first")]
    Archived,
    /// The organization is suspended, and this would change something.
    #[error("the organization is suspended: it can be read but not changed")]
    Suspended,
    /// The organization is locked down.
    #[error("the organization is locked down")]
    LockedDown,
    /// Only superadmins may.
    #[error("only superadmins of this installation may do this")]
    NotSuperadmin,
}

/// Decides whether `actor` may use `permission` in the organization of `facts`.
///
/// Deny unless granted. Superadmins may do everything (M-55); a stranger is
/// told nothing (N-15); lockdown stops everybody else, suspension stops writes
/// (N-35, N-36).
///
/// # Errors
/// [`Denied`], which says how to answer.
pub fn decide(actor: &Actor, facts: &Facts, permission: Permission) -> Result<Grant, Denied> {
    if actor.superadmin {
        return Ok(Grant::new(actor, facts, permission, Authority::Superadmin, PermissionSet::OWNER));
    }
    let member = facts.member.ok_or(Denied::NotVisible)?;
    if facts.status == OrganizationStatus::Lockdown {
        return Err(Denied::LockedDown);
    }
    if !member.permissions.contains(permission) {
        return Err(Denied::Forbidden(permission));
    }
    if facts.status == OrganizationStatus::Suspended && permission.is_write() {
        return Err(Denied::Suspended);
    }
    Ok(Grant::new(actor, facts, permission, Authority::Role(member.role), member.permissions))
}
