use guildhall_domain::{CustomRole, Invalid, MemberProfile, MemberRole, Name, PermissionSet, RoleId};
use guildhall_ports::store::OrgTx;
use uuid::Uuid;

use crate::AppError;
use crate::access::Access;

/// How a request names a role: a built-in one or an alias, or a custom role by
/// its id or name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum RoleRef {
    /// The blueprint's default role (M-09, C-12).
    #[default]
    Default,
    /// `owner`, `admin`, `member`.
    BuiltIn(MemberRole),
    /// A custom role by id.
    Id(RoleId),
    /// A custom role by name, or a built-in one by an alias of the blueprint.
    Name(Name),
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
        let rules = &access.blueprint().roles;
        let custom = match self {
            Self::Default => return Ok(ResolvedRole::built_in(rules.default.role())),
            Self::BuiltIn(role) => return Ok(ResolvedRole::built_in(*role)),
            Self::Id(id) => {
                let found = access.tx().role(*id).await?;
                if found.is_none() {
                    access.note_unknown_reference(super::target(*id));
                }
                found
            }
            Self::Name(name) => match rules.alias(name.as_str()) {
                Some(role) => return Ok(ResolvedRole::built_in(role)),
                None => access.tx().role_by_name(name).await?,
            },
        };
        custom.map(ResolvedRole::custom).ok_or_else(|| AppError::invalid(pointer, unknown_role()))
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

impl ResolvedRole {
    /// A member's or an invitation's role; none where it is a custom one that is gone.
    pub(crate) async fn of(tx: &mut dyn OrgTx, role: MemberRole) -> Result<Option<Self>, AppError> {
        match role {
            MemberRole::Custom(id) => Ok(tx.role(id).await?.map(Self::custom)),
            role => Ok(Some(Self::built_in(role))),
        }
    }

    fn built_in(role: MemberRole) -> Self {
        Self { role, permissions: role.built_in_permissions(), name: role.as_str().to_owned() }
    }

    fn custom(role: CustomRole) -> Self {
        let name = role.name.as_str().to_owned();
        Self { role: MemberRole::Custom(role.id), permissions: role.permissions, name }
    }
}

/// What people call a member's role.
pub(crate) fn name_of(profile: &MemberProfile) -> String {
    match &profile.custom_role {
        Some(role) => role.name.as_str().to_owned(),
        None => profile.membership.role.as_str().to_owned(),
    }
}
