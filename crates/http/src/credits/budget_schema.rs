use guildhall_app::credits::WorkspaceBudget;
use guildhall_domain::{Limit, WorkspaceId};
use serde::Serialize;
use utoipa::ToSchema;

use super::quota_schema::SpendingPeriodBody;

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
