use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use guildhall_app::EntityTag;

use super::schema::MemberBody;
use crate::answer;
use crate::credential::Authenticated;
use crate::path::{MemberParam, OrganizationParam, OrganizationPath, SubjectPath};
use crate::precondition::IfNoneMatchParam;
use crate::problem::Problem;
use crate::responses::{Authenticating, Fallible, Scoped};
use crate::state::HttpState;

/// Read my own membership.
#[utoipa::path(
    tag = "Members",
    params(OrganizationParam, IfNoneMatchParam),
    responses(
        (status = 200, description = "The membership.", body = MemberBody, headers(("ETag" = String, description = "Its state."))),
        (status = 304, description = "The client has it already.", headers(("ETag" = String, description = "Its state."))),
        Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}/member")]
pub(super) async fn read_my_member(
    state: Data<HttpState>,
    request: HttpRequest,
    caller: Authenticated,
    organization: OrganizationPath,
) -> Result<HttpResponse, Problem> {
    let member = state.guildhall().my_member(&caller, organization.0).await?;
    Ok(answer::resource(&request, &EntityTag::from(&member), MemberBody::of(member, state.guildhall().blueprint())))
}

/// Read a member.
#[utoipa::path(
    tag = "Members",
    params(OrganizationParam, MemberParam, IfNoneMatchParam),
    responses(
        (status = 200, description = "The member.", body = MemberBody, headers(("ETag" = String, description = "Its state."))),
        (status = 304, description = "The client has it already.", headers(("ETag" = String, description = "Its state."))),
        Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}/members/{member}")]
pub(super) async fn read_member(
    state: Data<HttpState>,
    request: HttpRequest,
    caller: Authenticated,
    organization: OrganizationPath,
    member: SubjectPath,
) -> Result<HttpResponse, Problem> {
    let member = state.guildhall().member(&caller, organization.0, member.0).await?;
    Ok(answer::resource(&request, &EntityTag::from(&member), MemberBody::of(member, state.guildhall().blueprint())))
}
