use guildhall_domain::{Invalid, MemberProfile, MemberRole, Name, PermissionSet, RoleId};
use uuid::Uuid;

use crate::AppError;
use crate::access::Access;

/// How a request names a role: a built-in one or an alias, or a custom role by
/// its id or name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleRef {
    /// `owner`, `admin`, `member`.
    BuiltIn(MemberRole),
    /// A custom role by id.
    Id(RoleId),
    /// A custom role by name.
    Name(Name),
}

impl Default for RoleRef {
    fn default() -> Self {
        Self::BuiltIn(MemberRole::Member)
    }
}

impl RoleRef {
    /// Reads what a request says; blank is the default role (C-108).
    ///
    /// # Errors
    /// `unknown_role` for what cannot be a role's name.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self::default());
        }
        if let Some(role) = MemberRole::parse_built_in(text) {
            return Ok(Self::BuiltIn(role));
        }
        if let Ok(id) = Uuid::parse_str(text) {
            return Ok(Self::Id(RoleId::from(id)));
        }
        Name::parse(text).map(Self::Name).map_err(|_| unknown_role())
    }

    /// Finds the role in the organization.
    pub(crate) async fn resolve(&self, access: &mut Access, pointer: &'static str) -> Result<ResolvedRole, AppError> {
        let custom = match self {
            Self::BuiltIn(role) => {
                let permissions = role.built_in_permissions();
                return Ok(ResolvedRole { role: *role, permissions, name: role.as_str().to_owned() });
            }
            Self::Id(id) => {
                let found = access.tx().role(*id).await?;
                if found.is_none() {
                    access.note_unknown_reference(super::target(*id));
                }
                found
            }
            Self::Name(name) => access.tx().role_by_name(name).await?,
        };
        let role = custom.ok_or_else(|| AppError::invalid(pointer, unknown_role()))?;
        Ok(ResolvedRole {
            role: MemberRole::Custom(role.id),
            permissions: role.permissions,
            name: role.name.as_str().to_owned(),
        })
    }
}

fn unknown_role() -> Invalid {
    Invalid::new("unknown_role", "must be owner, admin, member, or a custom role of the organization")
}

/// A role that exists.
pub(crate) struct ResolvedRole {
    pub(crate) role: MemberRole,
    pub(crate) permissions: PermissionSet,
    pub(crate) name: String,
}

/// What people call a member's role.
pub(crate) fn name_of(profile: &MemberProfile) -> String {
    match &profile.custom_role {
        Some(role) => role.name.as_str().to_owned(),
        None => profile.membership.role.as_str().to_owned(),
    }
}
