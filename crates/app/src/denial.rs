//! Denials are audited: N-15, C-20, ASVS 16.3.2.

use std::collections::BTreeMap;

use guildhall_domain::audit::{AuditAction, AuditEvent, AuditTarget, TargetKind};
use guildhall_domain::policy::Denied;
use guildhall_domain::{AuditEventId, OrganizationId, Permission};
use guildhall_ports::store::{Mode, StoreError};

use crate::{AppError, Caller, Guildhall, Missing};

impl Guildhall {
    /// Writes a denied attempt on `organization` into its audit log, and an
    /// attempt from outside into the log of the caller's own organization too.
    ///
    /// An id that is unknown in the organization is treated as a foreign one,
    /// since nobody may tell the two apart: not even by the time it takes.
    pub(crate) async fn audit_denial(
        &self,
        caller: &Caller,
        organization: OrganizationId,
        permission: Permission,
        error: &AppError,
    ) {
        let organization_itself = AuditTarget { kind: TargetKind::Organization, id: organization.uuid() };
        let (target, reason, from_outside) = match error {
            AppError::Denied(denied) => (organization_itself, reason_of(*denied), *denied == Denied::NotVisible),
            AppError::Refused(refused) => (organization_itself, refused.code(), false),
            AppError::NotFound { what: Missing::Organization, id: Some(_) } => {
                (organization_itself, "unknown_id", true)
            }
            AppError::NotFound { what, id: Some(id) } => match target_kind(*what) {
                Some(kind) => (AuditTarget { kind, id: *id }, "unknown_id", false),
                None => return,
            },
            _ => return,
        };
        let details = [("permission", permission.as_str()), ("reason", reason)];
        self.write_denial(caller, organization, target, &details).await;
        if let (true, Some(own)) = (from_outside, caller.active_organization)
            && own != organization
        {
            self.write_denial(caller, own, target, &details).await;
        }
    }

    /// Writes an attempt to operate the installation into the log of the
    /// caller's own organization.
    pub(crate) async fn audit_platform_denial(&self, caller: &Caller) {
        if let Some(own) = caller.active_organization {
            let target = AuditTarget { kind: TargetKind::User, id: caller.actor.user_id.uuid() };
            self.write_denial(caller, own, target, &[("reason", "not_superadmin")]).await;
        }
    }

    async fn write_denial(&self, caller: &Caller, log: OrganizationId, target: AuditTarget, details: &[(&str, &str)]) {
        let event = AuditEvent {
            id: AuditEventId::from(self.ports.ids.next()),
            organization_id: Some(log),
            action: AuditAction::AccessDenied,
            actor: caller.audit_actor(),
            target: Some(target),
            success: false,
            details: details.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect::<BTreeMap<_, _>>(),
            request_id: caller.request.request_id.clone(),
            ip_address: caller.request.ip_address.clone(),
            occurred_at: self.now(),
        };
        match self.append(log, &event).await {
            // There is no such organization, and so no log.
            Ok(()) | Err(StoreError::NotFound) => {}
            Err(error) => tracing::error!(%error, user = %caller.actor.user_id, "a denial was not audited"),
        }
    }

    async fn append(&self, log: OrganizationId, event: &AuditEvent) -> Result<(), StoreError> {
        let mut tx = self.ports.store.begin_org(log, Mode::Write).await?;
        match tx.append_audit(event).await {
            Ok(_) => tx.commit().await,
            Err(error) => {
                tx.rollback().await?;
                Err(error)
            }
        }
    }
}

fn reason_of(denied: Denied) -> &'static str {
    match denied {
        Denied::NotVisible => "not_a_member",
        Denied::Forbidden(_) => "permission_missing",
        Denied::Suspended => "organization_suspended",
        Denied::LockedDown => "organization_locked_down",
        Denied::NotSuperadmin => "not_superadmin",
    }
}

fn target_kind(what: Missing) -> Option<TargetKind> {
    match what {
        Missing::Organization => Some(TargetKind::Organization),
        Missing::Member => Some(TargetKind::Member),
        Missing::Role => Some(TargetKind::Role),
        // Accounts and sessions belong to no organization.
        Missing::Account | Missing::Session => None,
    }
}
