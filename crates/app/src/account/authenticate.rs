use guildhall_domain::policy::Actor;
use guildhall_ports::TokenKind;
use guildhall_ports::store::Authenticated;

use crate::{AppError, Caller, Guildhall, RequestContext};

impl Guildhall {
    /// Finds out who holds `token`: one round trip (S-08).
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] for everything that is not a live session
    /// of an account that may be used, without saying which.
    pub async fn authenticate(&self, token: &str, request: RequestContext) -> Result<Caller, AppError> {
        let digest = self.ports.tokens.digest(TokenKind::Session, token).ok_or(AppError::Unauthenticated)?;
        let session = self.ports.store.authenticate(digest).await?.ok_or(AppError::Unauthenticated)?;
        self.admit(session, request).await
    }

    /// Turns a session found into a caller, if it is still good, and notes its
    /// use at most once per interval.
    pub(crate) async fn admit(&self, session: Authenticated, request: RequestContext) -> Result<Caller, AppError> {
        let now = self.now();
        let live = self.settings.session.is_live(now, session.last_seen_at, session.expires_at);
        if session.disabled || !live {
            return Err(AppError::Unauthenticated);
        }
        if now - session.last_seen_at > self.settings.session_touch_interval {
            // Not a reason for the request to fail: at worst the session ends a little early.
            if let Err(error) = self.ports.store.touch_session(session.session_id, now).await {
                tracing::warn!(%error, "a session's use was not noted");
            }
        }
        Ok(Caller {
            actor: Actor { user_id: session.user_id, superadmin: session.superadmin },
            email: session.email,
            session_id: session.session_id,
            active_organization: session.active_organization,
            request,
        })
    }
}
