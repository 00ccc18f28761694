use guildhall_domain::audit::{AuditAction, AuditTarget, TargetKind};
use guildhall_domain::policy::Authority;
use guildhall_domain::{Organization, Permission, PlanName, Usage};
use guildhall_ports::store::OrganizationRef;

use super::OrganizationEntitlements;
use crate::access::Access;
use crate::transact::work;
use crate::{AppError, Caller, Conflict, Guildhall, NotAllowed, Precondition};

/// What a change of plan does.
#[derive(Debug, Clone)]
pub struct PlanChange {
    /// The organization as it is with it.
    pub organization: Organization,
    /// What holds with it.
    pub entitled: OrganizationEntitlements,
    /// What the organization has more of than the plan allows: it stays, and
    /// nothing is added to it.
    pub exceeded: Vec<Usage>,
    /// Whether it only shows what would be.
    pub dry_run: bool,
}

impl Guildhall {
    /// Puts an organization on another plan, or shows what that would do.
    /// Nothing is ever taken away: what is over its limit stays (M-14).
    ///
    /// # Errors
    /// `unknown_plan` (`/plan`), `plan_unchanged`, `plan_not_self_service` where
    /// only superadmins may, [`AppError::PreconditionFailed`], denials.
    pub async fn change_plan(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        plan: &PlanName,
        dry_run: bool,
        precondition: &Precondition,
    ) -> Result<PlanChange, AppError> {
        let change = &PlanRequest { plan, precondition };
        if dry_run {
            let shown = work!(|access| { self.planned(access, change).await.map(|(_, change)| change) });
            return self.read_in(caller, organization, Permission::BillingManage, shown).await;
        }
        self.change_in(
            caller,
            organization,
            Permission::BillingManage,
            work!(|access| {
                let (before, planned) = self.planned(access, change).await?;
                let mut organization = planned.organization;
                organization.updated_at = access.now();
                let organization = access.tx().update_organization(&organization).await?;
                let target = AuditTarget { kind: TargetKind::Organization, id: organization.id.uuid() };
                let details = [("from", before.plan.as_str()), ("to", organization.plan.as_str())];
                access.audit(AuditAction::ChangePlan, target, &details).await?;
                self.note_moved_limits(access, &before, &organization).await?;
                Ok(PlanChange { organization, dry_run: false, ..planned })
            }),
        )
        .await
    }

    /// The organization as it is, and what the change would make of it.
    async fn planned(
        &self,
        access: &mut Access,
        change: &PlanRequest<'_>,
    ) -> Result<(Organization, PlanChange), AppError> {
        let by_operator = access.grant().authority() == Authority::Superadmin;
        if !by_operator && !access.blueprint().billing.self_service {
            return Err(NotAllowed::PlanNotSelfService.into());
        }
        let before = access.organization().clone();
        change.precondition.check(&before)?;
        let plan = self.named_plan(change.plan)?;
        if before.plan == plan.name {
            return Err(Conflict::SamePlan.into());
        }
        let organization = Organization { plan: plan.name, ..before.clone() };
        let entitled = self.entitled(&organization);
        let mut exceeded = self.usage_in(access.tx(), &organization).await?;
        exceeded.retain(Usage::is_exceeded);
        Ok((before, PlanChange { organization, entitled, exceeded, dry_run: true }))
    }
}

/// What is asked of the organization's plan, and of the organization.
struct PlanRequest<'a> {
    plan: &'a PlanName,
    precondition: &'a Precondition,
}
