use guildhall_domain::{CustomRole, Description, Invalid, Name, OrganizationId, Permission, PermissionSet, RoleId};
use serde::Serialize;
use time::OffsetDateTime;
use time::serde::rfc3339;
use utoipa::ToSchema;

/// A named set of permissions that an organization defines for itself.
#[derive(Serialize, ToSchema)]
#[schema(as = Role, examples(json!({
    "id": "0198c1a0-0000-7000-8000-000000000006",
    "organization_id": "0198c1a0-0000-7000-8000-000000000002",
    "name": "auditor",
    "description": "Reads the log.",
    "permissions": ["organization.read", "organization.leave", "audit.read"],
    "created_at": "2026-01-31T12:00:00Z",
    "updated_at": "2026-01-31T12:00:00Z"
})))]
pub(crate) struct RoleBody {
    #[schema(value_type = Uuid)]
    id: RoleId,
    #[schema(value_type = Uuid)]
    organization_id: OrganizationId,
    #[schema(value_type = String)]
    name: Name,
    #[schema(value_type = Option<String>, required = true)]
    description: Option<Description>,
    /// What its holders may do.
    #[schema(value_type = Vec<String>)]
    permissions: PermissionSet,
    #[serde(with = "rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "rfc3339")]
    updated_at: OffsetDateTime,
}

impl From<CustomRole> for RoleBody {
    fn from(role: CustomRole) -> Self {
        Self {
            id: role.id,
            organization_id: role.organization_id,
            name: role.name,
            description: role.description,
            permissions: role.permissions,
            created_at: role.created_at,
            updated_at: role.updated_at,
        }
    }
}

/// The permissions that a body names.
pub(super) fn permission_set(names: &[String]) -> Result<PermissionSet, Invalid> {
    names.iter().map(|name| Permission::parse(name)).collect()
}
