use guildhall_domain::blueprint::Blueprint;
use guildhall_domain::{MemberRole, WorkspaceAccess};

/// The access that a body asks for; none where it says nothing, and the
/// blueprint's default is meant.
pub(crate) fn access(all_read: Option<bool>, all_write: Option<bool>) -> Option<WorkspaceAccess> {
    match (all_read, all_write) {
        (None, None) => None,
        _ => Some(WorkspaceAccess { all_read: all_read.unwrap_or_default(), all_write: all_write.unwrap_or_default() }),
    }
}

/// What people call a role: as the blueprint says, or a custom role's own name.
pub(crate) fn role_label(blueprint: &Blueprint, role: MemberRole, name: &str) -> String {
    blueprint.roles.label(role).unwrap_or(name).to_owned()
}
