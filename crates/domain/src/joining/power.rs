use crate::{MemberRole, PermissionSet, WorkspaceAccess};

/// What a membership is worth: role and access.
///
/// ```
/// use guildhall_domain::joining::Power;
/// use guildhall_domain::{MemberRole, WorkspaceAccess};
///
/// let power = |role: MemberRole, access| Power { role, permissions: role.built_in_permissions(), access };
/// let member = power(MemberRole::Member, WorkspaceAccess::ALL);
/// let admin = power(MemberRole::Admin, WorkspaceAccess::NONE);
///
/// // An admin's invitation accepted by a member, and a member's by an admin (C-114).
/// assert_eq!(member.raised_by(admin), power(MemberRole::Admin, WorkspaceAccess::ALL));
/// assert_eq!(admin.raised_by(member), power(MemberRole::Admin, WorkspaceAccess::ALL));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Power {
    /// The role.
    pub role: MemberRole,
    /// The role's permissions.
    pub permissions: PermissionSet,
    /// The access to workspaces.
    pub access: WorkspaceAccess,
}

impl Power {
    /// This power, raised by what is `offered` to somebody who is a member
    /// already: never lowered (C-114).
    ///
    /// A role replaces the present one only where it has all its permissions
    /// and more; of two roles of which neither has all the other's, the
    /// present one stays.
    #[must_use]
    pub fn raised_by(self, offered: Self) -> Self {
        let better = self.permissions.is_subset(offered.permissions) && self.permissions != offered.permissions;
        let stronger = if better { offered } else { self };
        Self { access: self.access.union(offered.access).for_role(stronger.role), ..stronger }
    }
}
