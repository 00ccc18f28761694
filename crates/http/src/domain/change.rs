use actix_web::web::Data;
use actix_web::{HttpResponse, delete, patch};
use guildhall_app::EntityTag;
use guildhall_domain::{DomainClaimId, Enrolment};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::schema::DomainBody;
use crate::answer;
use crate::body::Body;
use crate::credential::Authenticated;
use crate::path::{DomainParam, OrganizationParam, OrganizationPath, SubjectPath};
use crate::precondition::{IfMatch, IfMatchParam};
use crate::problem::Problem;
use crate::responses::{Authenticating, Conditional, Fallible, Reading, Scoped};
use crate::state::HttpState;
use crate::validation;

/// What shall happen to people with a verified e-mail address at a domain.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DomainChanges, examples(json!({"enrolment": "automatic"})))]
pub(crate) struct DomainChangesBody {
    /// `manual`: nothing; `suggest`: they may ask to join; `automatic`: they join.
    #[validate(custom(function = "validation::enrolment"))]
    #[schema(pattern = "^(manual|suggest|automatic)$")]
    enrolment: String,
}

/// Change what a domain does for people with an address there.
#[utoipa::path(
    tag = "Domains",
    params(OrganizationParam, DomainParam, IfMatchParam),
    request_body = DomainChangesBody,
    responses(
        (status = 200, description = "As it is now.", body = DomainBody, headers(("ETag" = String, description = "Its state."))),
        Reading, Conditional, Authenticating, Scoped, Fallible
    )
)]
#[patch("/organizations/{org}/domains/{domain_id}")]
pub(super) async fn update_domain(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    domain: SubjectPath,
    precondition: IfMatch,
    body: Body<DomainChangesBody>,
) -> Result<HttpResponse, Problem> {
    let (id, enrolment) = (DomainClaimId::from(domain.0), Enrolment::parse(&body.0.enrolment)?);
    let claim = state.guildhall().set_enrolment(&caller, organization.0, id, enrolment, &precondition.0).await?;
    Ok(answer::changed(&EntityTag::from(&claim), DomainBody::from(claim)))
}

/// Give a domain up; who came in by it stays.
#[utoipa::path(
    tag = "Domains",
    params(OrganizationParam, DomainParam, IfMatchParam),
    responses((status = 204, description = "Given up."), Conditional, Authenticating, Scoped, Fallible)
)]
#[delete("/organizations/{org}/domains/{domain_id}")]
pub(super) async fn remove_domain(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    domain: SubjectPath,
    precondition: IfMatch,
) -> Result<HttpResponse, Problem> {
    let id = DomainClaimId::from(domain.0);
    state.guildhall().remove_domain(&caller, organization.0, id, &precondition.0).await?;
    Ok(answer::done())
}
