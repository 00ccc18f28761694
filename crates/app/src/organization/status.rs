use guildhall_domain::audit::{AuditAction, AuditTarget, TargetKind};
use guildhall_domain::{Organization, OrganizationId, OrganizationStatus, Permission};
use guildhall_ports::store::OrganizationRef;

use crate::transact::work;
use crate::{AppError, Caller, Conflict, Guildhall};

/// An organization whose status was changed.
#[derive(Debug, Clone)]
pub struct StatusChanged {
    /// As it is now.
    pub organization: Organization,
    /// How many sessions of its members were ended (N-35).
    pub killed_sessions: u64,
}

impl Guildhall {
    /// Suspends, locks down or restores an organization (N-35, N-36):
    /// superadmins only. Lockdown ends the sessions of all its members but
    /// superadmins, so that nobody goes on with what they had open.
    ///
    /// # Errors
    /// `status_unchanged`, denials.
    pub async fn set_organization_status(
        &self,
        caller: &Caller,
        organization: OrganizationId,
        status: OrganizationStatus,
    ) -> Result<StatusChanged, AppError> {
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
                let ended = match status {
                    OrganizationStatus::Lockdown => access.tx().end_member_sessions(organization.updated_at).await?,
                    OrganizationStatus::Active | OrganizationStatus::Suspended => 0,
                };
                let killed_sessions = ended.to_string();
                let details = [("from", from), ("to", status.as_str()), ("killed_sessions", killed_sessions.as_str())];
                access.audit(action, target, &details).await?;
                Ok(StatusChanged { organization, killed_sessions: ended })
            }),
        )
        .await
    }
}
