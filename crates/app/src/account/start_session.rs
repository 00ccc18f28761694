use guildhall_domain::{OrganizationMembership, Session, SessionId, Timestamp, User};
use guildhall_ports::{MintedToken, SecretString, TokenKind};

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
        let token = self.ports.tokens.mint(TokenKind::Session);
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
}
