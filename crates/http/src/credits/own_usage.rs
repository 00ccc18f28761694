use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use guildhall_app::OrganizationRef;
use guildhall_domain::OrganizationId;
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::quota_schema::MemberQuotaUsageBody;
use crate::answer;
use crate::credential::Authenticated;
use crate::problem::Problem;
use crate::query::Query;
use crate::responses::{Authenticating, Fallible, Filtering, Naming};
use crate::state::HttpState;
use crate::validation::{self, parse_id};

/// Of which organization.
#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OwnUsageQuery {
    /// The caller's active organization where none is named.
    #[validate(custom(function = "validation::id"))]
    #[param(value_type = Option<Uuid>)]
    organization_id: Option<String>,
}

/// How much may I spend, and how much have I spent?
#[utoipa::path(
    tag = "Credits",
    params(OwnUsageQuery),
    responses(
        (status = 200, description = "The caller's quota and spending.", body = MemberQuotaUsageBody),
        Filtering, Authenticating, Naming, Fallible
    )
)]
#[get("/users/me/credit-usage")]
pub(super) async fn read_my_credit_usage(
    state: Data<HttpState>,
    caller: Authenticated,
    query: Query<OwnUsageQuery>,
) -> Result<HttpResponse, Problem> {
    let organization = match query.0.organization_id.as_deref().map(parse_id).transpose()? {
        Some(id) => OrganizationRef::Id(OrganizationId::from(id)),
        None => OrganizationRef::Active,
    };
    let usage = state.guildhall().member_quota(&caller, organization, caller.actor.user_id.uuid()).await?;
    Ok(answer::ok(MemberQuotaUsageBody::from(usage)))
}
