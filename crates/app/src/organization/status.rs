use guildhall_domain::audit::{AuditAction, AuditTarget, TargetKind};
use guildhall_domain::{Organization, OrganizationId, OrganizationStatus, Permission};
use guildhall_ports::store::OrganizationRef;

use crate::transact::work;
use crate::{AppError, Caller, Conflict, Guildhall};

impl Guildhall {
    /// Suspends, locks down or restores an organization (N-35, N-36):
    /// superadmins only.
    ///
    /// # Errors
    /// `status_unchanged`, denials.
    pub async fn set_organization_status(
        &self,
        caller: &Caller,
        organization: OrganizationId,
        status: OrganizationStatus,
    ) -> Result<Organization, AppError> {
        self.require_superadmin(caller).await?;
        let action = match status {
            OrganizationStatus::Active => AuditAction::RestoreOrganization,
            OrganizationStatus::Suspended => AuditAction::SuspendOrganization,
            OrganizationStatus::Lockdown => AuditAction::LockDownOrganization,
        };
        let organization = OrganizationRef::Id(organization);
        self.change_in(
            caller,
            organization,
            Permission::OrganizationUpdate,
            work!(|access| {
                let mut organization = access.organization().clone();
                if organization.status == status {
                    return Err(Conflict::SameStatus.into());
                }
                let from = organization.status.as_str();
                organization.status = status;
                organization.updated_at = access.now();
                let organization = access.tx().update_organization(&organization).await?;
                let target = AuditTarget { kind: TargetKind::Organization, id: organization.id.uuid() };
                access.audit(action, target, &[("from", from), ("to", status.as_str())]).await?;
                Ok(organization)
            }),
        )
        .await
    }
}
