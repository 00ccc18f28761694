use guildhall_app::credits::OwnCreditUsage;
use guildhall_domain::credits::{CreditQuota, PeriodKey, QuotaSpending};
use guildhall_domain::{Limit, MemberId, UserId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::serde::rfc3339;
use utoipa::ToSchema;
use validator::Validate;

use crate::problem::Problem;
use crate::validation::{self, parse_maximum};

/// How much of the pool a member may spend, or all members together for a workspace.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreditQuota, examples(json!({"monthly_limit": 500, "daily_limit": 0})))]
pub(crate) struct CreditQuotaBody {
    /// In a month of the organization's time zone; 0 is unlimited within the pool.
    #[validate(custom(function = "validation::maximum"))]
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    monthly_limit: i64,
    /// In a day.
    #[validate(custom(function = "validation::maximum"))]
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    daily_limit: i64,
}

impl TryFrom<CreditQuotaBody> for CreditQuota {
    type Error = Problem;

    fn try_from(body: CreditQuotaBody) -> Result<Self, Problem> {
        Ok(Self { monthly: parse_maximum(body.monthly_limit)?, daily: parse_maximum(body.daily_limit)? })
    }
}

/// A member's quota, and what counts against it now.
#[derive(Serialize, ToSchema)]
#[schema(as = MemberQuotaUsage, examples(json!({
    "member_id": "0198c1a0-0000-7000-8000-000000000003",
    "user_id": "0198c1a0-0000-7000-8000-000000000001",
    "monthly_limit": 500,
    "daily_limit": 0,
    "is_default": false,
    "month": {"key": "2026-01", "used": 120, "resets_at": "2026-02-01T00:00:00Z"},
    "day": {"key": "2026-01-31", "used": 20, "resets_at": "2026-02-01T00:00:00Z"}
})))]
pub(crate) struct MemberQuotaUsageBody {
    #[schema(value_type = Uuid)]
    member_id: MemberId,
    #[schema(value_type = Uuid)]
    user_id: UserId,
    /// How much may be spent in a month; 0 is unlimited within the pool.
    #[schema(value_type = u64)]
    monthly_limit: Limit,
    /// How much may be spent in a day; 0 is unlimited.
    #[schema(value_type = u64)]
    daily_limit: Limit,
    /// Whether this is the quota of everybody for whom nobody has said.
    is_default: bool,
    /// The present month.
    month: SpendingPeriodBody,
    /// The present day.
    day: SpendingPeriodBody,
}

/// What was spent, or is held, in a day or month.
#[derive(Serialize, ToSchema)]
#[schema(as = SpendingPeriod)]
pub(crate) struct SpendingPeriodBody {
    /// The day or month in the organization's time zone.
    #[schema(value_type = String, examples("2026-01"))]
    key: PeriodKey,
    used: u64,
    /// When the next one begins.
    #[serde(with = "rfc3339")]
    resets_at: OffsetDateTime,
}

impl SpendingPeriodBody {
    /// The month, and the day.
    pub(crate) fn of(spending: &QuotaSpending) -> (Self, Self) {
        let periods = spending.periods.clone();
        let month = Self { key: periods.month, used: spending.month, resets_at: periods.month_ends_at };
        (month, Self { key: periods.day, used: spending.day, resets_at: periods.day_ends_at })
    }
}

impl From<OwnCreditUsage> for MemberQuotaUsageBody {
    fn from(usage: OwnCreditUsage) -> Self {
        let (month, day) = SpendingPeriodBody::of(&usage.spending);
        Self {
            member_id: usage.member_id,
            user_id: usage.user_id,
            monthly_limit: usage.spending.quota.monthly,
            daily_limit: usage.spending.quota.daily,
            is_default: usage.is_default,
            month,
            day,
        }
    }
}
