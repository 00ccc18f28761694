use guildhall_domain::User;
use guildhall_domain::audit::AuditAction;
use guildhall_domain::blueprint::Registration;
use guildhall_domain::{Email, Name, UserId};
use guildhall_ports::store::Mode;
use guildhall_ports::{SecretString, ThrottleKey};

use super::LoggedIn;
use crate::unit_of_work::UserUow;
use crate::{AppError, Guildhall, NotAllowed, RequestContext};

/// A wish to be the first superadmin of an installation (M-56).
#[derive(Debug, Clone)]
pub struct SetUp {
    /// Where to reach the person.
    pub email: Email,
    /// The person's name.
    pub name: Name,
    /// The password.
    pub password: SecretString,
}

impl Guildhall {
    /// Whether the installation waits to be set up: it has no account, and
    /// nobody can register one.
    ///
    /// # Errors
    /// As storage.
    pub async fn needs_set_up(&self) -> Result<bool, AppError> {
        if self.refuse_set_up().is_err() {
            return Ok(false);
        }
        let mut tx = self.ports.store.begin_platform(Mode::Read).await?;
        let used = tx.has_users().await?;
        tx.commit().await?;
        Ok(!used)
    }

    /// Makes the first account, with power over the installation, while there
    /// is no other: of many at once, one (M-56). Only where nobody can
    /// register; elsewhere the operator makes superadmins at the command line.
    ///
    /// # Errors
    /// `already_set_up`, `set_up_closed`, a password that is not good enough
    /// (`/password`), [`AppError::Throttled`], [`AppError::Busy`].
    pub async fn set_up(&self, command: SetUp, request: RequestContext) -> Result<LoggedIn, AppError> {
        self.refuse_set_up()?;
        if let Some(address) = &request.ip_address {
            self.ports.throttle.attempt(&ThrottleKey::Address(address.clone()))?;
        }
        if !self.needs_set_up().await? {
            return Err(crate::Conflict::AlreadySetUp.into());
        }
        let context = [Some(command.email.as_str()), Some(command.name.as_str())];
        self.check_new_password("/password", &command.password, context)?;
        let password = self.ports.password_hasher.hash(command.password).await?;
        let mut user = User::new(UserId::from(self.ports.ids.next()), command.email, command.name, self.now());
        user.superadmin = true;
        // Who sets an installation up vouches for it all.
        user.email_verified_at = Some(self.now());
        let (session, token) = self.new_session(&user, &request);
        let event = self.own_event(&user, &request, AuditAction::SetUpInstallation, &[]);
        let (user, password, session, event) = (&user, &password, &session, &event);
        self.change_user(user.id, |mut tx: UserUow| async move {
            tx.insert_first_user(user, password).await?;
            tx.insert_session(session).await?;
            tx.append_audit(event).await?;
            Ok((tx, ()))
        })
        .await?;
        Ok(LoggedIn { token: token.secret, expires_at: session.expires_at, user: user.clone(), organization: None })
    }

    fn refuse_set_up(&self) -> Result<(), AppError> {
        self.refuse_for_local_user()?;
        match self.settings.blueprint.signup.registration {
            Registration::Closed => Ok(()),
            Registration::Open | Registration::Invited => Err(NotAllowed::SetUpClosed.into()),
        }
    }
}
