use std::collections::{BTreeMap, BTreeSet};

use guildhall_domain::audit::{AuditAction, AuditTarget, TargetKind};
use guildhall_domain::blueprint::Blueprint;
use guildhall_domain::policy::{Authority, Denied};
use guildhall_domain::{FeatureName, Invalid, Limit, LimitName, OrganizationId, Overrides, Permission};
use guildhall_ports::store::OrganizationRef;

use super::OrganizationEntitlements;
use crate::transact::work;
use crate::{AppError, Caller, Change, Guildhall, Precondition};

/// Changes to what holds for one organization over its plan. What is cleared
/// is as the plan says again.
#[derive(Debug, Clone, Default)]
pub struct LimitChanges {
    /// Single limits.
    pub limits: BTreeMap<LimitName, Change<Limit>>,
    /// Single features, granted or taken away.
    pub features: BTreeMap<FeatureName, Change<bool>>,
}

impl LimitChanges {
    fn apply(&self, overrides: &mut Overrides) {
        for (name, change) in &self.limits {
            apply(&mut overrides.limits, name, change);
        }
        for (name, change) in &self.features {
            apply(&mut overrides.features, name, change);
        }
    }

    fn check(&self, blueprint: &Blueprint) -> Result<(), AppError> {
        let features: BTreeSet<_> = blueprint.plans.0.iter().flat_map(|plan| &plan.features).collect();
        // What the blueprint does not know any more can still be cleared.
        let mut set = self.features.iter().filter(|(_, change)| matches!(change, Change::Set(_)));
        if let Some((unknown, _)) = set.find(|(name, _)| !features.contains(name)) {
            let names: Vec<_> = features.iter().map(|name| name.as_str()).collect();
            return Err(AppError::invalid(
                format!("/features/{unknown}"),
                Invalid::new("unknown_feature", format!("must be a feature of a plan: {}", names.join(", "))),
            ));
        }
        for (name, _) in self.limits.iter().filter(|(_, change)| matches!(change, Change::Set(_))) {
            let known = blueprint.known_limit(name.as_str());
            known.map_err(|invalid| AppError::invalid(format!("/limits/{name}"), invalid))?;
        }
        Ok(())
    }
}

fn apply<K: Ord + Clone, V: Copy>(overrides: &mut BTreeMap<K, V>, name: &K, change: &Change<V>) {
    match change {
        Change::Keep => {}
        Change::Clear => {
            overrides.remove(name);
        }
        Change::Set(value) => {
            overrides.insert(name.clone(), *value);
        }
    }
}

impl Guildhall {
    /// Sets limits and features of one organization, over its plan: superadmins
    /// only (M-14). A limit below what there is takes nothing away.
    ///
    /// # Errors
    /// `unknown_limit` (`/limits/…`), `unknown_feature` (`/features/…`), [`AppError::PreconditionFailed`], denials.
    pub async fn set_limits(
        &self,
        caller: &Caller,
        organization: OrganizationId,
        changes: &LimitChanges,
        precondition: &Precondition,
    ) -> Result<OrganizationEntitlements, AppError> {
        self.change_in(
            caller,
            OrganizationRef::Id(organization),
            Permission::OrganizationUpdate,
            work!(|access| {
                if access.grant().authority() != Authority::Superadmin {
                    return Err(Denied::NotSuperadmin.into());
                }
                precondition.check(access.organization())?;
                changes.check(access.blueprint())?;
                let mut organization = access.organization().clone();
                changes.apply(&mut organization.overrides);
                if organization.overrides == access.organization().overrides {
                    return Ok(self.entitled(&organization));
                }
                organization.updated_at = access.now();
                let before = access.organization().clone();
                let organization = access.tx().update_organization(&organization).await?;
                let limits = organization.overrides.limits.iter();
                let limits: Vec<_> = limits.map(|(name, limit)| format!("{name}={}", limit.to_wire())).collect();
                let features = organization.overrides.features.iter();
                let features: Vec<_> = features.map(|(name, granted)| format!("{name}={granted}")).collect();
                let (limits, features) = (limits.join(","), features.join(","));
                let details = [("limits", limits.as_str()), ("features", features.as_str())];
                let target = AuditTarget { kind: TargetKind::Organization, id: organization.id.uuid() };
                access.audit(AuditAction::SetLimits, target, &details).await?;
                self.note_moved_limits(access, &before, &organization).await?;
                Ok(self.entitled(&organization))
            }),
        )
        .await
    }
}
