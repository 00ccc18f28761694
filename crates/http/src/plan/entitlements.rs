use actix_web::web::Data;
use actix_web::{HttpResponse, get};

use super::schema::OrganizationEntitlementsBody;
use crate::answer;
use crate::credential::Authenticated;
use crate::path::{OrganizationParam, OrganizationPath};
use crate::problem::Problem;
use crate::responses::{Authenticating, Fallible, Scoped};
use crate::state::HttpState;

/// What may an organization do and have?
///
/// For the product to read: every member may.
#[utoipa::path(
    tag = "Plans",
    params(OrganizationParam),
    responses(
        (status = 200, description = "What holds for it.", body = OrganizationEntitlementsBody),
        Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}/entitlements")]
pub(super) async fn read_entitlements(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
) -> Result<HttpResponse, Problem> {
    let entitled = state.guildhall().entitlements(&caller, organization.0).await?;
    Ok(answer::ok(OrganizationEntitlementsBody::from(entitled)))
}
