use guildhall_domain::audit::{AuditAction, AuditActor, AuditTarget, TargetKind};
use guildhall_domain::{Organization, OrganizationId, Permission, Usage};
use guildhall_ports::store::{OrgTx, OrganizationRef};

use crate::access::Access;
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
                let organization = access.organization().clone();
                Ok(OrganizationUsage { limits: self.usage_in(access.tx(), &organization).await? })
            }),
        )
        .await
    }

    /// What an organization uses of every limit, read in this unit of work.
    pub(super) async fn usage_in(
        &self,
        tx: &mut dyn OrgTx,
        organization: &Organization,
    ) -> Result<Vec<Usage>, AppError> {
        let counts = tx.counts().await?;
        let limits = self.settings.blueprint.limits();
        Ok(self.entitlements_of(organization).usage(&limits, organization, &counts))
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
        for threshold in usage.crossed_since(before) {
            self.write_threshold(tx, organization, usage, threshold, request).await?;
        }
        Ok(())
    }

    /// The same where it is not the use that changed, but what may be used.
    pub(super) async fn note_moved_limits(
        &self,
        access: &mut Access,
        before: &Organization,
        after: &Organization,
    ) -> Result<(), AppError> {
        let then = self.usage_in(access.tx(), before).await?;
        let now = self.usage_in(access.tx(), after).await?;
        let request = access.request().clone();
        for (then, now) in then.iter().zip(&now) {
            for threshold in now.crossed_from(then) {
                self.write_threshold(access.tx(), after.id, now, threshold, &request).await?;
            }
        }
        Ok(())
    }

    async fn write_threshold(
        &self,
        tx: &mut dyn OrgTx,
        organization: OrganizationId,
        usage: &Usage,
        threshold: u64,
        request: &RequestContext,
    ) -> Result<(), AppError> {
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
