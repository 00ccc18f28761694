use actix_web::web::Data;
use actix_web::{HttpResponse, get, post};
use guildhall_domain::WorkspaceRole;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::member_schema::WorkspaceMemberBody;
use crate::answer;
use crate::body::{Body, present};
use crate::credential::Authenticated;
use crate::page::{PageBody, PageQuery};
use crate::path::{MemberParam, OrganizationParam, OrganizationPath, SubjectPath, WorkspaceParam, WorkspacePath};
use crate::problem::Problem;
use crate::query::Query;
use crate::responses::{Authenticating, Conflicting, Fallible, Filtering, Reading, Scoped};
use crate::state::HttpState;
use crate::validation::{self, parse_id};

/// Whom to take into a workspace, and as what.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewWorkspaceMember, examples(json!({"member_id": "0198c1a0-0000-7000-8000-000000000003", "role": "member"})))]
pub(crate) struct NewWorkspaceMemberBody {
    /// The id of the membership in the organization, or of the user.
    #[validate(custom(function = "validation::id"))]
    #[schema(value_type = Uuid)]
    member_id: String,
    /// `owner` or `member`; `member` where none is given.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = "validation::workspace_role"))]
    #[schema(pattern = "^(owner|member)$", nullable = false)]
    role: Option<String>,
}

/// List who is in a workspace, in the order of their e-mails.
///
/// Others may reach into it by their role, a flag or a grant.
#[utoipa::path(
    tag = "Workspaces",
    params(OrganizationParam, WorkspaceParam, PageQuery),
    responses(
        (status = 200, description = "A page of members.", body = PageBody<WorkspaceMemberBody>),
        Filtering, Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}/workspaces/{workspace}/members")]
pub(super) async fn list_workspace_members(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    workspace: WorkspacePath,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let request = query.0.into_request()?;
    let guildhall = state.guildhall();
    let members = guildhall.list_workspace_members(&caller, organization.0, workspace.0, &request).await?;
    Ok(answer::ok(PageBody::of(members, WorkspaceMemberBody::from)))
}

/// Somebody in a workspace.
#[utoipa::path(
    tag = "Workspaces",
    params(OrganizationParam, WorkspaceParam, MemberParam),
    responses(
        (status = 200, description = "Who, and as what.", body = WorkspaceMemberBody),
        Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}/workspaces/{workspace}/members/{member}")]
pub(super) async fn read_workspace_member(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    workspace: WorkspacePath,
    member: SubjectPath,
) -> Result<HttpResponse, Problem> {
    let guildhall = state.guildhall();
    let member = guildhall.workspace_member(&caller, organization.0, workspace.0, member.0).await?;
    Ok(answer::ok(WorkspaceMemberBody::from(member)))
}

/// Take a member of the organization into a workspace.
#[utoipa::path(
    tag = "Workspaces",
    params(OrganizationParam, WorkspaceParam),
    request_body = NewWorkspaceMemberBody,
    responses(
        (status = 201, description = "In it.", body = WorkspaceMemberBody,
            headers(("Location" = String, description = "The member in the workspace."))),
        Reading, Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[post("/organizations/{org}/workspaces/{workspace}/members")]
pub(super) async fn add_workspace_member(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    workspace: WorkspacePath,
    body: Body<NewWorkspaceMemberBody>,
) -> Result<HttpResponse, Problem> {
    let Body(body) = body;
    let member = parse_id(&body.member_id)?;
    let role = body.role.as_deref().map(WorkspaceRole::parse).transpose()?.unwrap_or(WorkspaceRole::Member);
    let guildhall = state.guildhall();
    let member = guildhall.add_workspace_member(&caller, organization.0, workspace.0, member, role).await?;
    let place = format!("/api/v1/organizations/{}/workspaces/{}", organization.id_for(&caller), workspace.0);
    Ok(answer::created(format!("{place}/members/{}", member.member_id), WorkspaceMemberBody::from(member)))
}
