use guildhall_domain::{Description, Name, OrganizationId, WorkspaceGroup, WorkspaceGroupId};
use serde::Serialize;
use time::OffsetDateTime;
use time::serde::rfc3339;
use utoipa::ToSchema;

/// Workspaces that belong together. It orders them, and gives nobody any access.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkspaceGroup, examples(json!({
    "id": "0198c1a0-0000-7000-8000-00000000000a",
    "organization_id": "0198c1a0-0000-7000-8000-000000000002",
    "name": "Engines",
    "description": "All that compute.",
    "created_at": "2026-01-31T12:00:00Z",
    "updated_at": "2026-01-31T12:00:00Z"
})))]
pub(crate) struct WorkspaceGroupBody {
    #[schema(value_type = Uuid)]
    id: WorkspaceGroupId,
    #[schema(value_type = Uuid)]
    organization_id: OrganizationId,
    /// Unique in the organization, without regard to case.
    #[schema(value_type = String)]
    name: Name,
    #[schema(value_type = Option<String>, required = true)]
    description: Option<Description>,
    #[serde(with = "rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "rfc3339")]
    updated_at: OffsetDateTime,
}

impl From<WorkspaceGroup> for WorkspaceGroupBody {
    fn from(group: WorkspaceGroup) -> Self {
        Self {
            id: group.id,
            organization_id: group.organization_id,
            name: group.name,
            description: group.description,
            created_at: group.created_at,
            updated_at: group.updated_at,
        }
    }
}
