use guildhall_domain::Email;
use guildhall_domain::audit::AuditAction;
use guildhall_ports::store::{Credentials, Mode};
use guildhall_ports::{PasswordHash, SecretString, ThrottleKey};

use super::LoggedIn;
use crate::unit_of_work::UserUow;
use crate::{AppError, Guildhall, RequestContext};

/// A wish to log in (N-44).
#[derive(Debug, Clone)]
pub struct Login {
    /// The account's address.
    pub email: Email,
    /// Its password.
    pub password: SecretString,
}

impl Guildhall {
    /// Starts a session. An unknown e-mail, a wrong password and a disabled
    /// account take the same work and get the same answer (R-LOGIN-1).
    ///
    /// # Errors
    /// [`AppError::InvalidCredentials`], [`AppError::Throttled`], [`AppError::Busy`].
    pub async fn login(&self, command: Login, request: RequestContext) -> Result<LoggedIn, AppError> {
        self.refuse_for_local_user()?;
        if let Some(address) = &request.ip_address {
            self.ports.throttle.attempt(&ThrottleKey::Address(address.clone()))?;
        }
        self.ports.throttle.attempt(&ThrottleKey::Account {
            email: command.email.as_str().to_owned(),
            address: request.ip_address.clone(),
        })?;
        let found = self.credentials(&command.email).await?;
        let hash = found.as_ref().and_then(|found| found.password.clone());
        let verdict = self.ports.password_hasher.verify(command.password.clone(), hash).await?;
        let admitted = found.filter(|found| verdict.matches && found.user.disabled_at.is_none());
        let Some(Credentials { user, .. }) = admitted else {
            tracing::info!(request_id = request.request_id, ip_address = request.ip_address, "login refused");
            return Err(AppError::InvalidCredentials);
        };
        let renewed = if verdict.outdated { self.rehash(command.password).await } else { None };
        let (session, token) = self.new_session(&user, &request);
        let logged_in = self.own_event(&user, &request, AuditAction::LogIn, &[]);
        let (session, renewed, logged_in) = (&session, &renewed, &logged_in);
        let (user, organization) = self
            .change_user(user.id, |mut tx: UserUow| async move {
                // The account may have been disabled or deleted while the password was verified.
                let user = tx.user().await?.filter(|user| user.disabled_at.is_none());
                let user = user.ok_or(AppError::InvalidCredentials)?;
                tx.insert_session(session).await?;
                if let Some(hash) = &renewed {
                    tx.set_password(hash).await?;
                }
                let organization = match tx.active_organization().await? {
                    Some(active) => tx.organization(active).await?,
                    None => None,
                };
                tx.append_audit(logged_in).await?;
                Ok((tx, (user, organization)))
            })
            .await?;
        Ok(LoggedIn { token: token.secret, expires_at: session.expires_at, user, organization })
    }

    async fn credentials(&self, email: &Email) -> Result<Option<Credentials>, AppError> {
        let mut tx = self.ports.store.begin_platform(Mode::Read).await?;
        let found = tx.credentials(email).await?;
        tx.commit().await?;
        Ok(found)
    }

    /// Parameters of hashing grow over the years; logging in is when the password is at hand.
    async fn rehash(&self, password: SecretString) -> Option<PasswordHash> {
        self.ports.password_hasher.hash(password).await.ok()
    }
}
