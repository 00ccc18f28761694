use std::collections::BTreeMap;

use crate::{MemberRole, Name};

/// The default role, and what roles are called.
///
/// ```
/// use guildhall_domain::blueprint::{DefaultRole, RoleLabels, RoleRules};
/// use guildhall_domain::{MemberRole, Name};
///
/// let rules = RoleRules {
///     labels: RoleLabels { member: Some(Name::parse("User")?), ..RoleLabels::default() },
///     aliases: [("user".to_owned(), DefaultRole::Member)].into(),
///     ..RoleRules::default()
/// };
/// assert_eq!(rules.label(MemberRole::Member), Some("User"));
/// assert_eq!(rules.label(MemberRole::Admin), Some("admin"));
/// assert_eq!(rules.alias(" User "), Some(MemberRole::Member));
/// # Ok::<(), guildhall_domain::Invalid>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct RoleRules {
    /// The role of a new member for whom none is named (M-09, C-12).
    pub default: DefaultRole,
    /// What people call the built-in roles, where not by their names.
    pub labels: RoleLabels,
    /// More names for the built-in roles in requests, in lower case.
    pub aliases: BTreeMap<String, DefaultRole>,
}

/// What people call the built-in roles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct RoleLabels {
    /// The owner.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub owner: Option<Name>,
    /// The admin.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub admin: Option<Name>,
    /// The member.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub member: Option<Name>,
}

impl RoleRules {
    /// What people call a built-in role; none for a custom one, which has a name.
    pub fn label(&self, role: MemberRole) -> Option<&str> {
        let label = match role {
            MemberRole::Owner => &self.labels.owner,
            MemberRole::Admin => &self.labels.admin,
            MemberRole::Member => &self.labels.member,
            MemberRole::Custom(_) => return None,
        };
        Some(label.as_ref().map_or(role.as_str(), Name::as_str))
    }

    /// The built-in role that an alias stands for.
    pub fn alias(&self, text: &str) -> Option<MemberRole> {
        self.aliases.get(&text.trim().to_lowercase()).map(|role| role.role())
    }
}

/// A role that can be given by a rule: ownership never is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum DefaultRole {
    /// Standard use.
    #[default]
    Member,
    /// Everything but the owners' own.
    Admin,
}

impl DefaultRole {
    /// The same as a member's role.
    pub fn role(self) -> MemberRole {
        match self {
            Self::Member => MemberRole::Member,
            Self::Admin => MemberRole::Admin,
        }
    }
}
