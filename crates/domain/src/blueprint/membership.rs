use crate::WorkspaceAccess;

/// How many organizations a user may belong to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum MembershipMode {
    /// Any number, with a role in each (S-11).
    #[default]
    Many,
    /// Exactly one (M-02, N-09).
    Exclusive,
}

/// Which workspaces a new member may use who is not given access one by one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum DefaultAccess {
    /// None (C-112).
    #[default]
    None,
    /// All of them (M-09).
    All,
}

impl DefaultAccess {
    /// The same as access.
    pub fn access(self) -> WorkspaceAccess {
        match self {
            Self::None => WorkspaceAccess::NONE,
            Self::All => WorkspaceAccess::ALL,
        }
    }
}
