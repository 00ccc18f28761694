use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use guildhall_app::credits::NewGrant;
use guildhall_domain::Description;
use guildhall_domain::Invalid;
use guildhall_domain::credits::GrantTerms;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::receipt::CreditReceiptBody;
use crate::body::{Body, present};
use crate::credential::Authenticated;
use crate::idempotency::IdempotencyKeyParam;
use crate::path::{OrganizationParam, OrganizationPath};
use crate::problem::Problem;
use crate::required_key::RequiredKey;
use crate::responses::{Authenticating, Conflicting, Fallible, Reading, Scoped};
use crate::state::HttpState;
use crate::validation::{self, parse_credits, parse_timestamp, refused};

/// Credits to be given.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCreditGrant, examples(json!({
    "amount": 1000, "reason": "Welcome", "expires_at": "2027-01-01T00:00:00Z", "priority": 50
})))]
pub(crate) struct NewCreditGrantBody {
    /// Whole credits.
    #[validate(custom(function = "validation::credits"))]
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    amount: i64,
    /// Why.
    #[serde(default)]
    #[validate(custom(function = "validation::text::<Description>"))]
    #[schema(min_length = 1, max_length = 2000)]
    reason: Option<String>,
    /// From when on what is left is gone; never where nothing is said.
    #[serde(default)]
    #[validate(custom(function = "validation::timestamp"))]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<String>,
    /// Grants with a lower one are spent first; among equal ones, those that are gone sooner.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = "known_priority"))]
    #[schema(minimum = 0, maximum = 255, default = 100, nullable = false)]
    priority: Option<i64>,
}

fn known_priority(number: i64) -> Result<(), ValidationError> {
    parse_priority(number).map(drop).map_err(refused)
}

fn parse_priority(number: i64) -> Result<u8, Invalid> {
    u8::try_from(number).map_err(|_| Invalid::new("out_of_range", "must be from 0 to 255"))
}

/// Give credits to the pool.
#[utoipa::path(
    tag = "Credits",
    params(OrganizationParam, IdempotencyKeyParam),
    request_body = NewCreditGrantBody,
    responses(
        (status = 201, description = "Given.", body = CreditReceiptBody),
        Reading, Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[post("/organizations/{org}/credits")]
pub(super) async fn grant_credits(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    key: RequiredKey,
    body: Body<NewCreditGrantBody>,
) -> Result<HttpResponse, Problem> {
    let Body(body) = body;
    let terms = GrantTerms {
        amount: parse_credits(body.amount)?,
        expires_at: body.expires_at.as_deref().map(parse_timestamp).transpose()?,
        priority: body.priority.map(parse_priority).transpose()?.unwrap_or(GrantTerms::PRIORITY),
    };
    let grant = NewGrant { terms, reason: body.reason.as_deref().map(Description::parse).transpose()? };
    let receipt = state.guildhall().grant_credits(&caller, organization.0, &grant, &key.0).await?;
    Ok(CreditReceiptBody::made(receipt))
}
