use guildhall_app::member::ExplainedWorkspace;
use guildhall_domain::policy::{WorkspacePower, WorkspaceSource};
use guildhall_domain::{MemberRole, Name, WorkspaceId, WorkspaceKindName};
use serde::Serialize;
use utoipa::ToSchema;

/// A workspace that a member may use, and why.
#[derive(Serialize, ToSchema)]
#[schema(as = ExplainedWorkspace, examples(json!({
    "workspace_id": "0198c1a0-0000-7000-8000-000000000009",
    "name": "Difference Engine",
    "kind": "workspace",
    "access": "write",
    "sources": [
        {"source": "grant", "access": "read"},
        {"source": "workspace_member", "access": "write", "role": "member"}
    ]
})))]
pub(crate) struct ExplainedWorkspaceBody {
    #[schema(value_type = Uuid)]
    workspace_id: WorkspaceId,
    #[schema(value_type = String)]
    name: Name,
    #[schema(value_type = String)]
    kind: WorkspaceKindName,
    /// What the member may do in it: the highest of the sources.
    #[schema(pattern = "^(read|write|manage)$")]
    access: &'static str,
    sources: Vec<AccessSourceBody>,
}

/// Where access comes from.
#[derive(Serialize, ToSchema)]
#[schema(as = AccessSource)]
pub(crate) struct AccessSourceBody {
    /// `superadmin`; `personal`: it is their own; `role`: the role in the organization; `all_workspaces`: a flag of the
    /// member; `grant`: for this workspace; `workspace_member`: they are in it; `default_access`: every member has it there.
    #[schema(pattern = "^(superadmin|personal|role|all_workspaces|grant|workspace_member|default_access)$")]
    source: &'static str,
    /// What it gives.
    #[schema(pattern = "^(read|write|manage)$")]
    access: &'static str,
    /// Which role, where it is one: in the organization, or in the workspace.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    role: Option<String>,
}

impl ExplainedWorkspaceBody {
    /// `role_name` is what the member's role is called.
    pub(super) fn of(explained: ExplainedWorkspace, role_name: &str) -> Self {
        let sources = explained.sources;
        // What nothing gives is not listed.
        let access = sources.iter().map(|(_, power)| *power).max().unwrap_or(WorkspacePower::Read);
        Self {
            workspace_id: explained.workspace.id,
            name: explained.workspace.name,
            kind: explained.workspace.kind,
            access: access.as_str(),
            sources: sources.into_iter().map(|source| AccessSourceBody::of(source, role_name)).collect(),
        }
    }
}

impl AccessSourceBody {
    fn of((source, power): (WorkspaceSource, WorkspacePower), role_name: &str) -> Self {
        let (source, role) = match source {
            WorkspaceSource::Superadmin => ("superadmin", None),
            WorkspaceSource::Personal => ("personal", None),
            WorkspaceSource::Role(MemberRole::Custom(_)) => ("role", Some(role_name)),
            WorkspaceSource::Role(built_in) => ("role", Some(built_in.as_str())),
            WorkspaceSource::AllWorkspaces => ("all_workspaces", None),
            WorkspaceSource::Grant => ("grant", None),
            WorkspaceSource::WorkspaceRole(role) => ("workspace_member", Some(role.as_str())),
            WorkspaceSource::DefaultAccess => ("default_access", None),
        };
        Self { source, access: power.as_str(), role: role.map(str::to_owned) }
    }
}
