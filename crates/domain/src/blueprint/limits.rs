use super::Blueprint;
use crate::{Invalid, LimitName, WorkspaceKindName};

/// What a limit of this deployment counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counted {
    /// Members of the organization (M-16).
    Members,
    /// Workspaces of all kinds, but for personal ones (M-15).
    Workspaces,
    /// The same of one kind.
    WorkspacesOf(WorkspaceKindName),
    /// What is used of a resource (N-18).
    Quota,
}

impl Blueprint {
    /// Everything that plans limit, in the order in which it is shown: members,
    /// workspaces, each kind of them by its plural, the resources.
    ///
    /// ```
    /// use guildhall_domain::blueprint::Blueprint;
    /// let names: Vec<_> = Blueprint::default().limits().into_iter().map(|(name, _)| name.to_string()).collect();
    /// assert_eq!(names, ["members", "workspaces", "cpu", "memory", "storage"]);
    /// ```
    pub fn limits(&self) -> Vec<(LimitName, Counted)> {
        let mut limits = vec![(LimitName::members(), Counted::Members), (LimitName::workspaces(), Counted::Workspaces)];
        // Where there is one kind, and it has the name of all, its limit is theirs.
        let kinds = self.workspace_kinds.0.iter().filter(|kind| kind.plural != LimitName::workspaces());
        limits.extend(kinds.map(|kind| (kind.plural.clone(), Counted::WorkspacesOf(kind.name.clone()))));
        limits.extend(self.quotas.0.iter().map(|quota| (quota.name.clone(), Counted::Quota)));
        limits
    }

    /// Checks that there is such a limit: one that nothing counts would bind nobody.
    ///
    /// # Errors
    /// `unknown_limit`.
    pub fn known_limit(&self, name: &str) -> Result<LimitName, Invalid> {
        let limits = self.limits();
        match limits.iter().find(|(known, _)| known.as_str() == name) {
            Some((known, _)) => Ok(known.clone()),
            None => {
                let names: Vec<_> = limits.iter().map(|(known, _)| known.as_str()).collect();
                Err(Invalid::new("unknown_limit", format!("is not a limit; known here: {}", names.join(", "))))
            }
        }
    }
}
