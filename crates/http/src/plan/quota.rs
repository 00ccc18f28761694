use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use guildhall_app::plan::QuotaChange;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::usage::LimitUsageBody;
use crate::answer;
use crate::body::Body;
use crate::credential::Authenticated;
use crate::idempotency::{IdempotencyKeyParam, marked};
use crate::path::{OrganizationParam, OrganizationPath, QuotaParam, QuotaPath};
use crate::problem::Problem;
use crate::required_key::RequiredKey;
use crate::responses::{Authenticating, Conflicting, Fallible, Reading, Scoped};
use crate::state::HttpState;
use crate::validation::{self, parse_amount};

/// How much of a resource.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = QuotaAmount, examples(json!({"amount": 1_048_576})))]
pub(crate) struct QuotaAmountBody {
    /// In whole units of the resource.
    #[validate(custom(function = "validation::amount"))]
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    amount: i64,
}

/// Report that more of a resource is used.
///
/// Refused with `limit_reached` where it would be more than the organization may use, however many
/// report at once.
#[utoipa::path(
    tag = "Plans",
    params(OrganizationParam, QuotaParam, IdempotencyKeyParam),
    request_body = QuotaAmountBody,
    responses(
        (status = 200, description = "How much is used now.", body = LimitUsageBody),
        Reading, Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[post("/organizations/{org}/usage/{quota}/acquire")]
pub(super) async fn acquire_quota(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    quota: QuotaPath,
    key: RequiredKey,
    body: Body<QuotaAmountBody>,
) -> Result<HttpResponse, Problem> {
    let change = QuotaChange::Acquire(parse_amount(body.0.amount)?);
    let report = state.guildhall().change_quota(&caller, organization.0, &quota.0, change, &key.0).await?;
    Ok(marked(answer::ok(LimitUsageBody::from(report.usage)), report.is_repeated))
}

/// Report that some of a resource was given back.
///
/// Not more than was acquired (`not_acquired`).
#[utoipa::path(
    tag = "Plans",
    params(OrganizationParam, QuotaParam, IdempotencyKeyParam),
    request_body = QuotaAmountBody,
    responses(
        (status = 200, description = "How much is used now.", body = LimitUsageBody),
        Reading, Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[post("/organizations/{org}/usage/{quota}/release")]
pub(super) async fn release_quota(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    quota: QuotaPath,
    key: RequiredKey,
    body: Body<QuotaAmountBody>,
) -> Result<HttpResponse, Problem> {
    let change = QuotaChange::Release(parse_amount(body.0.amount)?);
    let report = state.guildhall().change_quota(&caller, organization.0, &quota.0, change, &key.0).await?;
    Ok(marked(answer::ok(LimitUsageBody::from(report.usage)), report.is_repeated))
}
