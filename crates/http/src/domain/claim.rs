use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use guildhall_app::EntityTag;
use guildhall_app::domain::ClaimDomain;
use guildhall_domain::{DomainClaimId, DomainName, Enrolment};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::schema::DomainBody;
use crate::answer;
use crate::body::Body;
use crate::credential::Authenticated;
use crate::path::{DomainParam, OrganizationParam, OrganizationPath, SubjectPath};
use crate::problem::Problem;
use crate::responses::{Authenticating, Conflicting, Fallible, Reading, Resolving, Scoped};
use crate::state::HttpState;
use crate::validation;

/// A domain to claim.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewDomain, examples(json!({"domain": "example.com", "enrolment": "suggest"})))]
pub(crate) struct NewDomainBody {
    #[validate(custom(function = "validation::text::<DomainName>"))]
    #[schema(max_length = 253)]
    domain: String,
    /// What happens to people with a verified e-mail address there, once the domain is verified: `manual` (nothing),
    /// `suggest` (they may ask to join) or `automatic` (they join).
    #[serde(default)]
    #[validate(custom(function = "validation::enrolment"))]
    #[schema(pattern = "^(manual|suggest|automatic)$", default = "manual")]
    enrolment: Option<String>,
}

/// Claim a domain.
///
/// It counts for nothing until its DNS has the `record` of the answer, and that was verified.
#[utoipa::path(
    tag = "Domains",
    params(OrganizationParam),
    request_body = NewDomainBody,
    responses(
        (status = 201, description = "Claimed.", body = DomainBody, headers(("Location" = String, description = "The claim."))),
        Reading, Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[post("/organizations/{org}/domains")]
pub(super) async fn claim_domain(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    body: Body<NewDomainBody>,
) -> Result<HttpResponse, Problem> {
    let Body(body) = body;
    let command = ClaimDomain {
        domain: DomainName::parse(&body.domain)?,
        enrolment: body.enrolment.as_deref().map_or(Ok(Enrolment::Manual), Enrolment::parse)?,
    };
    let claim = state.guildhall().claim_domain(&caller, organization.0, command).await?;
    let location = format!("/api/v1/organizations/{}/domains/{}", claim.organization_id, claim.id);
    Ok(answer::created(location, DomainBody::from(claim)))
}

/// Look for a domain's record, now.
///
/// The claim is verified or failed by what is found: one that was verified fails where the record is gone.
#[utoipa::path(
    tag = "Domains",
    params(OrganizationParam, DomainParam),
    responses(
        (status = 200, description = "As it is now.", body = DomainBody, headers(("ETag" = String, description = "Its state."))),
        Authenticating, Scoped, Conflicting, Fallible, Resolving
    )
)]
#[post("/organizations/{org}/domains/{domain_id}/verify")]
pub(super) async fn verify_domain(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    domain: SubjectPath,
) -> Result<HttpResponse, Problem> {
    let claim = state.guildhall().check_domain(&caller, organization.0, DomainClaimId::from(domain.0)).await?;
    Ok(answer::changed(&EntityTag::from(&claim), DomainBody::from(claim)))
}
