use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use guildhall_app::EntityTag;
use guildhall_domain::DomainClaimId;

use super::schema::DomainBody;
use crate::answer;
use crate::credential::Authenticated;
use crate::page::{PageBody, PageQuery};
use crate::path::{DomainParam, OrganizationParam, OrganizationPath, SubjectPath};
use crate::precondition::IfNoneMatchParam;
use crate::problem::Problem;
use crate::query::Query;
use crate::responses::{Authenticating, Fallible, Filtering, Scoped};
use crate::state::HttpState;

/// List the domains, the last claimed first.
#[utoipa::path(
    tag = "Domains",
    params(OrganizationParam, PageQuery),
    responses(
        (status = 200, description = "A page of domains.", body = PageBody<DomainBody>),
        Filtering, Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}/domains")]
pub(super) async fn list_domains(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let request = query.0.into_request()?;
    let domains = state.guildhall().list_domains(&caller, organization.0, &request).await?;
    Ok(answer::ok(PageBody::of(domains, DomainBody::from)))
}

/// Read a domain, with the record that its DNS must have.
#[utoipa::path(
    tag = "Domains",
    params(OrganizationParam, DomainParam, IfNoneMatchParam),
    responses(
        (status = 200, description = "The domain.", body = DomainBody, headers(("ETag" = String, description = "Its state."))),
        (status = 304, description = "The client has it already.", headers(("ETag" = String, description = "Its state."))),
        Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}/domains/{domain_id}")]
pub(super) async fn read_domain(
    state: Data<HttpState>,
    request: HttpRequest,
    caller: Authenticated,
    organization: OrganizationPath,
    domain: SubjectPath,
) -> Result<HttpResponse, Problem> {
    let claim = state.guildhall().domain(&caller, organization.0, DomainClaimId::from(domain.0)).await?;
    Ok(answer::resource(&request, &EntityTag::from(&claim), DomainBody::from(claim)))
}
