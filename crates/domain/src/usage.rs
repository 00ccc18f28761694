use crate::{Limit, LimitName};

/// How much of a limit is used (M-18).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// Of what.
    pub name: LimitName,
    /// How much there is.
    pub used: u64,
    /// How much there may be.
    pub max: Limit,
}

/// The colours of the usage panel (M-18).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum UsageLevel {
    /// Under 70 percent, or unlimited.
    Blue,
    /// 70 percent or more.
    Yellow,
    /// 90 percent or more.
    Red,
}

impl Usage {
    /// The shares, in percent, whose crossing upward is an event.
    pub const THRESHOLDS: [u64; 3] = [70, 90, 100];

    /// The share that is used, in whole percent, rounded down; none where
    /// there is no limit. More than 100 after a downgrade.
    pub fn percent(&self) -> Option<u64> {
        match self.max {
            Limit::Unlimited => None,
            Limit::AtMost(max) => {
                let percent = u128::from(self.used) * 100 / u128::from(max.max(1));
                Some(u64::try_from(percent).unwrap_or(u64::MAX))
            }
        }
    }

    /// The colour: blue under 70, yellow from 70, red from 90 (M-18).
    pub fn level(&self) -> UsageLevel {
        match self.percent() {
            None | Some(..70) => UsageLevel::Blue,
            Some(70..90) => UsageLevel::Yellow,
            Some(90..) => UsageLevel::Red,
        }
    }

    /// The highest threshold that is reached with this use, and was not with `before`.
    pub fn crossed_since(&self, before: u64) -> Option<u64> {
        let now = self.percent()?;
        let then = Self { used: before, ..self.clone() }.percent()?;
        Self::THRESHOLDS.into_iter().rev().find(|threshold| then < *threshold && now >= *threshold)
    }
}
