use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use guildhall_app::credits::CreditBalance;
use guildhall_domain::CreditGrantId;
use guildhall_domain::credits::CreditGrant;
use serde::Serialize;
use time::OffsetDateTime;
use time::serde::rfc3339;
use utoipa::ToSchema;

use crate::answer;
use crate::credential::Authenticated;
use crate::path::{OrganizationParam, OrganizationPath};
use crate::problem::Problem;
use crate::responses::{Authenticating, Fallible, Scoped};
use crate::state::HttpState;

/// What is in the pool.
#[derive(Serialize, ToSchema)]
#[schema(as = Credits)]
pub(crate) struct CreditsBody {
    /// What can be spent.
    #[schema(examples(970))]
    balance: u64,
    /// What reservations hold.
    reserved: u64,
    /// The grants of which something is left, in the order in which they are spent.
    grants: Vec<CreditGrantBody>,
}

/// Credits that were given, and what is left of them.
#[derive(Serialize, ToSchema)]
#[schema(as = CreditGrant, examples(json!({
    "id": "0198c1a0-0000-7000-8000-000000000022",
    "amount": 1000,
    "available": 970,
    "reserved": 30,
    "priority": 100,
    "expires_at": null
})))]
pub(crate) struct CreditGrantBody {
    #[schema(value_type = Uuid)]
    id: CreditGrantId,
    /// How many were given.
    amount: u64,
    /// What can be spent of them.
    available: u64,
    /// What reservations hold of them.
    reserved: u64,
    /// Grants with a lower one are spent first.
    priority: u8,
    /// From when on what is left is gone.
    #[serde(with = "rfc3339::option")]
    #[schema(required = true)]
    expires_at: Option<OffsetDateTime>,
}

impl From<CreditBalance> for CreditsBody {
    fn from(credits: CreditBalance) -> Self {
        let grants = credits.grants.into_iter().map(CreditGrantBody::from).collect();
        Self { balance: credits.balance, reserved: credits.reserved, grants }
    }
}

impl From<CreditGrant> for CreditGrantBody {
    fn from(grant: CreditGrant) -> Self {
        Self {
            id: grant.id,
            amount: grant.terms.amount.get(),
            available: grant.available,
            reserved: grant.reserved,
            priority: grant.terms.priority,
            expires_at: grant.terms.expires_at,
        }
    }
}

/// How much is in the pool?
#[utoipa::path(
    tag = "Credits",
    params(OrganizationParam),
    responses(
        (status = 200, description = "The pool at this instant.", body = CreditsBody),
        Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}/credits")]
pub(super) async fn read_credits(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
) -> Result<HttpResponse, Problem> {
    let balance = state.guildhall().credit_balance(&caller, organization.0).await?;
    Ok(answer::ok(CreditsBody::from(balance)))
}
