use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use guildhall_app::EntityTag;
use guildhall_domain::{OrganizationId, OrganizationStatus};

use crate::answer;
use crate::credential::Authenticated;
use crate::organization::OrganizationBody;
use crate::path::{PlatformOrganizationParam, SubjectPath};
use crate::problem::Problem;
use crate::responses::{Authenticating, Conflicting, Fallible, Naming, Platform};
use crate::state::HttpState;

/// Suspend an organization: it can be read but not changed.
#[utoipa::path(
    tag = "Platform",
    params(PlatformOrganizationParam),
    responses(
        (status = 200, description = "As it is now.", body = OrganizationBody, headers(("ETag" = String, description = "Its state."))),
        Authenticating, Platform, Naming, Conflicting, Fallible
    )
)]
#[post("/platform/organizations/{id}/suspend")]
pub(super) async fn suspend_organization(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: SubjectPath,
) -> Result<HttpResponse, Problem> {
    set_status(&state, &caller, organization, OrganizationStatus::Suspended).await
}

/// Lock an organization down: it refuses everybody but superadmins.
#[utoipa::path(
    tag = "Platform",
    params(PlatformOrganizationParam),
    responses(
        (status = 200, description = "As it is now.", body = OrganizationBody, headers(("ETag" = String, description = "Its state."))),
        Authenticating, Platform, Naming, Conflicting, Fallible
    )
)]
#[post("/platform/organizations/{id}/lockdown")]
pub(super) async fn lock_down_organization(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: SubjectPath,
) -> Result<HttpResponse, Problem> {
    set_status(&state, &caller, organization, OrganizationStatus::Lockdown).await
}

/// Make an organization usable again.
#[utoipa::path(
    tag = "Platform",
    params(PlatformOrganizationParam),
    responses(
        (status = 200, description = "As it is now.", body = OrganizationBody, headers(("ETag" = String, description = "Its state."))),
        Authenticating, Platform, Naming, Conflicting, Fallible
    )
)]
#[post("/platform/organizations/{id}/restore")]
pub(super) async fn restore_organization(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: SubjectPath,
) -> Result<HttpResponse, Problem> {
    set_status(&state, &caller, organization, OrganizationStatus::Active).await
}

async fn set_status(
    state: &HttpState,
    caller: &Authenticated,
    organization: SubjectPath,
    status: OrganizationStatus,
) -> Result<HttpResponse, Problem> {
    let organization = OrganizationId::from(organization.0);
    let organization = state.guildhall().set_organization_status(caller, organization, status).await?;
    Ok(answer::changed(&EntityTag::from(&organization), OrganizationBody::from(organization)))
}
