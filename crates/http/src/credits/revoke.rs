use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use guildhall_domain::{CreditGrantId, Description};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::receipt::CreditReceiptBody;
use crate::body::OptionalBody;
use crate::credential::Authenticated;
use crate::idempotency::IdempotencyKeyParam;
use crate::path::{CreditGrantParam, OrganizationParam, OrganizationPath, SubjectPath};
use crate::problem::Problem;
use crate::required_key::RequiredKey;
use crate::responses::{Authenticating, Conflicting, Fallible, Reading, Scoped};
use crate::state::HttpState;
use crate::validation;

/// Why a grant is taken back.
#[derive(Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreditRevocation, examples(json!({"reason": "Given twice"})))]
pub(crate) struct RevocationBody {
    #[serde(default)]
    #[validate(custom(function = "validation::text::<Description>"))]
    #[schema(min_length = 1, max_length = 2000)]
    reason: Option<String>,
}

/// Take back what can still be spent of a grant.
///
/// What is held stays held, and what was spent stays spent.
#[utoipa::path(
    tag = "Credits",
    params(OrganizationParam, CreditGrantParam, IdempotencyKeyParam),
    request_body = Option<RevocationBody>,
    responses(
        (status = 200, description = "Taken back.", body = CreditReceiptBody),
        Reading, Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[post("/organizations/{org}/credits/grants/{grant}/revoke")]
pub(super) async fn revoke_grant(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    grant: SubjectPath,
    key: RequiredKey,
    body: OptionalBody<RevocationBody>,
) -> Result<HttpResponse, Problem> {
    let reason = body.0.reason.as_deref().map(Description::parse).transpose()?;
    let grant = CreditGrantId::from(grant.0);
    let receipt = state.guildhall().revoke_grant(&caller, organization.0, grant, reason, &key.0).await?;
    Ok(CreditReceiptBody::done(receipt))
}
