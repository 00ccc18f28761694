use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use guildhall_app::EntityTag;

use super::schema::OrganizationBody;
use crate::answer;
use crate::credential::Authenticated;
use crate::path::{OrganizationParam, OrganizationPath};
use crate::precondition::IfNoneMatchParam;
use crate::problem::Problem;
use crate::responses::{Authenticating, Fallible, Scoped};
use crate::state::HttpState;

/// Read an organization.
#[utoipa::path(
    tag = "Organizations",
    params(OrganizationParam, IfNoneMatchParam),
    responses(
        (status = 200, description = "The organization.", body = OrganizationBody, headers(("ETag" = String, description = "Its state."))),
        (status = 304, description = "The client has it already.", headers(("ETag" = String, description = "Its state."))),
        Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}")]
pub(super) async fn read_organization(
    state: Data<HttpState>,
    request: HttpRequest,
    caller: Authenticated,
    organization: OrganizationPath,
) -> Result<HttpResponse, Problem> {
    let organization = state.guildhall().organization(&caller, organization.0).await?;
    Ok(answer::resource(&request, &EntityTag::from(&organization), OrganizationBody::from(organization)))
}
