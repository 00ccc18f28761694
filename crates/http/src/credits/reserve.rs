use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use guildhall_app::credits::NewReservation;
use guildhall_domain::Invalid;
use serde::Deserialize;
use time::Duration;
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
use crate::validation::{self, refused};

/// What is held, for how long: an amount, or an operation that has a price in this deployment.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "has_one_cost"))]
#[schema(as = NewCreditReservation, examples(json!({"amount": 30, "ttl": 600})))]
pub(crate) struct NewReservationBody {
    /// Whole credits.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = "validation::credits"))]
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64, nullable = false)]
    amount: Option<i64>,
    /// The name of something that has a price.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    operation: Option<String>,
    /// The workspace that it is for: whoever holds must be able to write in it.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = "validation::id"))]
    #[schema(value_type = Uuid, required = false)]
    workspace_id: Option<String>,
    /// The membership or user that holds, where that is not the caller: for those who manage the pool.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = "validation::id"))]
    #[schema(value_type = Uuid, required = false)]
    member: Option<String>,
    /// For how many seconds.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = "lasts"))]
    #[schema(minimum = 1, maximum = 3600, default = 300, nullable = false)]
    ttl: Option<i64>,
}

fn has_one_cost(body: &NewReservationBody) -> Result<(), ValidationError> {
    names_cost(body.amount, body.operation.as_deref())
}

fn lasts(seconds: i64) -> Result<(), ValidationError> {
    if (1..=NewReservation::LASTS_AT_MOST.whole_seconds()).contains(&seconds) {
        return Ok(());
    }
    Err(refused(Invalid::new("out_of_range", "must be from 1 to 3600 seconds")))
}

/// Hold credits for something that is under way.
///
/// They count as spent until they are committed, released, or the time is over: then they are free again by themselves.
#[utoipa::path(
    tag = "Credits",
    params(OrganizationParam, IdempotencyKeyParam),
    request_body = NewReservationBody,
    responses(
        (status = 201, description = "Held.", body = CreditReceiptBody),
        Reading, Authenticating, Covered, Scoped, Conflicting, Fallible
    )
)]
#[post("/organizations/{org}/credits/reservations")]
pub(super) async fn reserve_credits(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    key: RequiredKey,
    body: Body<NewReservationBody>,
) -> Result<HttpResponse, Problem> {
    let Body(body) = body;
    let spending = spending(body.amount, body.operation, body.workspace_id.as_deref(), body.member.as_deref())?;
    let lasts = body.ttl.map_or(NewReservation::LASTS, Duration::seconds);
    let reservation = NewReservation { spending, lasts };
    let receipt = state.guildhall().reserve_credits(&caller, organization.0, &reservation, &key.0).await;
    let receipt = receipt.map_err(|error| refusal(&state, error))?;
    Ok(CreditReceiptBody::made(receipt))
}
