use crate::{
    CustomRole, Email, Invalid, MemberId, MemberRole, Name, Organization, OrganizationId, PermissionSet, Timestamp,
    UserId, Version, WorkspaceAccess,
};

/// One user's place in one organization: at most one per pair (C-03), and a
/// user may have many, with a role in each (S-09, S-11).
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Membership {
    /// The membership.
    pub id: MemberId,
    /// Where.
    pub organization_id: OrganizationId,
    /// Who.
    pub user_id: UserId,
    /// With which power.
    pub role: MemberRole,
    /// May read every workspace, whatever is granted for each (C-121).
    pub all_read: bool,
    /// May write every workspace; includes reading (C-121).
    pub all_write: bool,
    /// How the user came to be a member.
    pub source: MembershipSource,
    /// Since when.
    pub created_at: Timestamp,
    /// When role or access last changed.
    pub updated_at: Timestamp,
    /// When the member last used the organization, to a few minutes (C-12).
    pub last_active_at: Option<Timestamp>,
    /// How often role or access changed.
    pub version: Version,
}

impl Membership {
    /// A new membership. Owners hold both access flags (C-100), others start
    /// with none; see [`WorkspaceAccess`](crate::WorkspaceAccess) for what a blueprint gives them.
    pub fn new(
        id: MemberId,
        organization_id: OrganizationId,
        user_id: UserId,
        role: MemberRole,
        source: MembershipSource,
        now: Timestamp,
    ) -> Self {
        let everything = role == MemberRole::Owner;
        Self {
            id,
            organization_id,
            user_id,
            role,
            all_read: everything,
            all_write: everything,
            source,
            created_at: now,
            updated_at: now,
            last_active_at: None,
            version: Version::FIRST,
        }
    }
}

/// How a user came to be a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum MembershipSource {
    /// Made the organization (S-05, C-04).
    Creator,
    /// Got the organization, or was put into the shared one, for want of any
    /// other (S-03, N-05): gives way in exclusive mode.
    SignUp,
    /// Was added by somebody who may (M-06).
    DirectAdd,
    /// Accepted an invitation (C-114).
    Invitation,
    /// Has an e-mail address at a domain of the organization (N-13).
    Domain,
}

impl MembershipSource {
    /// Every source.
    pub const ALL: [Self; 5] = [Self::Creator, Self::SignUp, Self::DirectAdd, Self::Invitation, Self::Domain];

    /// The name in storage and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Creator => "creator",
            Self::SignUp => "sign_up",
            Self::DirectAdd => "direct_add",
            Self::Invitation => "invitation",
            Self::Domain => "domain",
        }
    }

    /// Reads a source by its name.
    ///
    /// # Errors
    /// `unknown_source`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|source| source.as_str() == text)
            .ok_or_else(|| Invalid::new("unknown_source", "must be creator, sign_up, direct_add, invitation or domain"))
    }
}

/// A member as others in the organization see them (C-105, C-106).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberProfile {
    /// The membership itself.
    pub membership: Membership,
    /// The custom role that the member holds, where the role is one.
    pub custom_role: Option<CustomRole>,
    /// The account's address.
    pub email: Email,
    /// The account's name.
    pub name: Name,
    /// What the person wants to be called.
    pub preferred_name: Option<Name>,
    /// The account's version: part of the profile's entity tag.
    pub user_version: Version,
}

impl MemberProfile {
    /// What the member may do in the organization.
    pub fn permissions(&self) -> PermissionSet {
        match (&self.membership.role, &self.custom_role) {
            (MemberRole::Custom(_), Some(role)) => role.permissions,
            (role, _) => role.built_in_permissions(),
        }
    }
}

impl Membership {
    /// The access to all workspaces at once.
    pub fn access(&self) -> WorkspaceAccess {
        WorkspaceAccess { all_read: self.all_read, all_write: self.all_write }.complete()
    }
}

/// One of a user's organizations, with the user's place in it (C-101).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationMembership {
    /// The organization.
    pub organization: Organization,
    /// The user's membership in it.
    pub membership: Membership,
    /// The name of the custom role, where the role is one.
    pub custom_role_name: Option<Name>,
}
