use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use guildhall_domain::ReservationId;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::receipt::CreditReceiptBody;
use crate::body::{OptionalBody, present};
use crate::credential::Authenticated;
use crate::idempotency::IdempotencyKeyParam;
use crate::path::{OrganizationParam, OrganizationPath, ReservationParam, SubjectPath};
use crate::problem::Problem;
use crate::required_key::RequiredKey;
use crate::responses::{Authenticating, Conflicting, Fallible, Reading, Scoped};
use crate::state::HttpState;
use crate::validation::{self, parse_credits};

/// How much of what is held was spent.
#[derive(Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreditCommitment, examples(json!({"amount": 25})))]
pub(crate) struct CommitmentBody {
    /// Whole credits, at most those held; all of them where nothing is said.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = "validation::credits"))]
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64, nullable = false)]
    amount: Option<i64>,
}

/// Spend what a reservation holds, or a part of it.
///
/// The rest is free again. For the member whose it is, and for those who manage the pool.
#[utoipa::path(
    tag = "Credits",
    params(OrganizationParam, ReservationParam, IdempotencyKeyParam),
    request_body = Option<CommitmentBody>,
    responses(
        (status = 200, description = "Spent.", body = CreditReceiptBody),
        Reading, Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[post("/organizations/{org}/credits/reservations/{reservation}/commit")]
pub(super) async fn commit_reservation(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    reservation: SubjectPath,
    key: RequiredKey,
    body: OptionalBody<CommitmentBody>,
) -> Result<HttpResponse, Problem> {
    let (reservation, amount) = (ReservationId::from(reservation.0), body.0.amount.map(parse_credits).transpose()?);
    let receipt = state.guildhall().commit_reservation(&caller, organization.0, reservation, amount, &key.0).await?;
    Ok(CreditReceiptBody::done(receipt))
}

/// Give up what a reservation holds.
///
/// For the member whose it is, and for those who manage the pool.
#[utoipa::path(
    tag = "Credits",
    params(OrganizationParam, ReservationParam, IdempotencyKeyParam),
    responses(
        (status = 200, description = "Free again.", body = CreditReceiptBody),
        Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[post("/organizations/{org}/credits/reservations/{reservation}/release")]
pub(super) async fn release_reservation(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    reservation: SubjectPath,
    key: RequiredKey,
) -> Result<HttpResponse, Problem> {
    let reservation = ReservationId::from(reservation.0);
    let receipt = state.guildhall().release_reservation(&caller, organization.0, reservation, &key.0).await?;
    Ok(CreditReceiptBody::done(receipt))
}
