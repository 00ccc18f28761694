use crate::{FeatureName, Limit, LimitName, Name, Plan, PlanName};

/// Who may change an organization's plan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct BillingRules {
    /// Whether owners and admins may (M-08, M-21); else only superadmins.
    pub self_service: bool,
}

/// The plans of a deployment, in order: at least one. New organizations are on
/// the first (S-12, M-10).
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct Plans(pub Vec<Plan>);

impl Plans {
    /// The plan of a new organization.
    pub fn first(&self) -> Option<&Plan> {
        self.0.first()
    }

    /// A plan by its name.
    pub fn get(&self, name: &PlanName) -> Option<&Plan> {
        self.0.iter().find(|plan| plan.name == *name)
    }

    /// The plan that an organization is on. One that the blueprint does not
    /// know any more counts as the first.
    pub fn of(&self, name: &PlanName) -> Option<&Plan> {
        self.get(name).or_else(|| self.first())
    }
}

impl Default for Plans {
    /// FREE, STARTER, PROFESSIONAL, ORGANIZATION, ENTERPRISE.
    fn default() -> Self {
        let plans = [
            ("FREE", 50, 10, 0, "community"),
            ("STARTER", 200, 50, 1_000, "standard"),
            ("PROFESSIONAL", 1_000, 200, 10_000, "priority"),
            ("ORGANIZATION", 0, 1_000, 50_000, "priority"),
            ("ENTERPRISE", 0, 0, 0, "dedicated"),
        ];
        let built = plans.into_iter().filter_map(|(name, members, workspaces, monthly_credits, support)| {
            let limits = [(LimitName::members(), members), (LimitName::workspaces(), workspaces)];
            Some(Plan {
                features: FeatureName::parse(FeatureName::ORGANIZATION_ADMINS).into_iter().collect(),
                limits: limits
                    .into_iter()
                    .filter_map(|(name, most)| Some((name, Limit::from_wire(most).ok()?)))
                    .filter(|(_, limit)| *limit != Limit::Unlimited)
                    .collect(),
                monthly_credits,
                support: Name::parse(support).ok(),
                ..Plan::new(PlanName::parse(name).ok()?)
            })
        });
        Self(built.collect())
    }
}
