use std::fmt;

use crate::Invalid;

macro_rules! permissions {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $access:ident;)+) => {
        /// Something that a member may be allowed to do in an organization.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Permission {
            $($(#[$doc])* $variant,)+
        }

        impl Permission {
            /// Every permission, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable name, `noun.verb`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// Whether it changes something: refused while the organization is suspended.
            pub fn is_write(self) -> bool {
                match self {
                    $(Self::$variant => permissions!(@write $access),)+
                }
            }
        }
    };
    (@write read) => { false };
    (@write write) => { true };
}

permissions! {
    /// See the organization's name, description, domain, status and counters.
    OrganizationRead = "organization.read", read;
    /// Change name, description, slug and domain (M-08, M-13).
    OrganizationUpdate = "organization.update", write;
    /// Leave the organization; every member may.
    OrganizationLeave = "organization.leave", write;
    /// Delete the organization with everything in it (C-04); owners only.
    OrganizationDelete = "organization.delete", write;
    /// Hand the organization to another owner; owners only.
    OwnershipTransfer = "ownership.transfer", write;
    /// See the members and their roles (M-09).
    MemberRead = "member.read", read;
    /// Add members (M-06, C-04).
    MemberAdd = "member.add", write;
    /// Change members' roles (M-11, C-17).
    MemberChangeRole = "member.change_role", write;
    /// Change which workspaces members may read and write (C-109).
    MemberSetAccess = "member.set_access", write;
    /// Remove members (M-12, C-110).
    MemberRemove = "member.remove", write;
    /// See the invitations and the requests to join (C-111).
    InvitationRead = "invitation.read", read;
    /// Invite people, invite them again, and take invitations back (C-04, C-112, C-113).
    InvitationManage = "invitation.manage", write;
    /// See the internet domains that the organization claims.
    DomainRead = "domain.read", read;
    /// Claim, verify and give up domains, and say how they enrol people (N-13, N-14).
    DomainManage = "domain.manage", write;
    /// See the custom roles.
    RoleRead = "role.read", read;
    /// Create, change and delete custom roles.
    RoleManage = "role.manage", write;
    /// See how much of its limits the organization uses (M-19).
    UsageRead = "usage.read", read;
    /// Change the organization's plan, where the deployment lets it (M-08, M-21).
    BillingManage = "billing.manage", write;
    /// Report what is used of a resource, and what is given back (N-18).
    UsageReport = "usage.report", write;
    /// Spend credits of the pool, within one's quota (M-20, M-25).
    CreditSpend = "credits.spend", write;
    /// See the pool, its ledger and what everybody spends (M-27, M-30).
    CreditRead = "credits.read", read;
    /// Set members' quotas of credits (M-08, M-23, M-32).
    QuotaManage = "quota.manage", write;
    /// Make workspaces (C-06, M-51).
    WorkspaceCreate = "workspace.create", write;
    /// See a workspace and what is in it; of a role: every workspace (C-121).
    WorkspaceRead = "workspace.read", read;
    /// Change what is in a workspace; of a role: in every workspace.
    WorkspaceWrite = "workspace.write", write;
    /// Change, archive, hand over and delete a workspace, and say who is in it
    /// (M-52 to M-54); of a role: every workspace.
    WorkspaceManage = "workspace.manage", write;
    /// Make, change and delete groups of workspaces (C-14).
    WorkspaceGroupManage = "workspace_group.manage", write;
    /// Read the audit log (N-12).
    AuditRead = "audit.read", read;
}

impl Permission {
    /// Reads a permission by its name.
    ///
    /// # Errors
    /// `unknown_permission`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .iter()
            .copied()
            .find(|permission| permission.as_str() == text)
            .ok_or_else(|| Invalid::new("unknown_permission", "must be a permission's name such as member.add"))
    }

    /// Whether it belongs to the owner role and cannot be put into a custom role.
    pub fn is_owner_only(self) -> bool {
        matches!(self, Self::OrganizationDelete | Self::OwnershipTransfer)
    }

    /// Whether it is for one workspace as well as, by a role, for all.
    pub fn is_for_workspaces(self) -> bool {
        matches!(self, Self::WorkspaceRead | Self::WorkspaceWrite | Self::WorkspaceManage)
    }

    const fn bit(self) -> u64 {
        1 << self as u8
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of permissions: a word of memory, compared in one instruction.
///
/// ```
/// use guildhall_domain::{Permission, PermissionSet};
/// let reader: PermissionSet = [Permission::MemberRead, Permission::AuditRead].into_iter().collect();
/// assert!(reader.contains(Permission::AuditRead));
/// assert!(reader.is_subset(PermissionSet::ADMIN));
/// assert!(!reader.is_subset(PermissionSet::MEMBER));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct PermissionSet(u64);

impl PermissionSet {
    /// No permission.
    pub const EMPTY: Self = Self(0);
    /// What owners may do: everything.
    pub const OWNER: Self = Self((1 << Permission::ALL.len()) - 1);
    /// What admins may do: everything that is not the owners' (C-05).
    pub const ADMIN: Self =
        Self(Self::OWNER.0 & !Permission::OrganizationDelete.bit() & !Permission::OwnershipTransfer.bit());
    /// What every member may do, whatever the role: see where they are, and leave.
    pub const BASELINE: Self = Self(Permission::OrganizationRead.bit() | Permission::OrganizationLeave.bit());
    /// What members may do: view, make workspaces, and spend credits (M-09, M-20, M-51, C-06).
    pub const MEMBER: Self = Self(
        Self::BASELINE.0
            | Permission::MemberRead.bit()
            | Permission::RoleRead.bit()
            | Permission::WorkspaceCreate.bit()
            | Permission::CreditSpend.bit(),
    );

    /// Everything that is in either set.
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether `permission` is in the set.
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// Whether everything in this set is in `other` too.
    pub const fn is_subset(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether nothing is in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The permissions in it, in the order of [`Permission::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.contains(*permission))
    }

    /// The names of the permissions in it: the form in storage.
    pub fn names(self) -> Vec<&'static str> {
        self.iter().map(Permission::as_str).collect()
    }

    /// Reads stored names. A name that this version does not know grants
    /// nothing, so an older server denies rather than guesses.
    pub fn from_stored_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        names.into_iter().filter_map(|name| Permission::parse(name).ok()).collect()
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self(permissions.into_iter().fold(0, |bits, permission| bits | permission.bit()))
    }
}

impl fmt::Debug for PermissionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

#[cfg(feature = "serde")]
mod serialization {
    use super::{Permission, PermissionSet};

    impl serde::Serialize for Permission {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_str(self.as_str())
        }
    }

    impl<'de> serde::Deserialize<'de> for Permission {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
        }
    }

    impl serde::Serialize for PermissionSet {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_seq(self.names())
        }
    }

    impl<'de> serde::Deserialize<'de> for PermissionSet {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            Ok(Vec::<Permission>::deserialize(deserializer)?.into_iter().collect())
        }
    }
}
