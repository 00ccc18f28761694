use guildhall_domain::audit::AuditActor;
use guildhall_domain::policy::Actor;
use guildhall_domain::{Email, OrganizationId, SessionId};

use crate::RepeatableRequest;

/// Who asks, as authentication found them.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The account and its platform power.
    pub actor: Actor,
    /// The account's address, for the audit log.
    pub email: Email,
    /// The session that the request came with.
    pub session_id: SessionId,
    /// What `me` stands for.
    pub active_organization: Option<OrganizationId>,
    /// The request itself.
    pub request: RequestContext,
}

impl Caller {
    pub(crate) fn audit_actor(&self) -> AuditActor {
        AuditActor { user_id: Some(self.actor.user_id), email: Some(self.email.clone()) }
    }
}

/// What is known of a request besides who makes it.
#[derive(Debug, Clone, Default)]
pub struct RequestContext {
    /// The id that answers, logs and audit events share.
    pub request_id: Option<String>,
    /// Where the request came from.
    pub ip_address: Option<String>,
    /// The program that made it, as it names itself.
    pub user_agent: Option<String>,
    /// By which it is known when it is sent again, where its client wants that.
    pub repeatable: Option<RepeatableRequest>,
}
