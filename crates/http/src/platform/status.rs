use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use guildhall_app::EntityTag;
use guildhall_app::organization::StatusChanged;
use guildhall_domain::{OrganizationId, OrganizationStatus};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer;
use crate::credential::Authenticated;
use crate::organization::OrganizationBody;
use crate::path::{PlatformOrganizationParam, SubjectPath};
use crate::problem::Problem;
use crate::responses::{Authenticating, Conflicting, Fallible, Naming, Platform};
use crate::state::HttpState;

/// An organization whose status was changed.
#[derive(Serialize, ToSchema)]
#[schema(as = StatusChanged)]
pub(crate) struct StatusChangedBody {
    #[serde(flatten)]
    organization: OrganizationBody,
    /// How many sessions of its members were ended: by a lockdown; otherwise 0.
    killed_sessions: u64,
}

/// Suspend an organization: it can be read but not changed.
#[utoipa::path(
    tag = "Platform",
    params(PlatformOrganizationParam),
    responses(
        (status = 200, description = "As it is now.", body = StatusChangedBody, headers(("ETag" = String, description = "Its state."))),
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
///
/// The sessions of its members end, but those of superadmins.
#[utoipa::path(
    tag = "Platform",
    params(PlatformOrganizationParam),
    responses(
        (status = 200, description = "As it is now.", body = StatusChangedBody, headers(("ETag" = String, description = "Its state."))),
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
        (status = 200, description = "As it is now.", body = StatusChangedBody, headers(("ETag" = String, description = "Its state."))),
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
    let StatusChanged { organization, killed_sessions } =
        state.guildhall().set_organization_status(caller, organization, status).await?;
    let tag = EntityTag::from(&organization);
    Ok(answer::changed(&tag, StatusChangedBody { organization: organization.into(), killed_sessions }))
}
