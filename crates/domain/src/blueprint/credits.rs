use std::collections::BTreeMap;

use crate::credits::{Amount, CreditQuota};
use crate::{Invalid, Limit, LimitName};

/// What spends credits, and how much members may spend of the pool.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct CreditRules {
    /// What the product does that has a price, and the price (M-22).
    pub operations: BTreeMap<LimitName, u64>,
    /// How much a member for whom nobody has said may spend in a month;
    /// unlimited within the pool where nothing is said (M-24).
    pub default_monthly_quota: Limit,
    /// The same for a day.
    pub default_daily_quota: Limit,
}

impl CreditRules {
    /// The price of an operation.
    ///
    /// # Errors
    /// `unknown_operation`.
    pub fn price(&self, operation: &str) -> Result<Amount, Invalid> {
        let found = self.operations.iter().find(|(name, _)| name.as_str() == operation);
        match found {
            Some((_, price)) => Amount::new(*price),
            None if self.operations.is_empty() => {
                Err(Invalid::new("unknown_operation", "nothing has a price here: name an amount"))
            }
            None => {
                let names: Vec<_> = self.operations.keys().map(LimitName::as_str).collect();
                Err(Invalid::new("unknown_operation", format!("must be one of {}", names.join(", "))))
            }
        }
    }

    /// The quota of a member for whom nobody has said.
    pub fn default_quota(&self) -> CreditQuota {
        CreditQuota { monthly: self.default_monthly_quota, daily: self.default_daily_quota }
    }
}
