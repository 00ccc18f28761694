use guildhall_app::member::AccessAsked;
use guildhall_domain::blueprint::Blueprint;
use guildhall_domain::{Invalid, MemberRole, WorkspaceAccess};

use super::grant::{NewGrantBody, asked};

/// The access that a body asks for; where it says nothing, the blueprint's
/// default is meant.
pub(crate) fn access(
    all_read: Option<bool>,
    all_write: Option<bool>,
    grants: &[NewGrantBody],
) -> Result<AccessAsked, Invalid> {
    let flags = match (all_read, all_write) {
        (None, None) => None,
        _ => Some(WorkspaceAccess { all_read: all_read.unwrap_or_default(), all_write: all_write.unwrap_or_default() }),
    };
    Ok(AccessAsked { flags, grants: asked(grants)? })
}

/// What people call a role: as the blueprint says, or a custom role's own name.
pub(crate) fn role_label(blueprint: &Blueprint, role: MemberRole, name: &str) -> String {
    blueprint.roles.label(role).unwrap_or(name).to_owned()
}
