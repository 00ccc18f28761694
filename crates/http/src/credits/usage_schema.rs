use guildhall_app::credits::{CreditUsagePage, MemberUsage};
use guildhall_domain::credits::PeriodKey;
use guildhall_domain::{Email, Limit, MemberId, Name, UserId};
use serde::Serialize;
use utoipa::ToSchema;

/// What the members have spent in a day and a month.
#[derive(Serialize, ToSchema)]
#[schema(as = CreditUsage)]
pub(crate) struct CreditUsageBody {
    /// The day; `null` where a month was asked for.
    #[schema(value_type = Option<String>, required = true, examples("2026-01-31"))]
    day: Option<PeriodKey>,
    /// The month.
    #[schema(value_type = String, examples("2026-01"))]
    month: PeriodKey,
    /// The members in the order of their e-mails, those who have spent nothing included.
    items: Vec<MemberUsageBody>,
    /// What to send as `after` for the next page; `null` on the last.
    #[schema(required = true)]
    next: Option<String>,
}

/// What one member has spent.
#[derive(Serialize, ToSchema)]
#[schema(as = MemberCreditUsage, examples(json!({
    "member_id": "0198c1a0-0000-7000-8000-000000000003",
    "user_id": "0198c1a0-0000-7000-8000-000000000001",
    "email": "ada@example.com",
    "name": "Ada Lovelace",
    "day": {"used": 20, "limit": 0},
    "month": {"used": 120, "limit": 500},
    "is_default": false
})))]
pub(crate) struct MemberUsageBody {
    #[schema(value_type = Uuid)]
    member_id: MemberId,
    #[schema(value_type = Uuid)]
    user_id: UserId,
    #[schema(value_type = String, format = Email)]
    email: Email,
    #[schema(value_type = String)]
    name: Name,
    /// `null` where a month was asked for.
    #[schema(required = true)]
    day: Option<QuotaUseBody>,
    month: QuotaUseBody,
    /// Whether the limits are those of everybody for whom nobody has said.
    is_default: bool,
}

/// What was spent or is held, and may be.
#[derive(Serialize, ToSchema)]
#[schema(as = QuotaUse)]
pub(crate) struct QuotaUseBody {
    used: u64,
    /// 0 is unlimited within the pool.
    #[schema(value_type = u64)]
    limit: Limit,
}

impl MemberUsageBody {
    pub(super) fn of(member: MemberUsage, with_day: bool) -> Self {
        let usage = member.usage;
        let spending = usage.spending;
        Self {
            member_id: usage.member_id,
            user_id: usage.user_id,
            email: member.email,
            name: member.name,
            day: with_day.then_some(QuotaUseBody { used: spending.day, limit: spending.quota.daily }),
            month: QuotaUseBody { used: spending.month, limit: spending.quota.monthly },
            is_default: usage.is_default,
        }
    }

    /// The headings of the table.
    pub(super) const HEADINGS: [&'static str; 11] = [
        "member_id",
        "user_id",
        "email",
        "name",
        "day",
        "day_used",
        "day_limit",
        "month",
        "month_used",
        "month_limit",
        "is_default",
    ];

    /// A row of the table, in the order of the headings.
    pub(super) fn row(self, day: Option<&PeriodKey>, month: &PeriodKey) -> [String; 11] {
        let [day_used, day_limit] = match self.day {
            Some(of_day) => [of_day.used.to_string(), of_day.limit.to_wire().to_string()],
            None => Default::default(),
        };
        [
            self.member_id.to_string(),
            self.user_id.to_string(),
            self.email.to_string(),
            self.name.to_string(),
            day.map(PeriodKey::to_string).unwrap_or_default(),
            day_used,
            day_limit,
            month.to_string(),
            self.month.used.to_string(),
            self.month.limit.to_wire().to_string(),
            self.is_default.to_string(),
        ]
    }
}

impl From<CreditUsagePage> for CreditUsageBody {
    fn from(page: CreditUsagePage) -> Self {
        let with_day = page.day.is_some();
        let items = page.members.items.into_iter().map(|member| MemberUsageBody::of(member, with_day)).collect();
        Self { day: page.day, month: page.month, items, next: page.members.next }
    }
}
