use super::{Actor, Facts, decide};
use crate::{MemberRole, Permission};

/// Where a permission comes from, for people who wonder why (C-18, C-20).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PermissionSource {
    /// The account is a superadmin of the installation.
    Superadmin,
    /// The member's role holds it.
    Role(MemberRole),
}

/// The permissions that `actor` has, each with its source, in the order of
/// [`Permission::ALL`]. Agrees with [`decide`] by construction.
pub fn explain(actor: &Actor, facts: &Facts) -> Vec<(Permission, PermissionSource)> {
    Permission::ALL
        .iter()
        .filter_map(|permission| {
            let grant = decide(actor, facts, *permission).ok()?;
            let source = match grant.authority() {
                super::Authority::Superadmin => PermissionSource::Superadmin,
                super::Authority::Role(role) => PermissionSource::Role(role),
            };
            Some((*permission, source))
        })
        .collect()
}
