//! Denials are audited: N-15, C-20, ASVS 16.3.2.

use guildhall_domain::audit::{AuditAction, AuditActor, AuditEvent, AuditTarget, TargetKind};
use guildhall_domain::policy::Denied;
use guildhall_domain::{DomainClaim, Email, Invitation, InvitationId, OrganizationId, Permission};
use guildhall_ports::store::{Mode, StoreError};

use crate::unit_of_work::UserUow;
use crate::{AppError, Caller, Guildhall, Missing, RequestContext, workspace};

impl Guildhall {
    /// Writes a denied attempt on `organization` into its audit log, and an
    /// attempt from outside into the log of the caller's own organization too,
    /// in the same words whether or not there is such an organization.
    ///
    /// An id that is unknown in the organization is treated as a foreign one,
    /// since nobody may tell the two apart.
    ///
    /// # Errors
    /// As storage: a denial that cannot be audited is not answered as one.
    pub(crate) async fn audit_denial(
        &self,
        caller: &Caller,
        organization: OrganizationId,
        mut permission: Permission,
        error: &AppError,
    ) -> Result<(), AppError> {
        let organization_itself = AuditTarget { kind: TargetKind::Organization, id: organization.uuid() };
        let (target, reason, from_outside) = match error {
            AppError::Denied(Denied::NotVisible) => (organization_itself, "not_a_member", true),
            AppError::Denied(Denied::WorkspaceDenied { workspace, permission: needed }) => {
                permission = *needed;
                (workspace::target(*workspace), "no_access_to_workspace", false)
            }
            AppError::Denied(denied) => {
                // What was asked for first may have been granted.
                if let Denied::Forbidden(needed) = denied {
                    permission = *needed;
                }
                (organization_itself, reason_of(*denied), false)
            }
            AppError::Refused(refused) => (organization_itself, refused.code(), false),
            AppError::NotFound { what: Missing::Organization, id: Some(_) } => {
                (organization_itself, "not_a_member", true)
            }
            AppError::NotFound { what, id: Some(id) } => match target_kind(*what) {
                Some(kind) => (AuditTarget { kind, id: *id }, UNKNOWN_ID, false),
                None => return Ok(()),
            },
            _ => return Ok(()),
        };
        let details = [("permission", permission.as_str()), ("reason", reason)];
        self.write_denial(caller, organization, target, &details).await?;
        if let (true, Some(own)) = (from_outside, caller.active_organization)
            && own != organization
        {
            self.write_denial(caller, own, target, &details).await?;
        }
        Ok(())
    }

    /// Writes that a request named something that is not in the organization,
    /// other than in its path.
    pub(crate) async fn audit_unknown_reference(
        &self,
        caller: &Caller,
        organization: OrganizationId,
        permission: Permission,
        target: AuditTarget,
    ) -> Result<(), AppError> {
        let details = [("permission", permission.as_str()), ("reason", UNKNOWN_ID)];
        self.write_denial(caller, organization, target, &details).await
    }

    /// The same for many, each with the permission that was asked about, in one unit of work.
    pub(crate) async fn audit_unknown_references(
        &self,
        caller: &Caller,
        organization: OrganizationId,
        unknown: &[(Permission, AuditTarget)],
    ) -> Result<(), AppError> {
        let events = unknown.iter().map(|(permission, target)| {
            let details = [("permission", permission.as_str()), ("reason", UNKNOWN_ID)];
            self.denial(caller, Some(organization), *target, &details)
        });
        self.append_denials(organization, &events.collect::<Vec<_>>()).await
    }

    /// Writes an attempt to operate the installation into the log of the
    /// caller's own organization, or else into the installation's.
    pub(crate) async fn audit_platform_denial(&self, caller: &Caller) -> Result<(), AppError> {
        let target = AuditTarget { kind: TargetKind::User, id: caller.actor.user_id.uuid() };
        let details = [("reason", "not_superadmin")];
        match caller.active_organization {
            Some(own) => self.write_denial(caller, own, target, &details).await,
            None => {
                let event = self.denial(caller, None, target, &details);
                self.change_user(caller.actor.user_id, |mut tx: UserUow| {
                    let event = &event;
                    async move {
                        tx.append_audit(event).await?;
                        Ok((tx, ()))
                    }
                })
                .await
            }
        }
    }

    /// Writes that somebody who registers could not use an invitation.
    pub(crate) async fn audit_refused_registration(
        &self,
        email: &Email,
        request: &RequestContext,
        invitation: &Invitation,
        reason: &str,
    ) -> Result<(), AppError> {
        let log = invitation.organization_id;
        let actor = AuditActor { user_id: None, email: Some(email.clone()) };
        let target = AuditTarget { kind: TargetKind::Invitation, id: invitation.id.uuid() };
        let details = [("reason", reason)];
        let action = AuditAction::AccessDenied;
        let event = self.organization_event(log, actor, request, action, target, &details);
        self.append_denial(log, &AuditEvent { success: false, ..event }).await
    }

