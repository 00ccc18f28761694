use guildhall_domain::audit::{AuditAction, AuditActor, AuditEvent, AuditTarget, TargetKind};
use guildhall_domain::{AuditEventId, OrganizationMembership, Session, SessionId, Timestamp, User};
use guildhall_ports::{MintedToken, SecretString};

use crate::{Guildhall, RequestContext};

/// What registering and logging in give.
#[derive(Debug, Clone)]
pub struct LoggedIn {
    /// The bearer token, shown this once.
    pub token: SecretString,
    /// When the session ends, used or not.
    pub expires_at: Timestamp,
    /// The account.
    pub user: User,
    /// The active organization, if there is one.
    pub organization: Option<OrganizationMembership>,
}

/// The longest user agent that is kept, in characters.
const USER_AGENT_MAX: usize = 200;

impl Guildhall {
    /// A new session of `user`, with a token of its own (ASVS 7.2.4).
    pub(crate) fn new_session(&self, user: &User, request: &RequestContext) -> (Session, MintedToken) {
        let now = self.now();
        let token = self.ports.tokens.mint_session();
        let session = Session {
            id: SessionId::from(self.ports.ids.next()),
            user_id: user.id,
            token_digest: token.digest,
            created_at: now,
            last_seen_at: now,
            expires_at: now + self.settings.session.absolute,
            user_agent: request.user_agent.as_ref().map(|agent| agent.chars().take(USER_AGENT_MAX).collect()),
            ip_address: request.ip_address.clone(),
        };
        (session, token)
    }

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
