use std::collections::{BTreeMap, BTreeSet};

use crate::{FeatureName, Limit, LimitName, Organization, Overrides, Plan, Usage};

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

    /// What an organization uses of its limits, in the order of their names
    /// (M-18): members and workspaces.
    pub fn usage(&self, organization: &Organization) -> Vec<Usage> {
        [(LimitName::members(), organization.users_count), (LimitName::workspaces(), organization.workspaces_count)]
            .into_iter()
            .map(|(name, used)| Usage { max: self.limit(&name), name, used })
            .collect()
    }

    /// What an organization has more of than it may: what a change of plan
    /// leaves over. Nothing is taken away; nothing is added to it either.
    pub fn exceeded_by(&self, organization: &Organization) -> Vec<Usage> {
        self.usage(organization).into_iter().filter(|usage| !usage.max.allows(usage.used)).collect()
    }
}
