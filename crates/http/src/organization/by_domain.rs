use actix_web::web::Data;
use actix_web::{HttpResponse, get};

use super::schema::OrganizationBody;
use crate::answer;
use crate::credential::Authenticated;
use crate::path::{DomainNameParam, DomainNamePath};
use crate::problem::Problem;
use crate::responses::{Authenticating, Fallible, Naming, Platform};
use crate::state::HttpState;

/// Find the organization for which a domain is verified.
///
/// For superadmins.
#[utoipa::path(
    tag = "Platform",
    params(DomainNameParam),
    responses(
        (status = 200, description = "The organization.", body = OrganizationBody),
        Authenticating, Platform, Naming, Fallible
    )
)]
#[get("/organizations/by-domain/{domain}")]
pub(crate) async fn find_organization_by_domain(
    state: Data<HttpState>,
    caller: Authenticated,
    domain: DomainNamePath,
) -> Result<HttpResponse, Problem> {
    let organization = state.guildhall().organization_by_domain(&caller, &domain.0).await?;
    Ok(answer::ok(OrganizationBody::from(organization)))
}
