use guildhall_domain::{
    Entitlements, FeatureName, Invalid, LimitName, MemberRole, Organization, Overrides, Permission, Plan, PlanName,
};
use guildhall_ports::store::OrganizationRef;

use crate::transact::work;
use crate::{AppError, Caller, Guildhall};

/// What holds for an organization, and where it comes from.
#[derive(Debug, Clone)]
pub struct OrganizationEntitlements {
    /// The plan that it is on.
    pub plan: Plan,
    /// What was decided for it alone.
    pub overrides: Overrides,
    /// Both together.
    pub entitlements: Entitlements,
}

impl Guildhall {
    /// What an organization may do and have, for the product to read: every
    /// member may.
    ///
    /// # Errors
    /// Denials.
    pub async fn entitlements(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
    ) -> Result<OrganizationEntitlements, AppError> {
        self.read_in(
            caller,
            organization,
            Permission::OrganizationRead,
            work!(|access| { Ok(self.entitled(access.organization())) }),
        )
        .await
    }

    pub(crate) fn entitled(&self, organization: &Organization) -> OrganizationEntitlements {
        OrganizationEntitlements {
            plan: self.plan_of(organization),
            overrides: organization.overrides.clone(),
            entitlements: self.entitlements_of(organization),
        }
    }

    /// The plan that an organization is on.
    pub(crate) fn plan_of(&self, organization: &Organization) -> Plan {
        let plans = &self.settings.blueprint.plans;
        plans.of(&organization.plan).cloned().unwrap_or_else(|| Plan::new(organization.plan.clone()))
    }

    /// What holds for an organization.
    pub(crate) fn entitlements_of(&self, organization: &Organization) -> Entitlements {
        Entitlements::of(&self.plan_of(organization), &organization.overrides)
    }

    /// Whether the organization's plan has what a role needs: an owner there
    /// always is, an admin only with the feature (M-10).
    ///
    /// # Errors
    /// [`AppError::FeatureNotInPlan`].
    pub(crate) fn require_for_role(&self, organization: &Organization, role: MemberRole) -> Result<(), AppError> {
        if role != MemberRole::Admin || self.entitlements_of(organization).has(FeatureName::ORGANIZATION_ADMINS) {
            return Ok(());
        }
        Err(AppError::FeatureNotInPlan(FeatureName::parse(FeatureName::ORGANIZATION_ADMINS)?))
    }

    /// Whether there is a seat for one more (M-16).
    fn has_seat(&self, organization: &Organization) -> bool {
        let limit = self.entitlements_of(organization).limit(&LimitName::members());
        limit.allows(organization.users_count.saturating_add(1))
    }

    /// Whether one more with this role may come in by a door that opens by itself.
    pub(crate) fn lets_in(&self, organization: &Organization, role: MemberRole) -> bool {
        self.has_seat(organization) && self.require_for_role(organization, role).is_ok()
    }

    /// That there is a seat for one more.
    ///
    /// # Errors
    /// [`AppError::LimitReached`].
    pub(crate) fn require_seat(&self, organization: &Organization) -> Result<(), AppError> {
        if self.has_seat(organization) {
            return Ok(());
        }
        let limit = LimitName::members();
        let max = self.entitlements_of(organization).limit(&limit).to_wire();
        Err(AppError::LimitReached { limit, used: organization.users_count, max })
    }

    /// A new organization, on the first plan.
    pub(crate) fn on_first_plan(&self, organization: Organization) -> Organization {
        match self.settings.blueprint.plans.first() {
            Some(plan) => Organization { plan: plan.name.clone(), ..organization },
            None => organization,
        }
    }

    /// A plan that a request names.
    pub(crate) fn named_plan(&self, name: &PlanName) -> Result<Plan, AppError> {
        let known = &self.settings.blueprint.plans;
        known.get(name).cloned().ok_or_else(|| {
            let names: Vec<_> = known.0.iter().map(|plan| plan.name.as_str()).collect();
            AppError::invalid("/plan", Invalid::new("unknown_plan", format!("must be one of {}", names.join(", "))))
        })
    }
}
