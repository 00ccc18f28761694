use super::{Actor, Facts, WorkspaceFacts, WorkspacePower, WorkspaceSource, WorkspaceTies, decide, decide_in, sources};
use crate::{MemberRole, Permission};

/// Where a permission comes from, for people who wonder why (C-18, C-20).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PermissionSource {
    /// The account is a superadmin of the installation.
    Superadmin,
    /// The member's role holds it.
    Role(MemberRole),
    /// The member's flag for all workspaces (C-121).
    AllWorkspaces,
}

/// The permissions that `actor` has, each with its source, in the order of
/// [`Permission::ALL`]. Agrees with [`decide`], and for every shared workspace
/// with [`decide_in`], by construction.
pub fn explain(actor: &Actor, facts: &Facts) -> Vec<(Permission, PermissionSource)> {
    Permission::ALL
        .iter()
        .filter_map(|permission| {
            if let Some(needed) = WorkspacePower::needed_for(*permission) {
                return Some((*permission, everywhere(actor, facts, *permission, needed)?));
            }
            let grant = decide(actor, facts, *permission).ok()?;
            let source = match grant.authority() {
                super::Authority::Superadmin => PermissionSource::Superadmin,
                super::Authority::Role(role) => PermissionSource::Role(role),
            };
            Some((*permission, source))
        })
        .collect()
}

/// What gives somebody a power in every shared workspace.
fn everywhere(
    actor: &Actor,
    facts: &Facts,
    permission: Permission,
    needed: WorkspacePower,
) -> Option<PermissionSource> {
    let (any, ties) = (WorkspaceFacts::ANY, WorkspaceTies::default());
    decide_in(actor, facts, &any, ties, permission).ok()?;
    let sources = sources(actor, facts, &any, ties);
    sources.into_iter().filter(|(_, power)| *power >= needed).find_map(|(source, _)| match source {
        WorkspaceSource::Superadmin => Some(PermissionSource::Superadmin),
        WorkspaceSource::Role(role) => Some(PermissionSource::Role(role)),
        WorkspaceSource::AllWorkspaces => Some(PermissionSource::AllWorkspaces),
        _ => None,
    })
}
