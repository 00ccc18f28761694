use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use guildhall_app::plan::OrganizationUsage;
use guildhall_domain::{Limit, LimitName, Usage, UsageLevel};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer;
use crate::credential::Authenticated;
use crate::path::{OrganizationParam, OrganizationPath};
use crate::problem::Problem;
use crate::responses::{Authenticating, Fallible, Scoped};
use crate::state::HttpState;

/// How much an organization has, and may have; 0 is unlimited.
#[derive(Serialize, ToSchema)]
#[schema(as = Usage, examples(json!({
    "workspace_count": 5,
    "member_count": 12,
    "max_workspaces": 10,
    "max_members": 0,
    "limits": [
        {"name": "members", "used": 12, "max": 0, "percent": null, "level": "blue"},
        {"name": "workspaces", "used": 5, "max": 10, "percent": 50, "level": "blue"},
        {"name": "storage", "used": 48_318_382_080_u64, "max": 53_687_091_200_u64, "percent": 90, "level": "red"}
    ]
})))]
pub(crate) struct UsageBody {
    workspace_count: u64,
    member_count: u64,
    #[schema(value_type = u64)]
    max_workspaces: Limit,
    #[schema(value_type = u64)]
    max_members: Limit,
    /// Every limit: members, workspaces, each kind of them by its plural, each resource.
    limits: Vec<LimitUsageBody>,
}

/// How much of one limit is used.
#[derive(Serialize, ToSchema)]
#[schema(as = LimitUsage, examples(json!({
    "name": "workspaces", "used": 5, "max": 10, "percent": 50, "level": "blue"
})))]
pub(crate) struct LimitUsageBody {
    #[schema(value_type = String)]
    name: LimitName,
    used: u64,
    /// 0 is unlimited.
    #[schema(value_type = u64)]
    max: Limit,
    /// The share that is used, rounded down; `null` where there is no limit, over 100 where more is used than there
    /// may be.
    #[schema(required = true)]
    percent: Option<u64>,
    /// `blue`; `yellow` from 70 percent on; `red` from 90 percent on.
    #[schema(value_type = String, pattern = "^(blue|yellow|red)$")]
    level: UsageLevel,
}

impl From<OrganizationUsage> for UsageBody {
    fn from(usage: OrganizationUsage) -> Self {
        let of = |name| {
            let found = usage.limits.iter().find(|usage| usage.name.as_str() == name);
            found.map_or((0, Limit::Unlimited), |usage| (usage.used, usage.max))
        };
        let (member_count, max_members) = of(LimitName::MEMBERS);
        let (workspace_count, max_workspaces) = of(LimitName::WORKSPACES);
        let limits = usage.limits.into_iter().map(LimitUsageBody::from).collect();
        Self { workspace_count, member_count, max_workspaces, max_members, limits }
    }
}

impl From<Usage> for LimitUsageBody {
    fn from(usage: Usage) -> Self {
        let (percent, level) = (usage.percent(), usage.level());
        Self { name: usage.name, used: usage.used, max: usage.max, percent, level }
    }
}

/// How much of its limits does an organization use?
#[utoipa::path(
    tag = "Plans",
    params(OrganizationParam),
    responses(
        (status = 200, description = "Its usage.", body = UsageBody),
        Authenticating, Scoped, Fallible
    )
)]
#[get("/organizations/{org}/usage")]
pub(super) async fn read_usage(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
) -> Result<HttpResponse, Problem> {
    let usage = state.guildhall().usage(&caller, organization.0).await?;
    Ok(answer::ok(UsageBody::from(usage)))
}
