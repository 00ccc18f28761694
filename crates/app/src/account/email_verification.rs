use guildhall_domain::audit::AuditAction;
use guildhall_domain::{EmailVerification, User};
use guildhall_ports::{ExposeSecret, MailContent, MintedToken, QueuedMail, SecretString, ThrottleKey, TokenKind};

use crate::unit_of_work::UserUow;
use crate::{AppError, Caller, Conflict, Guildhall, Missing};

impl Guildhall {
    /// Shows that the caller's address is theirs, by the token of the link that
    /// was sent to it. Then the doors open that the address opens by itself:
    /// a domain that enrols automatically (N-13), and the oldest invitation
    /// where the blueprint says so (C-120).
    ///
    /// The link alone is not enough: who registers with somebody else's address
    /// could wait for them to follow it.
    ///
    /// # Errors
    /// `verification_not_found` for every token that is good for nothing here,
    /// [`AppError::Throttled`].
    pub async fn verify_email(&self, caller: &Caller, token: &SecretString) -> Result<User, AppError> {
        self.refuse_repeated_at_once(caller.request.repeatable.as_ref(), caller.actor.user_id).await?;
        if let Some(address) = &caller.request.ip_address {
            self.ports.throttle.attempt(&ThrottleKey::Address(address.clone()))?;
        }
        let missing = || Missing::EmailVerification.unnamed();
        let kind = TokenKind::EmailVerification;
        let digest = self.ports.tokens.digest(kind, token.expose_secret()).ok_or_else(missing)?;
        self.change_account(caller, caller.actor.user_id, |mut tx: UserUow| async move {
            let sent = tx.email_verification().await?;
            if !sent.is_some_and(|sent| sent.token_digest == digest && sent.is_open(self.now())) {
                return Err(missing());
            }
            let mut account = tx.user().await?.ok_or(AppError::Unauthenticated)?;
            tx.clear_email_verification().await?;
            let now = self.now();
            account.email_verified_at = Some(account.email_verified_at.unwrap_or(now));
            account.updated_at = now;
            let account = tx.update_user(&account).await?;
            let mut tx = self.welcome(tx, &account, &caller.request).await?;
            tx.append_audit(&self.own_event(&account, &caller.request, AuditAction::VerifyEmail, &[])).await?;
            let account = tx.user().await?.ok_or(AppError::Unauthenticated)?;
            Ok((tx, account))
        })
        .await
    }

    /// Sends the caller another link; the one before is dead.
    ///
    /// # Errors
    /// `email_already_verified`, [`AppError::Throttled`].
    pub async fn request_email_verification(&self, caller: &Caller) -> Result<(), AppError> {
        self.change_account(caller, caller.actor.user_id, |mut tx: UserUow| async move {
            let user = tx.user().await?.ok_or(AppError::Unauthenticated)?;
            if user.has_verified_email() {
                return Err(Conflict::EmailAlreadyVerified.into());
            }
            self.ports.throttle.attempt(&ThrottleKey::Mail(user.id))?;
            self.ports.throttle.attempt(&ThrottleKey::Recipient(user.email.clone()))?;
            let (verification, mail) = self.new_verification(&user);
            tx.set_email_verification(&verification).await?;
            tx.queue_mail(&mail).await?;
            Ok((tx, ()))
        })
        .await?;
        self.mail_was_queued();
        Ok(())
    }

    /// A new link, and the mail that it goes out with.
    pub(crate) fn new_verification(&self, user: &User) -> (EmailVerification, QueuedMail) {
        let MintedToken { secret, digest } = self.ports.tokens.mint(TokenKind::EmailVerification);
        let now = self.now();
        let expires_at = now + self.settings.email_verification_lifetime;
        let verification = EmailVerification { user_id: user.id, token_digest: digest, created_at: now, expires_at };
        let content = MailContent::EmailVerification { name: user.name.clone(), token: secret, expires_at };
        (verification, self.compose(user.email.clone(), content, None))
    }
}
