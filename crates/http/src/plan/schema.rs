use std::collections::{BTreeMap, BTreeSet};

use guildhall_app::plan::OrganizationEntitlements;
use guildhall_domain::{Entitlements, FeatureName, Limit, LimitName, Name, Overrides, Plan, PlanName};
use serde::Serialize;
use utoipa::ToSchema;

/// What organizations on it may do and have.
#[derive(Serialize, ToSchema)]
#[schema(as = Plan, examples(json!({
    "name": "STARTER",
    "label": "Starter",
    "features": ["organization_admins"],
    "limits": {"members": 200, "workspaces": 50},
    "rate_class": null,
    "monthly_credits": 1000,
    "support": "standard"
})))]
pub(crate) struct PlanBody {
    #[schema(value_type = String)]
    name: PlanName,
    /// What people call it.
    label: String,
    /// What it lets an organization do.
    #[schema(value_type = Vec<String>)]
    features: BTreeSet<FeatureName>,
    /// How much it lets an organization have; 0 is unlimited, and so is what is not named.
    #[schema(value_type = BTreeMap<String, u64>)]
    limits: BTreeMap<LimitName, Limit>,
    /// Which limits of requests hold; the usual ones where none is named.
    #[schema(value_type = Option<String>, required = true)]
    rate_class: Option<Name>,
    /// Credits that the organization gets each month.
    monthly_credits: u64,
    /// How the organization is helped.
    #[schema(value_type = Option<String>, required = true)]
    support: Option<Name>,
}

impl From<Plan> for PlanBody {
    fn from(plan: Plan) -> Self {
        Self {
            label: plan.label.as_ref().map_or(plan.name.as_str(), Name::as_str).to_owned(),
            name: plan.name,
            features: plan.features,
            limits: with_unlimited(plan.limits),
            rate_class: plan.rate_class,
            monthly_credits: plan.monthly_credits,
            support: plan.support,
        }
    }
}

/// What holds for an organization: its plan, with what was decided for it alone.
#[derive(Serialize, ToSchema)]
#[schema(as = Entitlements)]
pub(crate) struct EntitlementsBody {
    /// What it may do.
    #[schema(value_type = Vec<String>)]
    features: BTreeSet<FeatureName>,
    /// How much it may have; 0 is unlimited, and so is what is not named.
    #[schema(value_type = BTreeMap<String, u64>)]
    limits: BTreeMap<LimitName, Limit>,
}

impl From<Entitlements> for EntitlementsBody {
    fn from(entitlements: Entitlements) -> Self {
        Self { features: entitlements.features, limits: with_unlimited(entitlements.limits) }
    }
}

/// What a superadmin has decided for one organization, over its plan.
#[derive(Serialize, ToSchema)]
#[schema(as = Overrides)]
pub(crate) struct OverridesBody {
    /// Single limits; 0 is unlimited.
    #[schema(value_type = BTreeMap<String, u64>)]
    limits: BTreeMap<LimitName, Limit>,
    /// Single features: granted, or taken away.
    #[schema(value_type = BTreeMap<String, bool>)]
    features: BTreeMap<FeatureName, bool>,
}

impl From<Overrides> for OverridesBody {
    fn from(overrides: Overrides) -> Self {
        Self { limits: overrides.limits, features: overrides.features }
    }
}

/// What holds for an organization, and where it comes from.
#[derive(Serialize, ToSchema)]
#[schema(as = OrganizationEntitlements, examples(json!({
    "plan": {
        "name": "STARTER",
        "label": "Starter",
        "features": ["organization_admins"],
        "limits": {"members": 200, "workspaces": 50},
        "rate_class": null,
        "monthly_credits": 1000,
        "support": "standard"
    },
    "features": ["organization_admins"],
    "limits": {"members": 500, "workspaces": 50},
    "overrides": {"limits": {"members": 500}, "features": {}}
})))]
pub(crate) struct OrganizationEntitlementsBody {
    /// The plan that it is on.
    plan: PlanBody,
    #[serde(flatten)]
    entitlements: EntitlementsBody,
    overrides: OverridesBody,
}

impl From<OrganizationEntitlements> for OrganizationEntitlementsBody {
    fn from(entitled: OrganizationEntitlements) -> Self {
        Self {
            plan: entitled.plan.into(),
            entitlements: entitled.entitlements.into(),
            overrides: entitled.overrides.into(),
        }
    }
}

/// What is not named is unlimited; a reader need not know that.
fn with_unlimited(mut limits: BTreeMap<LimitName, Limit>) -> BTreeMap<LimitName, Limit> {
    for name in [LimitName::members(), LimitName::workspaces()] {
        limits.entry(name).or_default();
    }
    limits
}
