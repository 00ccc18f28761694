use guildhall_domain::audit::{AuditAction, AuditActor, AuditTarget, TargetKind};
use guildhall_domain::{OrganizationId, Permission, Usage};
use guildhall_ports::store::{OrgTx, OrganizationRef};

use crate::transact::work;
use crate::{AppError, Caller, Guildhall, RequestContext};

/// How much an organization has, and may have (M-19).
#[derive(Debug, Clone)]
pub struct OrganizationUsage {
    /// Each limit, in the order of the documentation.
    pub limits: Vec<Usage>,
}

impl Guildhall {
    /// How much of its limits an organization uses (M-18, M-19): admins may ask.
    /// Counted in the statements that change it, so true at the instant of the read.
    ///
    /// # Errors
    /// Denials.
    pub async fn usage(&self, caller: &Caller, organization: OrganizationRef) -> Result<OrganizationUsage, AppError> {
        self.read_in(
            caller,
            organization,
            Permission::UsageRead,
            work!(|access| {
                let entitlements = self.entitlements_of(access.organization());
                Ok(OrganizationUsage { limits: entitlements.usage(access.organization()) })
            }),
        )
        .await
    }

    /// Writes that a threshold of a limit was reached, where it was (M-18).
    pub(crate) async fn note_threshold(
        &self,
        tx: &mut dyn OrgTx,
        organization: OrganizationId,
        usage: &Usage,
        before: u64,
        request: &RequestContext,
    ) -> Result<(), AppError> {
        let Some(threshold) = usage.crossed_since(before) else { return Ok(()) };
        let (percent, used, max) = (threshold.to_string(), usage.used.to_string(), usage.max.to_wire().to_string());
        let details = [
            ("limit", usage.name.as_str()),
            ("percent", percent.as_str()),
            ("used", used.as_str()),
            ("max", max.as_str()),
        ];
        let target = AuditTarget { kind: TargetKind::Organization, id: organization.uuid() };
        let (actor, action) = (AuditActor::default(), AuditAction::LimitThreshold);
        let event = self.organization_event(organization, actor, request, action, target, &details);
        tx.append_audit(&event).await?;
        Ok(())
    }
}
