use std::collections::BTreeMap;

use guildhall_app::workspace::SeenWorkspace;
use guildhall_domain::{
    AccessLevel, Description, FieldName, FieldValue, LimitName, Name, OrganizationId, Slug, UserId, Workspace,
    WorkspaceGroupId, WorkspaceId, WorkspaceKindName,
};
use serde::Serialize;
use time::OffsetDateTime;
use time::serde::rfc3339;
use utoipa::ToSchema;

use super::values::FieldValueBody;

/// A workspace, a board, a project: whatever the deployment calls a part of an organization that some of its members share.
#[derive(Serialize, ToSchema)]
#[schema(as = Workspace, examples(json!({
    "id": "0198c1a0-0000-7000-8000-000000000009",
    "organization_id": "0198c1a0-0000-7000-8000-000000000002",
    "kind": "workspace",
    "name": "Difference Engine",
    "slug": "difference-engine",
    "description": "No. 2.",
    "group_id": null,
    "is_personal": false,
    "default_access": "none",
    "limits": {"max_agents": 1},
    "fields": {"objective": "Tables without errors"},
    "created_by": "0198c1a0-0000-7000-8000-000000000001",
    "archived_at": null,
    "created_at": "2026-01-31T12:00:00Z",
    "updated_at": "2026-01-31T12:00:00Z",
    "access": "manage"
})))]
pub(crate) struct WorkspaceBody {
    #[schema(value_type = Uuid)]
    id: WorkspaceId,
    #[schema(value_type = Uuid)]
    organization_id: OrganizationId,
    /// What the deployment calls such a thing: `GET /workspace-kinds` lists them.
    #[schema(value_type = String)]
    kind: WorkspaceKindName,
    #[schema(value_type = String)]
    name: Name,
    /// The short name in addresses; unique in the organization.
    #[schema(value_type = String)]
    slug: Slug,
    #[schema(value_type = Option<String>, required = true)]
    description: Option<Description>,
    /// The group that it is in.
    #[schema(value_type = Option<Uuid>, required = true)]
    group_id: Option<WorkspaceGroupId>,
    /// For one user alone: it is not shared, not deleted, and does not count.
    is_personal: bool,
    /// What every member of the organization may do in it, without a grant.
    #[schema(pattern = "^(none|read|write)$")]
    default_access: &'static str,
    /// Its own limits, as its kind declares them; 0 is none.
    #[schema(value_type = BTreeMap<String, u64>)]
    limits: BTreeMap<LimitName, u64>,
    /// What its kind declares beside.
    #[schema(value_type = BTreeMap<String, FieldValueBody>)]
    fields: BTreeMap<FieldName, FieldValue>,
    /// The user who made it; `null` where that account is gone.
    #[schema(value_type = Option<Uuid>, required = true)]
    created_by: Option<UserId>,
    /// Since when it is put away: it can be read, not written.
    #[serde(with = "rfc3339::option")]
    #[schema(required = true)]
    archived_at: Option<OffsetDateTime>,
    #[serde(with = "rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "rfc3339")]
    updated_at: OffsetDateTime,
    /// What the caller may do in it; each includes those before it.
    #[schema(pattern = "^(read|write|manage)$")]
    access: &'static str,
}

impl From<SeenWorkspace> for WorkspaceBody {
    fn from(seen: SeenWorkspace) -> Self {
        let SeenWorkspace { workspace, power } = seen;
        Self {
            is_personal: workspace.is_personal(),
            id: workspace.id,
            organization_id: workspace.organization_id,
            kind: workspace.kind,
            name: workspace.name,
            slug: workspace.slug,
            description: workspace.description,
            group_id: workspace.group_id,
            default_access: workspace.default_access.map_or("none", AccessLevel::as_str),
            limits: workspace.limits,
            fields: workspace.fields,
            created_by: workspace.created_by,
            archived_at: workspace.archived_at,
            created_at: workspace.created_at,
            updated_at: workspace.updated_at,
            access: power.as_str(),
        }
    }
}

/// A workspace in the documented short form (M-63).
#[derive(Serialize, ToSchema)]
#[schema(as = ShortWorkspace, examples(json!({
    "id": "0198c1a0-0000-7000-8000-000000000009",
    "name": "Difference Engine",
    "description": "No. 2.",
    "is_personal": false
})))]
pub(crate) struct ShortWorkspaceBody {
    #[schema(value_type = Uuid)]
    id: WorkspaceId,
    #[schema(value_type = String)]
    name: Name,
    #[schema(value_type = Option<String>, required = true)]
    description: Option<Description>,
    /// For one user alone.
    is_personal: bool,
}

impl From<Workspace> for ShortWorkspaceBody {
    fn from(workspace: Workspace) -> Self {
        Self {
            is_personal: workspace.is_personal(),
            id: workspace.id,
            name: workspace.name,
            description: workspace.description,
        }
    }
}
