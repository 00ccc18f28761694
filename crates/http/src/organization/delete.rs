use actix_web::web::Data;
use actix_web::{HttpResponse, delete, post};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::answer;
use crate::body::Body;
use crate::credential::Authenticated;
use crate::path::{OrganizationParam, OrganizationPath};
use crate::problem::Problem;
use crate::responses::{Authenticating, Fallible, Reading, Scoped};
use crate::state::HttpState;

/// The name of what is to be deleted, so that it does not happen by a slip.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrganizationDeletion, examples(json!({"name": "Analytical Engines"})))]
pub(crate) struct OrganizationDeletionBody {
    /// The organization's name, repeated.
    name: String,
}

/// Delete an organization with everything in it.
#[utoipa::path(
    tag = "Organizations",
    params(OrganizationParam),
    request_body = OrganizationDeletionBody,
    responses((status = 204, description = "Deleted."), Reading, Authenticating, Scoped, Fallible)
)]
#[delete("/organizations/{org}")]
pub(super) async fn delete_organization(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    body: Body<OrganizationDeletionBody>,
) -> Result<HttpResponse, Problem> {
    state.guildhall().delete_organization(&caller, organization.0, &body.0.name).await?;
    Ok(answer::done())
}

/// Delete an organization with everything in it, for clients that send no body with DELETE.
#[utoipa::path(
    tag = "Organizations",
    params(OrganizationParam),
    request_body = OrganizationDeletionBody,
    responses((status = 204, description = "Deleted."), Reading, Authenticating, Scoped, Fallible)
)]
#[post("/organizations/{org}/delete")]
pub(super) async fn delete_organization_by_post(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    body: Body<OrganizationDeletionBody>,
) -> Result<HttpResponse, Problem> {
    state.guildhall().delete_organization(&caller, organization.0, &body.0.name).await?;
    Ok(answer::done())
}
