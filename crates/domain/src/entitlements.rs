use std::collections::{BTreeMap, BTreeSet};

use crate::blueprint::Counted;
use crate::{Counts, FeatureName, Limit, LimitName, Organization, Overrides, Plan, Usage};

/// What holds for one organization: its plan, and what was decided for it alone
/// (S-12, M-14).
///
/// ```
/// use guildhall_domain::{Entitlements, Limit, LimitName, Overrides, Plan, PlanName};
///
/// let mut free = Plan::new(PlanName::free());
/// free.limits.insert(LimitName::members(), Limit::AtMost(5));
/// let mut overrides = Overrides::default();
/// assert_eq!(Entitlements::of(&free, &overrides).limit(&LimitName::members()), Limit::AtMost(5));
/// overrides.limits.insert(LimitName::members(), Limit::Unlimited);
/// assert_eq!(Entitlements::of(&free, &overrides).limit(&LimitName::members()), Limit::Unlimited);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entitlements {
    /// What the organization may do.
    pub features: BTreeSet<FeatureName>,
    /// How much it may have; what is not named is unlimited.
    pub limits: BTreeMap<LimitName, Limit>,
}

impl Entitlements {
    /// A plan with the overrides over it.
    pub fn of(plan: &Plan, overrides: &Overrides) -> Self {
        let mut features = plan.features.clone();
        for (name, granted) in &overrides.features {
            if *granted {
                features.insert(name.clone());
            } else {
                features.remove(name);
            }
        }
        let mut limits = plan.limits.clone();
        limits.extend(overrides.limits.iter().map(|(name, limit)| (name.clone(), *limit)));
        Self { features, limits }
    }

    /// How much there may be of something.
    pub fn limit(&self, name: &LimitName) -> Limit {
        self.limits.get(name).copied().unwrap_or_default()
    }

    /// Whether the organization may do something.
    pub fn has(&self, feature: &str) -> bool {
        self.features.iter().any(|known| known.as_str() == feature)
    }

    /// What an organization uses of the limits of its deployment, in their order (M-18).
    pub fn usage(&self, limits: &[(LimitName, Counted)], organization: &Organization, counts: &Counts) -> Vec<Usage> {
        let used = |name: &LimitName, counted: &Counted| match counted {
            Counted::Members => organization.users_count,
            Counted::Workspaces => organization.workspaces_count,
            Counted::WorkspacesOf(kind) => counts.workspaces.get(kind).copied().unwrap_or(0),
            Counted::Quota => counts.quotas.get(name).copied().unwrap_or(0),
        };
        let each = limits.iter();
        each.map(|(name, counted)| Usage { used: used(name, counted), max: self.limit(name), name: name.clone() })
            .collect()
    }
}
