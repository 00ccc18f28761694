use guildhall_app::credits::WorkspaceBudget;
use guildhall_domain::credits::CreditQuota;
use guildhall_domain::{Limit, WorkspaceId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::quota_schema::SpendingPeriodBody;
use crate::problem::Problem;
use crate::validation::{self, parse_maximum};

/// How much of the pool may be spent for a workspace, by all its members together.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WorkspaceBudget, examples(json!({"monthly_limit": 5000, "daily_limit": 0})))]
pub(crate) struct WorkspaceBudgetBody {
    /// In a month of the organization's time zone; 0 is unlimited within the pool.
    #[validate(custom(function = "validation::maximum"))]
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    monthly_limit: i64,
    /// In a day.
    #[validate(custom(function = "validation::maximum"))]
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    daily_limit: i64,
}

impl TryFrom<WorkspaceBudgetBody> for CreditQuota {
    type Error = Problem;

    fn try_from(body: WorkspaceBudgetBody) -> Result<Self, Problem> {
        Ok(Self { monthly: parse_maximum(body.monthly_limit)?, daily: parse_maximum(body.daily_limit)? })
    }
}

/// A workspace's budget, and what counts against it now.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkspaceBudgetUsage, examples(json!({
    "workspace_id": "0198c1a0-0000-7000-8000-000000000004",
    "monthly_limit": 5000,
    "daily_limit": 0,
    "month": {"key": "2026-01", "used": 1200, "resets_at": "2026-02-01T00:00:00Z"},
    "day": {"key": "2026-01-31", "used": 200, "resets_at": "2026-02-01T00:00:00Z"}
})))]
pub(crate) struct WorkspaceBudgetUsageBody {
    #[schema(value_type = Uuid)]
    workspace_id: WorkspaceId,
    /// How much may be spent in a month; 0 is unlimited within the pool.
    #[schema(value_type = u64)]
    monthly_limit: Limit,
    /// How much may be spent in a day; 0 is unlimited.
    #[schema(value_type = u64)]
    daily_limit: Limit,
    /// The present month.
    month: SpendingPeriodBody,
    /// The present day.
    day: SpendingPeriodBody,
}

impl From<WorkspaceBudget> for WorkspaceBudgetUsageBody {
    fn from(budget: WorkspaceBudget) -> Self {
        let (month, day) = SpendingPeriodBody::of(&budget.spending);
        Self {
            workspace_id: budget.workspace_id,
            monthly_limit: budget.spending.quota.monthly,
            daily_limit: budget.spending.quota.daily,
            month,
            day,
        }
    }
}
