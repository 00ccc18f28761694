use guildhall_domain::{Email, MemberId, Name, UserId, WorkspaceId, WorkspaceMember};
use serde::Serialize;
use time::OffsetDateTime;
use time::serde::rfc3339;
use utoipa::ToSchema;

/// A member of the organization in one of its workspaces.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkspaceMember, examples(json!({
    "workspace_id": "0198c1a0-0000-7000-8000-000000000009",
    "member_id": "0198c1a0-0000-7000-8000-000000000003",
    "user_id": "0198c1a0-0000-7000-8000-000000000001",
    "email": "ada@example.com",
    "name": "Ada Lovelace",
    "role": "owner",
    "created_at": "2026-01-31T12:00:00Z"
})))]
pub(crate) struct WorkspaceMemberBody {
    #[schema(value_type = Uuid)]
    workspace_id: WorkspaceId,
    #[schema(value_type = Uuid)]
    member_id: MemberId,
    #[schema(value_type = Uuid)]
    user_id: UserId,
    #[schema(value_type = String, format = Email)]
    email: Email,
    #[schema(value_type = String)]
    name: Name,
    /// `owner`: writes, changes the workspace, and says who is in it; `member`: writes.
    #[schema(pattern = "^(owner|member)$")]
    role: &'static str,
    #[serde(with = "rfc3339")]
    created_at: OffsetDateTime,
}

impl From<WorkspaceMember> for WorkspaceMemberBody {
    fn from(member: WorkspaceMember) -> Self {
        Self {
            workspace_id: member.workspace_id,
            member_id: member.member_id,
            user_id: member.user_id,
            email: member.email,
            name: member.name,
            role: member.role.as_str(),
            created_at: member.created_at,
        }
    }
}
