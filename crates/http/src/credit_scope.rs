use guildhall_domain::credits::QuotaUse;
use serde::Serialize;
use time::OffsetDateTime;
use time::serde::rfc3339;
use utoipa::ToSchema;

/// Something that does not allow so many credits to be spent.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CreditScope, examples(
    json!({"scope": "pool", "available": 40, "requested": 60}),
    json!({"scope": "day", "limit": 100, "used": 80, "requested": 60, "resets_at": "2026-02-01T00:00:00Z"}),
    json!({"scope": "workspace_month", "limit": 5000, "used": 4950, "requested": 60, "resets_at": "2026-02-01T00:00:00Z"})
))]
pub(crate) struct CreditScopeBody {
    /// The organization's `pool`, the member's quota of the `day` or the `month`, or the workspace's budget of either.
    #[schema(value_type = String, pattern = "^(pool|day|month|workspace_day|workspace_month)$")]
    scope: &'static str,
    /// What can be spent of the pool.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    available: Option<u64>,
    /// How much the member may spend, or all members together for the workspace.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    limit: Option<u64>,
    /// How much of it is spent or held.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    used: Option<u64>,
    /// How much was asked for.
    requested: u64,
    /// When the quota, or the budget, begins anew.
    #[serde(with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    resets_at: Option<OffsetDateTime>,
}

impl CreditScopeBody {
    /// Every scope that binds.
    pub(crate) fn all(requested: u64, balance: Option<u64>, quotas: &[QuotaUse]) -> Vec<Self> {
        let none = Self { scope: "pool", available: None, limit: None, used: None, requested, resets_at: None };
        let pool = balance.map(|balance| Self { available: Some(balance), ..none.clone() });
        let quotas = quotas.iter().map(|quota| Self {
            scope: quota.scope.as_str(),
            limit: Some(quota.limit),
            used: Some(quota.used),
            resets_at: Some(quota.resets_at),
            ..none.clone()
        });
        pool.into_iter().chain(quotas).collect()
    }

    pub(crate) fn resets_at(&self) -> Option<OffsetDateTime> {
        self.resets_at
    }
}
