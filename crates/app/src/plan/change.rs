use guildhall_domain::audit::{AuditAction, AuditTarget, TargetKind};
use guildhall_domain::policy::Authority;
use guildhall_domain::{Organization, Permission, PlanName, Usage};
use guildhall_ports::store::OrganizationRef;

use super::OrganizationEntitlements;
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
        self.change_in(
            caller,
            organization,
            Permission::BillingManage,
            work!(|access| {
                let by_operator = access.grant().authority() == Authority::Superadmin;
                if !by_operator && !access.blueprint().billing.self_service {
                    return Err(NotAllowed::PlanNotSelfService.into());
                }
                precondition.check(access.organization())?;
                let plan = self.named_plan(plan)?;
                let before = access.organization().plan.clone();
                if before == plan.name {
                    return Err(Conflict::SamePlan.into());
                }
                let mut organization = access.organization().clone();
                organization.plan = plan.name.clone();
                if !dry_run {
                    organization.updated_at = access.now();
                    organization = access.tx().update_organization(&organization).await?;
                    let target = AuditTarget { kind: TargetKind::Organization, id: organization.id.uuid() };
                    let details = [("from", before.as_str()), ("to", plan.name.as_str())];
                    access.audit(AuditAction::ChangePlan, target, &details).await?;
                }
                let entitled = self.entitled(&organization);
                let exceeded = entitled.entitlements.exceeded_by(&organization);
                Ok(PlanChange { organization, entitled, exceeded, dry_run })
            }),
        )
        .await
    }
}
