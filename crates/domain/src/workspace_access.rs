use crate::MemberRole;

/// A member's access to all workspaces at once (C-109, C-121).
///
/// ```
/// use guildhall_domain::{MemberRole, WorkspaceAccess};
///
/// let writer = WorkspaceAccess { all_read: false, all_write: true };
/// assert_eq!(writer.complete(), WorkspaceAccess::ALL); // writing includes reading
/// assert_eq!(WorkspaceAccess::NONE.for_role(MemberRole::Owner), WorkspaceAccess::ALL);
/// assert!(WorkspaceAccess::NONE.is_within(writer));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct WorkspaceAccess {
    /// May read every workspace.
    pub all_read: bool,
    /// May write every workspace; writing includes reading.
    pub all_write: bool,
}

impl WorkspaceAccess {
    /// To nothing but what is granted one by one.
    pub const NONE: Self = Self { all_read: false, all_write: false };
    /// To everything.
    pub const ALL: Self = Self { all_read: true, all_write: true };

    /// Writing includes reading.
    pub fn complete(self) -> Self {
        Self { all_read: self.all_read || self.all_write, ..self }
    }

    /// What `role` comes with: owners have everything (C-100), others what is asked for.
    pub fn for_role(self, role: MemberRole) -> Self {
        if role.is_owner() { Self::ALL } else { self.complete() }
    }

    /// Everything that is in either.
    pub fn union(self, other: Self) -> Self {
        Self { all_read: self.all_read || other.all_read, all_write: self.all_write || other.all_write }.complete()
    }

    /// What is in both.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        let (mine, other) = (self.complete(), other.complete());
        Self { all_read: mine.all_read && other.all_read, all_write: mine.all_write && other.all_write }
    }

    /// Whether nothing is in this that is not in `other`.
    pub fn is_within(self, other: Self) -> bool {
        let (mine, other) = (self.complete(), other.complete());
        (!mine.all_read || other.all_read) && (!mine.all_write || other.all_write)
    }
}
