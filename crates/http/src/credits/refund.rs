use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use guildhall_domain::{CreditTransactionId, Description};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::receipt::CreditReceiptBody;
use crate::body::Body;
use crate::credential::Authenticated;
use crate::idempotency::IdempotencyKeyParam;
use crate::path::{OrganizationParam, OrganizationPath};
use crate::problem::Problem;
use crate::required_key::RequiredKey;
use crate::responses::{Authenticating, Conflicting, Fallible, Reading, Scoped};
use crate::state::HttpState;
use crate::validation::{self, parse_id};

/// What is given back.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreditRefund, examples(json!({"transaction_id": "0198c1a0-0000-7000-8000-000000000020", "reason": "It failed"})))]
pub(crate) struct RefundBody {
    /// A transaction that spent credits, at once or by committing a reservation.
    #[validate(custom(function = "validation::id"))]
    #[schema(value_type = Uuid)]
    transaction_id: String,
    /// Why.
    #[serde(default)]
    #[validate(custom(function = "validation::text::<Description>"))]
    #[schema(min_length = 1, max_length = 2000)]
    reason: Option<String>,
}

/// Give back what a transaction spent.
///
/// To the grants that it came out of, and to the member's quotas and the workspace's budget of the day and month that it
/// counted in; once.
#[utoipa::path(
    tag = "Credits",
    params(OrganizationParam, IdempotencyKeyParam),
    request_body = RefundBody,
    responses(
        (status = 201, description = "Given back.", body = CreditReceiptBody),
        Reading, Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[post("/organizations/{org}/credits/refunds")]
pub(super) async fn refund_credits(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    key: RequiredKey,
    body: Body<RefundBody>,
) -> Result<HttpResponse, Problem> {
    let transaction = CreditTransactionId::from(parse_id(&body.0.transaction_id)?);
    let reason = body.0.reason.as_deref().map(Description::parse).transpose()?;
    let receipt = state.guildhall().refund_credits(&caller, organization.0, transaction, reason, &key.0).await?;
    Ok(CreditReceiptBody::made(receipt))
}
