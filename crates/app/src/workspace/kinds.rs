use guildhall_domain::blueprint::WorkspaceKind;

use crate::Guildhall;

impl Guildhall {
    /// The kinds of workspaces of this deployment, in order: for a product's
    /// pages to know names, limits and fields.
    pub fn workspace_kinds(&self) -> &[WorkspaceKind] {
        &self.settings.blueprint.workspace_kinds.0
    }
}
