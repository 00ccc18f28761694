use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::receipt::CreditReceiptBody;
use super::spending::{names_cost, refusal, spending};
use crate::body::{Body, present};
use crate::credential::Authenticated;
use crate::idempotency::IdempotencyKeyParam;
use crate::path::{OrganizationParam, OrganizationPath};
use crate::problem::Problem;
use crate::required_key::RequiredKey;
use crate::responses::{Authenticating, Conflicting, Covered, Fallible, Reading, Scoped};
use crate::state::HttpState;
use crate::validation;

/// What is spent: an amount, or an operation that has a price in this deployment.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "has_one_cost"))]
#[schema(as = CreditSpending, examples(json!({"operation": "generation", "workspace_id": "0198c1a0-0000-7000-8000-000000000008"})))]
pub(crate) struct SpendingBody {
    /// Whole credits.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = "validation::credits"))]
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64, nullable = false)]
    amount: Option<i64>,
    /// The name of something that has a price.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    operation: Option<String>,
    /// The workspace that it is for: whoever spends must be able to write in it.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = "validation::id"))]
    #[schema(value_type = Uuid, required = false)]
    workspace_id: Option<String>,
    /// The membership or user that spends, where that is not the caller: for those who manage the pool.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = "validation::id"))]
    #[schema(value_type = Uuid, required = false)]
    member: Option<String>,
}

fn has_one_cost(body: &SpendingBody) -> Result<(), ValidationError> {
    names_cost(body.amount, body.operation.as_deref())
}

/// Spend credits of the pool.
///
/// Wholly or not at all, within the pool, the member's quotas and the budget of the workspace that is named, however many
/// spend at once. A refusal names every scope that does not allow it.
#[utoipa::path(
    tag = "Credits",
    params(OrganizationParam, IdempotencyKeyParam),
    request_body = SpendingBody,
    responses(
        (status = 201, description = "Spent.", body = CreditReceiptBody),
        Reading, Authenticating, Covered, Scoped, Conflicting, Fallible
    )
)]
#[post("/organizations/{org}/credits/consume")]
pub(super) async fn consume_credits(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    key: RequiredKey,
    body: Body<SpendingBody>,
) -> Result<HttpResponse, Problem> {
    let Body(body) = body;
    let spending = spending(body.amount, body.operation, body.workspace_id.as_deref(), body.member.as_deref())?;
    let receipt = state.guildhall().consume_credits(&caller, organization.0, &spending, &key.0).await;
    let receipt = receipt.map_err(|error| refusal(&state, error))?;
    Ok(CreditReceiptBody::made(receipt))
}
