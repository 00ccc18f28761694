use actix_web::web::Data;
use actix_web::{HttpResponse, get, post};
use guildhall_app::role::RoleRef;
use guildhall_domain::JoinRequestId;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::schema::JoinRequestBody;
use crate::answer;
use crate::body::{OptionalBody, objects};
use crate::credential::Authenticated;
use crate::member::{MemberBody, NewGrantBody, access};
use crate::page::{PageBody, PageQuery};
use crate::path::{JoinRequestParam, OrganizationParam, OrganizationPath, SubjectPath};
use crate::problem::Problem;
use crate::query::Query;
use crate::responses::{Authenticating, Conflicting, Fallible, Filtering, Reading, Scoped};
use crate::state::HttpState;
use crate::validation;

/// With which role and access somebody joins.
#[derive(Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = JoinApproval, examples(json!({"role": "member"})))]
pub(crate) struct JoinApprovalBody {
    /// `owner`, `admin`, `member`, or the id or name of a custom role; the deployment's default role where none is given.
    #[serde(default)]
    #[validate(custom(function = "validation::role"))]
    role: Option<String>,
    /// To read every workspace; `all_boards_read` is the same. The deployment's default access where nothing is said of access.
    #[serde(default, alias = "all_boards_read")]
    all_read: Option<bool>,
    /// To write every workspace, which includes reading; `all_boards_write` is the same.
    #[serde(default, alias = "all_boards_write")]
    all_write: Option<bool>,
    /// To single workspaces, each of them once; left out where one of the flags is set. `board_access` is the same.
    #[serde(default, alias = "board_access", deserialize_with = "objects")]
    #[validate(nested)]
    #[schema(required = false, max_items = 500)]
    grants: Vec<NewGrantBody>,
}

/// List the requests to join that wait for a decision, newest first.
#[utoipa::path(
    tag = "Domains",
    params(OrganizationParam, PageQuery),
    responses(
        (status = 200, description = "A page of requests.", body = PageBody<JoinRequestBody>),
        Filtering, Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}/join-requests")]
pub(super) async fn list_join_requests(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let request = query.0.into_request()?;
    let requests = state.guildhall().list_join_requests(&caller, organization.0, &request).await?;
    Ok(answer::ok(PageBody::of(requests, JoinRequestBody::from)))
}

/// Let somebody in who asked to join.
#[utoipa::path(
    tag = "Domains",
    params(OrganizationParam, JoinRequestParam),
    request_body = Option<JoinApprovalBody>,
    responses(
        (status = 201, description = "A member.", body = MemberBody, headers(("Location" = String, description = "The member."))),
        Reading, Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[post("/organizations/{org}/join-requests/{request}/approve")]
pub(super) async fn approve_join_request(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    request: SubjectPath,
    body: OptionalBody<JoinApprovalBody>,
) -> Result<HttpResponse, Problem> {
    let OptionalBody(body) = body;
    let (guildhall, id) = (state.guildhall(), JoinRequestId::from(request.0));
    let role = body.role.as_deref().map(RoleRef::parse).transpose()?.unwrap_or_default();
    let access = access(body.all_read, body.all_write, &body.grants)?;
    let member = guildhall.approve_join_request(&caller, organization.0, id, &role, &access).await?;
    let place = &member.membership;
    let location = format!("/api/v1/organizations/{}/members/{}", place.organization_id, place.id);
    Ok(answer::created(location, MemberBody::of(member, guildhall.blueprint())))
}

/// Decline a request to join.
///
/// The person cannot ask again, but can be invited.
#[utoipa::path(
    tag = "Domains",
    params(OrganizationParam, JoinRequestParam),
    responses((status = 204, description = "Declined."), Authenticating, Scoped, Fallible)
)]
#[post("/organizations/{org}/join-requests/{request}/decline")]
pub(super) async fn decline_join_request(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    request: SubjectPath,
) -> Result<HttpResponse, Problem> {
    state.guildhall().decline_join_request(&caller, organization.0, JoinRequestId::from(request.0)).await?;
    Ok(answer::done())
}
