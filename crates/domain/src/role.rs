use crate::{Description, Name, OrganizationId, PermissionSet, RoleId, Timestamp, Version};

/// The power of a member: closed and ordered, `owner > admin > member`, or a
/// custom role of the organization (C-04 to C-06, M-08, M-09, S-10, N-20).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum MemberRole {
    /// Everything, including deleting the organization and managing owners (C-04).
    Owner,
    /// Everything but deleting the organization and touching owners (C-05).
    Admin,
    /// Standard use (C-06, M-09): the default.
    Member,
    /// The permissions of one custom role.
    Custom(RoleId),
}

impl MemberRole {
    /// The roles that every organization has, strongest first.
    pub const BUILT_IN: [Self; 3] = [Self::Owner, Self::Admin, Self::Member];

    /// The name in storage and on the wire; `custom` for a custom role.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
            Self::Custom(_) => "custom",
        }
    }

    /// Reads a built-in role by its name or by an alias of the documented
    /// products (`user`, `customer`, `strictops_admin`), trimmed and without
    /// regard to case (C-108).
    ///
    /// ```
    /// use guildhall_domain::MemberRole;
    /// assert_eq!(MemberRole::parse_built_in(" Customer "), Some(MemberRole::Member));
    /// assert_eq!(MemberRole::parse_built_in("strictops_admin"), Some(MemberRole::Admin));
    /// assert_eq!(MemberRole::parse_built_in("emperor"), None);
    /// ```
    pub fn parse_built_in(text: &str) -> Option<Self> {
        match text.trim().to_lowercase().as_str() {
            "owner" => Some(Self::Owner),
            "admin" | "strictops_admin" => Some(Self::Admin),
            "member" | "user" | "customer" => Some(Self::Member),
            _ => None,
        }
    }

    /// The permissions of a built-in role; none for a custom one, whose
    /// permissions stand in its [`CustomRole`].
    pub fn built_in_permissions(self) -> PermissionSet {
        match self {
            Self::Owner => PermissionSet::OWNER,
            Self::Admin => PermissionSet::ADMIN,
            Self::Member => PermissionSet::MEMBER,
            Self::Custom(_) => PermissionSet::EMPTY,
        }
    }

    /// Whether this is the role that may do everything.
    pub fn is_owner(self) -> bool {
        self == Self::Owner
    }

    /// `isAdmin = role === "owner" || role === "admin"` (C-07).
    pub fn is_admin(self) -> bool {
        matches!(self, Self::Owner | Self::Admin)
    }
}

/// A named set of permissions that one organization defines for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CustomRole {
    /// The role.
    pub id: RoleId,
    /// Whose role it is.
    pub organization_id: OrganizationId,
    /// What people call it; unique in the organization, without regard to case.
    pub name: Name,
    /// What it is for.
    pub description: Option<Description>,
    /// What its holders may do; always includes [`PermissionSet::BASELINE`].
    pub permissions: PermissionSet,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// How often it was changed.
    pub version: Version,
}
