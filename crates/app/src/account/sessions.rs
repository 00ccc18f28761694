use guildhall_domain::audit::{AuditAction, AuditTarget, TargetKind};
use guildhall_domain::{Session, SessionId};
use guildhall_ports::store::Mode;

use crate::unit_of_work::UserUow;
use crate::{AppError, Caller, CursorPage, Guildhall, ListRequest, Missing};

impl Guildhall {
    /// The caller's sessions, newest first.
    ///
    /// # Errors
    /// `invalid_cursor`.
    pub async fn list_sessions(&self, caller: &Caller, request: &ListRequest) -> Result<CursorPage<Session>, AppError> {
        let scope = format!("sessions:{}", caller.actor.user_id);
        let page = self.open_page(&scope, request)?;
        let mut tx = self.ports.store.begin_user(caller.actor.user_id, Mode::Read).await?;
        let sessions = tx.list_sessions(&page).await?;
        tx.commit().await?;
        Ok(self.seal_page(&scope, sessions))
    }

    /// Ends the session that the request came with.
    ///
    /// # Errors
    /// As storage.
    pub async fn logout(&self, caller: &Caller) -> Result<(), AppError> {
        self.end_session(caller, caller.session_id).await
    }

    /// Ends one of the caller's sessions; its token is refused from the next
    /// request on (R-CONS-1).
    ///
    /// # Errors
    /// `session_not_found`, for other people's sessions too.
    pub async fn end_session(&self, caller: &Caller, session: SessionId) -> Result<(), AppError> {
        self.refuse_for_local_user()?;
        self.change_user(caller.actor.user_id, |mut tx: UserUow| async move {
            if !tx.delete_session(session).await? {
                return Err(Missing::Session.with(session.uuid()));
            }
            let target = AuditTarget { kind: TargetKind::Session, id: session.uuid() };
            let event = self.user_event(caller.audit_actor(), &caller.request, AuditAction::EndSession, target, &[]);
            tx.append_audit(&event).await?;
            Ok((tx, ()))
        })
        .await
    }

    /// Ends all of the caller's sessions but the present one, and says how many.
    ///
    /// # Errors
    /// As storage.
    pub async fn end_other_sessions(&self, caller: &Caller) -> Result<u64, AppError> {
        self.refuse_for_local_user()?;
        self.change_user(caller.actor.user_id, |mut tx: UserUow| async move {
            let ended = tx.delete_sessions(Some(caller.session_id)).await?;
            if ended == 0 {
                return Ok((tx, 0));
            }
            let target = AuditTarget { kind: TargetKind::User, id: caller.actor.user_id.uuid() };
            let count = ended.to_string();
            let details = [("sessions_terminated", count.as_str())];
            let event =
                self.user_event(caller.audit_actor(), &caller.request, AuditAction::EndSession, target, &details);
            tx.append_audit(&event).await?;
            Ok((tx, ended))
        })
        .await
    }
}
