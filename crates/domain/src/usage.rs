use std::collections::BTreeMap;

use crate::{Limit, LimitName, WorkspaceKindName};

/// What storage counts of an organization beside what stands in its own row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Workspaces of each kind, but for personal ones (M-15); a kind that is
    /// not named has none.
    pub workspaces: BTreeMap<WorkspaceKindName, u64>,
    /// What is used of each resource (N-18); one that is not named is not used.
    pub quotas: BTreeMap<LimitName, u64>,
}

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

    /// Whether there is more than there may be, as after a downgrade: nothing
    /// is taken away, and nothing is added.
    pub fn is_exceeded(&self) -> bool {
        !self.max.allows(self.used)
    }

    /// The colour: blue under 70, yellow from 70, red from 90 (M-18).
    pub fn level(&self) -> UsageLevel {
        match self.percent() {
            None | Some(..70) => UsageLevel::Blue,
            Some(70..90) => UsageLevel::Yellow,
            Some(90..) => UsageLevel::Red,
        }
    }

    /// The thresholds that are reached now, and were not with `before` used of
    /// the same limit: lowest first.
    pub fn crossed_since(&self, before: u64) -> Vec<u64> {
        self.crossed_from(&Self { used: before, ..self.clone() })
    }

    /// The thresholds that are reached now, and were not then, be it that more
    /// is used or that less may be. Without a limit there is none.
    pub fn crossed_from(&self, before: &Self) -> Vec<u64> {
        let (now, then) = (self.percent().unwrap_or(0), before.percent().unwrap_or(0));
        Self::THRESHOLDS.into_iter().filter(|threshold| then < *threshold && now >= *threshold).collect()
    }
}
