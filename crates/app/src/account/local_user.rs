use guildhall_domain::audit::AuditAction;
use guildhall_domain::{Email, Name, Session, SessionId, TokenDigest, User, UserId};
use guildhall_ports::TokenKind;
use guildhall_ports::store::{AccountRef, Mode};
use time::Duration;

use crate::unit_of_work::UserUow;
use crate::{AppError, Authentication, Guildhall, NotAllowed, RequestContext};

/// Longer than any installation lasts: the token ends when the configuration says another.
const FOR_GOOD: Duration = Duration::days(100 * 366);

impl Guildhall {
    /// Makes sure that the one local user is there, and that exactly the
    /// configured token is theirs (C-19, C-139). Run at every start in the mode
    /// with a local token: a token that was configured before is dead.
    ///
    /// # Errors
    /// As storage.
    pub async fn ensure_local_user(&self, email: &Email, name: &Name, token: TokenDigest) -> Result<User, AppError> {
        let mut tx = self.ports.store.begin_platform(Mode::Read).await?;
        let found = tx.find_account(&AccountRef::Email(email.clone())).await?;
        tx.commit().await?;
        let id = found.map_or_else(|| UserId::from(self.ports.ids.next()), |account| account.id);
        // A password that nobody knows: the account is of no use in the mode with passwords.
        let password = self.ports.password_hasher.hash(self.ports.tokens.mint(TokenKind::Invitation).secret).await?;
        let password = &password;
        self.change_user(id, |mut tx: UserUow| async move {
            let now = self.now();
            let user = match tx.user().await? {
                Some(user) => {
                    // Whoever registered the address before knows it no more.
                    tx.set_password(password).await?;
                    user
                }
                None => {
                    let mut user = User::new(id, email.clone(), name.clone(), now);
                    user.email_verified_at = Some(now);
                    tx.insert_user(&user, password).await?;
                    let request = RequestContext::default();
                    tx.append_audit(&self.own_event(&user, &request, AuditAction::CreateUser, &[])).await?;
                    user
                }
            };
            tx.delete_sessions(None).await?;
            let session = Session {
                id: SessionId::from(self.ports.ids.next()),
                user_id: id,
                token_digest: token,
                created_at: now,
                last_seen_at: now,
                expires_at: now + FOR_GOOD,
                user_agent: None,
                ip_address: None,
            };
            tx.insert_session(&session).await?;
            Ok((tx, user))
        })
        .await
    }

    /// What concerns accounts, passwords and sessions is not for a local user.
    pub(crate) fn refuse_for_local_user(&self) -> Result<(), AppError> {
        match self.settings.authentication {
            Authentication::Passwords => Ok(()),
            Authentication::LocalToken => Err(NotAllowed::LocalUserOnly.into()),
        }
    }
}
