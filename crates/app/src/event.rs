//! Events for the audit logs, with what every one of them says.

use guildhall_domain::audit::{AuditAction, AuditActor, AuditEvent, AuditTarget, TargetKind};
use guildhall_domain::{AuditEventId, OrganizationId, User};

use crate::{Guildhall, RequestContext};

impl Guildhall {
    /// An event of the installation's own log, about an account.
    pub(crate) fn user_event(
        &self,
        actor: AuditActor,
        request: &RequestContext,
        action: AuditAction,
        target: AuditTarget,
        details: &[(&str, &str)],
    ) -> AuditEvent {
        AuditEvent {
            id: AuditEventId::from(self.ports.ids.next()),
            organization_id: None,
            action,
            actor,
            target: Some(target),
            success: true,
            details: details.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            request_id: request.request_id.clone(),
            ip_address: request.ip_address.clone(),
            occurred_at: self.now(),
        }
    }

    /// An event of an organization's log.
    pub(crate) fn organization_event(
        &self,
        organization: OrganizationId,
        actor: AuditActor,
        request: &RequestContext,
        action: AuditAction,
        target: AuditTarget,
        details: &[(&str, &str)],
    ) -> AuditEvent {
        AuditEvent { organization_id: Some(organization), ..self.user_event(actor, request, action, target, details) }
    }

    /// An event that a user caused on their own account.
    pub(crate) fn own_event(
        &self,
        user: &User,
        request: &RequestContext,
        action: AuditAction,
        details: &[(&str, &str)],
    ) -> AuditEvent {
        let actor = AuditActor { user_id: Some(user.id), email: Some(user.email.clone()) };
        let target = AuditTarget { kind: TargetKind::User, id: user.id.uuid() };
        self.user_event(actor, request, action, target, details)
    }
}
