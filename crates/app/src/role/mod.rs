//! Custom roles: a named set of permissions that one organization defines.

mod create;
mod delete;
mod read;
mod role_ref;
mod update;

pub use create::CreateRole;
pub use role_ref::RoleRef;
pub(crate) use role_ref::{ResolvedRole, name_of};
pub use update::RoleChanges;

use guildhall_domain::audit::{AuditTarget, TargetKind};
use guildhall_domain::{CustomRole, Invalid, MemberRole, Name, RoleId};
use uuid::Uuid;

use crate::access::Access;
use crate::{AppError, Missing};

async fn named_role(access: &mut Access, role: RoleId) -> Result<CustomRole, AppError> {
    access.tx().role(role).await?.ok_or(Missing::Role.with(role.uuid()))
}

fn target(role: RoleId) -> AuditTarget {
    AuditTarget { kind: TargetKind::Role, id: role.uuid() }
}

/// A custom role must not pass for a built-in one.
fn check_name(access: &Access, name: &Name) -> Result<(), AppError> {
    let built_in = MemberRole::parse_built_in(name.as_str()).is_some()
        || access.blueprint().roles.alias(name.as_str()).is_some()
        || name.as_str().eq_ignore_ascii_case("custom");
    // What looks like an id would be taken for one wherever a role is named.
    if built_in || Uuid::parse_str(name.as_str()).is_ok() {
        let invalid = Invalid::new("reserved", "must not be the name of a built-in role, nor look like an id");
        return Err(AppError::invalid("/name", invalid));
    }
    Ok(())
}
