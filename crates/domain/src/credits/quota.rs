use super::{Amount, PeriodKey, Periods};
use crate::invitation::named;
use crate::{Invalid, Limit, Timestamp};

/// How much of the pool one member may spend (M-23), or all members for one
/// workspace, whose budget it is: unlimited is within the pool.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CreditQuota {
    /// In a month.
    pub monthly: Limit,
    /// In a day.
    pub daily: Limit,
}

named! {
    /// Which quota.
    QuotaScope {
        /// The member's one of the day.
        Day = "day",
        /// The member's one of the month.
        Month = "month",
        /// The workspace's budget of the day.
        WorkspaceDay = "workspace_day",
        /// The workspace's budget of the month.
        WorkspaceMonth = "workspace_month",
    } else "unknown_scope", "must be day, month, workspace_day or workspace_month"
}

impl QuotaScope {
    /// A member's: of the day, and of the month.
    pub const OF_MEMBER: [Self; 2] = [Self::Day, Self::Month];
    /// A workspace's: of the day, and of the month.
    pub const OF_WORKSPACE: [Self; 2] = [Self::WorkspaceDay, Self::WorkspaceMonth];
}

/// A quota that does not allow something (M-25).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaUse {
    /// Which.
    pub scope: QuotaScope,
    /// How much may be spent in it.
    pub limit: u64,
    /// How much is spent or held.
    pub used: u64,
    /// When it begins anew.
    pub resets_at: Timestamp,
}

/// What a member has spent, or holds, in the present day and month; or what is
/// spent or held for a workspace, by whomever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotaSpending {
    /// How much they may.
    pub quota: CreditQuota,
    /// The present periods.
    pub periods: Periods,
    /// In the day.
    pub day: u64,
    /// In the month.
    pub month: u64,
}

impl QuotaSpending {
    /// Every quota that `amount` more would pass, called as `scopes` says.
    /// Nobody spends more than 2^53 - 1 in a period, be it unlimited: beyond,
    /// numbers are not exact.
    pub fn refusals(&self, scopes: [QuotaScope; 2], amount: Amount) -> Vec<QuotaUse> {
        let day = (scopes[0], self.quota.daily, self.day, self.periods.day_ends_at);
        let month = (scopes[1], self.quota.monthly, self.month, self.periods.month_ends_at);
        let scopes = [day, month].into_iter();
        scopes
            .map(|(scope, limit, used, resets_at)| {
                let limit = if limit.is_unlimited() { Amount::MAX } else { limit.to_wire() };
                QuotaUse { scope, limit, used, resets_at }
            })
            .filter(|quota| quota.used.saturating_add(amount.get()) > quota.limit)
            .collect()
    }

    pub(super) fn add(&mut self, amount: u64) {
        self.day = self.day.saturating_add(amount);
        self.month = self.month.saturating_add(amount);
    }

    /// Gives back what was spent or held in the periods `day` and `month`: only
    /// what is in the present ones makes room in them.
    pub(super) fn give_back(&mut self, day: &PeriodKey, month: &PeriodKey, amount: u64) {
        if *day == self.periods.day {
            self.day = self.day.saturating_sub(amount);
        }
        if *month == self.periods.month {
            self.month = self.month.saturating_sub(amount);
        }
    }
}
