use actix_web::web::Data;
use actix_web::{HttpResponse, put};
use guildhall_app::EntityTag;
use guildhall_app::plan::PlanChange;
use guildhall_domain::{Limit, LimitName, PlanName, Usage};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::schema::{EntitlementsBody, PlanBody};
use crate::answer;
use crate::body::Body;
use crate::credential::Authenticated;
use crate::path::{OrganizationParam, OrganizationPath};
use crate::precondition::{IfMatch, IfMatchParam};
use crate::problem::Problem;
use crate::query::Query;
use crate::responses::{Authenticating, Conditional, Conflicting, Fallible, Reading, Scoped};
use crate::state::HttpState;
use crate::validation;

/// Whether it is meant.
#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PlanChangeQuery {
    /// Only show what it would do.
    #[validate(custom(function = "validation::flag"))]
    #[param(value_type = Option<bool>, default = false)]
    dry_run: Option<String>,
}

/// Which plan it shall be.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PlanChange, examples(json!({"plan": "STARTER"})))]
pub(crate) struct PlanChangeBody {
    /// The name of one of the plans, in upper or lower case.
    #[validate(custom(function = "validation::text::<PlanName>"))]
    #[schema(min_length = 1, max_length = 63)]
    plan: String,
}

/// What a change of plan did, or would do.
#[derive(Serialize, ToSchema)]
#[schema(as = PlanChanged)]
pub(crate) struct PlanChangedBody {
    /// The new plan.
    plan: PlanBody,
    /// Whether this only shows what would be.
    dry_run: bool,
    /// What there is more of than there may be: it stays, and nothing is added to it.
    exceeded: Vec<ExceededBody>,
    /// What holds with the new plan.
    entitlements: EntitlementsBody,
}

/// Something of which there is more than there may be.
#[derive(Serialize, ToSchema)]
#[schema(as = ExceededLimit, examples(json!({"name": "members", "used": 61, "max": 50})))]
pub(crate) struct ExceededBody {
    #[schema(value_type = String)]
    name: LimitName,
    used: u64,
    #[schema(value_type = u64)]
    max: Limit,
}

impl From<Usage> for ExceededBody {
    fn from(usage: Usage) -> Self {
        Self { name: usage.name, used: usage.used, max: usage.max }
    }
}

impl From<PlanChange> for PlanChangedBody {
    fn from(change: PlanChange) -> Self {
        Self {
            plan: change.entitled.plan.into(),
            dry_run: change.dry_run,
            exceeded: change.exceeded.into_iter().map(ExceededBody::from).collect(),
            entitlements: change.entitled.entitlements.into(),
        }
    }
}

/// Put an organization on another plan, or see what that would do.
///
/// For superadmins; where the deployment says so, for the organization's owners and admins too
/// (else `plan_not_self_service`). Nothing is ever taken away. `If-Match` and `ETag` are the organization's.
#[utoipa::path(
    tag = "Plans",
    params(OrganizationParam, PlanChangeQuery, IfMatchParam),
    request_body = PlanChangeBody,
    responses(
        (status = 200, description = "What it did, or would do.", body = PlanChangedBody, headers(("ETag" = String, description = "The organization's state."))),
        Reading, Conditional, Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[put("/organizations/{org}/plan")]
pub(super) async fn change_plan(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    precondition: IfMatch,
    query: Query<PlanChangeQuery>,
    body: Body<PlanChangeBody>,
) -> Result<HttpResponse, Problem> {
    let plan = PlanName::parse(&body.0.plan)?;
    let dry_run = query.0.dry_run.as_deref() == Some("true");
    let change = state.guildhall().change_plan(&caller, organization.0, &plan, dry_run, &precondition.0).await?;
    Ok(answer::changed(&EntityTag::from(&change.organization), PlanChangedBody::from(change)))
}
