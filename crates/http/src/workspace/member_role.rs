use actix_web::web::Data;
use actix_web::{HttpResponse, delete, patch, post};
use guildhall_domain::WorkspaceRole;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::member_schema::WorkspaceMemberBody;
use crate::answer;
use crate::body::Body;
use crate::credential::Authenticated;
use crate::path::{MemberParam, OrganizationParam, OrganizationPath, SubjectPath, WorkspaceParam, WorkspacePath};
use crate::problem::Problem;
use crate::responses::{Authenticating, Conflicting, Fallible, Reading, Scoped};
use crate::state::HttpState;
use crate::validation::{self, parse_id};

/// What somebody shall be in a workspace.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WorkspaceRoleChange, examples(json!({"role": "owner"})))]
pub(crate) struct WorkspaceRoleChangeBody {
    /// `owner` or `member`.
    #[validate(custom(function = "validation::workspace_role"))]
    #[schema(pattern = "^(owner|member)$")]
    role: String,
}

/// Who shall own a workspace.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WorkspaceTransfer, examples(json!({"member_id": "0198c1a0-0000-7000-8000-000000000003"})))]
pub(crate) struct WorkspaceTransferBody {
    /// Somebody in the workspace: the id of the membership in the organization, or of the user.
    #[validate(custom(function = "validation::id"))]
    #[schema(value_type = Uuid)]
    member_id: String,
}

/// Give somebody in a workspace another role there.
///
/// The last owner stays one (`last_workspace_owner`).
#[utoipa::path(
    tag = "Workspaces",
    params(OrganizationParam, WorkspaceParam, MemberParam),
    request_body = WorkspaceRoleChangeBody,
    responses(
        (status = 200, description = "As it is now.", body = WorkspaceMemberBody),
        Reading, Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[patch("/organizations/{org}/workspaces/{workspace}/members/{member}")]
pub(super) async fn change_workspace_role(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    workspace: WorkspacePath,
    member: SubjectPath,
    body: Body<WorkspaceRoleChangeBody>,
) -> Result<HttpResponse, Problem> {
    let role = WorkspaceRole::parse(&body.0.role)?;
    let guildhall = state.guildhall();
    let member = guildhall.change_workspace_role(&caller, organization.0, workspace.0, member.0, role).await?;
    Ok(answer::ok(WorkspaceMemberBody::from(member)))
}

/// Take somebody out of a workspace, or leave it.
#[utoipa::path(
    tag = "Workspaces",
    params(OrganizationParam, WorkspaceParam, MemberParam),
    responses((status = 204, description = "Out of it."), Authenticating, Scoped, Conflicting, Fallible)
)]
#[delete("/organizations/{org}/workspaces/{workspace}/members/{member}")]
pub(super) async fn remove_workspace_member(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    workspace: WorkspacePath,
    member: SubjectPath,
) -> Result<HttpResponse, Problem> {
    state.guildhall().remove_workspace_member(&caller, organization.0, workspace.0, member.0).await?;
    Ok(answer::done())
}

/// Hand a workspace to somebody in it.
///
/// They are its only owner then; whoever was one before is a member.
#[utoipa::path(
    tag = "Workspaces",
    params(OrganizationParam, WorkspaceParam),
    request_body = WorkspaceTransferBody,
    responses(
        (status = 200, description = "The new owner.", body = WorkspaceMemberBody),
        Reading, Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[post("/organizations/{org}/workspaces/{workspace}/transfer")]
pub(super) async fn transfer_workspace(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    workspace: WorkspacePath,
    body: Body<WorkspaceTransferBody>,
) -> Result<HttpResponse, Problem> {
    let to = parse_id(&body.0.member_id)?;
    let owner = state.guildhall().transfer_workspace(&caller, organization.0, workspace.0, to).await?;
    Ok(answer::ok(WorkspaceMemberBody::from(owner)))
}
