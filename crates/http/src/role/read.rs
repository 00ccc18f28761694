use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use guildhall_app::EntityTag;
use guildhall_domain::RoleId;

use super::schema::RoleBody;
use crate::answer;
use crate::credential::Authenticated;
use crate::page::{PageBody, PageQuery};
use crate::path::{OrganizationParam, OrganizationPath, RoleParam, SubjectPath};
use crate::precondition::IfNoneMatchParam;
use crate::problem::Problem;
use crate::query::Query;
use crate::responses::{Authenticating, Fallible, Filtering, Scoped};
use crate::state::HttpState;

/// List the custom roles, in the order of their names.
#[utoipa::path(
    tag = "Roles",
    params(OrganizationParam, PageQuery),
    responses(
        (status = 200, description = "A page of roles.", body = PageBody<RoleBody>),
        Filtering, Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}/roles")]
pub(super) async fn list_roles(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let request = query.0.into_request()?;
    let roles = state.guildhall().list_roles(&caller, organization.0, &request).await?;
    Ok(answer::ok(PageBody::of(roles, RoleBody::from)))
}

/// Read a custom role.
#[utoipa::path(
    tag = "Roles",
    params(OrganizationParam, RoleParam, IfNoneMatchParam),
    responses(
        (status = 200, description = "The role.", body = RoleBody, headers(("ETag" = String, description = "Its state."))),
        (status = 304, description = "The client has it already.", headers(("ETag" = String, description = "Its state."))),
        Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}/roles/{role}")]
pub(super) async fn read_role(
    state: Data<HttpState>,
    request: HttpRequest,
    caller: Authenticated,
    organization: OrganizationPath,
    role: SubjectPath,
) -> Result<HttpResponse, Problem> {
    let role = state.guildhall().role(&caller, organization.0, RoleId::from(role.0)).await?;
    Ok(answer::resource(&request, &EntityTag::from(&role), RoleBody::from(role)))
}