    /// Writes that somebody tried another person's invitation, into the
    /// organization's log and that of their own.
    pub(crate) async fn audit_foreign_invitation(
        &self,
        caller: &Caller,
        invitation: &Invitation,
    ) -> Result<(), AppError> {
        let target = AuditTarget { kind: TargetKind::Invitation, id: invitation.id.uuid() };
        let details = [("reason", "invitation_for_another")];
        self.write_denial(caller, invitation.organization_id, target, &details).await?;
        match caller.active_organization {
            Some(own) if own != invitation.organization_id => self.write_denial(caller, own, target, &details).await,
            _ => Ok(()),
        }
    }

    /// Writes that somebody named an invitation that is not theirs, or
    /// nobody's, into the log of their own organization.
    pub(crate) async fn audit_unknown_invitation(&self, caller: &Caller, id: InvitationId) -> Result<(), AppError> {
        let target = AuditTarget { kind: TargetKind::Invitation, id: id.uuid() };
        match caller.active_organization {
            Some(own) => self.write_denial(caller, own, target, &[("reason", UNKNOWN_ID)]).await,
            None => Ok(()),
        }
    }

    /// Writes that a domain was shown to be an organization's, which is
    /// verified for another one.
    pub(crate) async fn audit_taken_domain(&self, caller: &Caller, claim: &DomainClaim) -> Result<(), AppError> {
        let log = claim.organization_id;
        let target = AuditTarget { kind: TargetKind::Domain, id: claim.id.uuid() };
        let details = [("domain", claim.domain.as_str()), ("reason", "domain_taken")];
        let (actor, action) = (caller.audit_actor(), AuditAction::CheckDomain);
        let event = self.organization_event(log, actor, &caller.request, action, target, &details);
        self.append_denial(log, &AuditEvent { success: false, ..event }).await
    }

    fn denial(
        &self,
        caller: &Caller,
        log: Option<OrganizationId>,
        target: AuditTarget,
        details: &[(&str, &str)],
    ) -> AuditEvent {
        AuditEvent {
            organization_id: log,
            success: false,
            ..self.user_event(caller.audit_actor(), &caller.request, AuditAction::AccessDenied, target, details)
        }
    }

    async fn write_denial(
        &self,
        caller: &Caller,
        log: OrganizationId,
        target: AuditTarget,
        details: &[(&str, &str)],
    ) -> Result<(), AppError> {
        self.append_denial(log, &self.denial(caller, Some(log), target, details)).await
    }

    async fn append_denial(&self, log: OrganizationId, event: &AuditEvent) -> Result<(), AppError> {
        self.append_denials(log, std::slice::from_ref(event)).await
    }

    async fn append_denials(&self, log: OrganizationId, events: &[AuditEvent]) -> Result<(), AppError> {
        let Some(event) = events.first() else { return Ok(()) };
        match self.append(log, events).await {
            // There is no such organization, and so no log.
            Ok(()) | Err(StoreError::NotFound) => Ok(()),
            Err(error) => {
                let user = event.actor.user_id.map(|user| user.to_string());
                tracing::error!(%error, user, "a denial was not audited");
                Err(error.into())
            }
        }
    }

    async fn append(&self, log: OrganizationId, events: &[AuditEvent]) -> Result<(), StoreError> {
        let mut tx = self.ports.store.begin_org(log, Mode::Write).await?;
        for event in events {
            if let Err(error) = tx.append_audit(event).await {
                tx.rollback().await?;
                return Err(error);
            }
        }
        tx.commit().await
    }
}

/// Why an id was refused that is not in the organization, be it foreign or nobody's.
const UNKNOWN_ID: &str = "unknown_id";

/// Why somebody was denied, in a word.
pub(crate) fn reason_of(denied: Denied) -> &'static str {
    match denied {
        Denied::NotVisible => "not_a_member",
        Denied::Forbidden(_) => "permission_missing",
        Denied::WorkspaceDenied { .. } => "no_access_to_workspace",
        Denied::Archived => "workspace_archived",
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
        Missing::Invitation => Some(TargetKind::Invitation),
        Missing::Domain => Some(TargetKind::Domain),
        Missing::JoinRequest => Some(TargetKind::JoinRequest),
        Missing::Workspace => Some(TargetKind::Workspace),
        Missing::WorkspaceGroup => Some(TargetKind::WorkspaceGroup),
        Missing::Reservation => Some(TargetKind::CreditReservation),
        Missing::CreditGrant => Some(TargetKind::CreditGrant),
        // These belong to no organization.
        Missing::Quota | Missing::Account | Missing::Session | Missing::EmailVerification => None,
    }
}
