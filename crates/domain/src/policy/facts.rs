use crate::{MemberId, MemberRole, OrganizationId, OrganizationStatus, PermissionSet, UserId};

/// Who asks, as authentication found them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// The account.
    pub user_id: UserId,
    /// Whether the account has power over the whole installation (M-55).
    pub superadmin: bool,
}

/// What there is to know for one decision, read in the transaction that it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// The organization asked about.
    pub organization: OrganizationId,
    /// Whether it may be used.
    pub status: OrganizationStatus,
    /// The actor's membership in it; none for a stranger.
    pub member: Option<MemberFacts>,
}

/// A member's power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberFacts {
    /// The membership.
    pub member_id: MemberId,
    /// The role that it has.
    pub role: MemberRole,
    /// The role's permissions.
    pub permissions: PermissionSet,
}

impl MemberFacts {
    /// The facts of a member with a built-in role.
    pub fn built_in(member_id: MemberId, role: MemberRole) -> Self {
        Self { member_id, role, permissions: role.built_in_permissions() }
    }
}
