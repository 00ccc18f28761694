use guildhall_domain::audit::AuditAction;
use guildhall_domain::{Email, Name, User, UserId};
use guildhall_ports::{SecretString, ThrottleKey};

use super::LoggedIn;
use crate::unit_of_work::UserUow;
use crate::{AppError, Guildhall, RequestContext};

/// A wish to have an account (N-06).
#[derive(Debug, Clone)]
pub struct Register {
    /// Where to reach the person.
    pub email: Email,
    /// The password.
    pub password: SecretString,
    /// The person's name.
    pub name: Name,
    /// What to call the organization that is made for them.
    pub organization: Option<Name>,
}

impl Guildhall {
    /// Makes an account, its first organization with the user as owner, and a
    /// session, all in one transaction (S-03, S-05, N-06).
    ///
    /// The organization is always a new one, even where one of that name
    /// exists: nobody walks into somebody's tenant by naming it.
    ///
    /// # Errors
    /// `email_already_registered`, a password that is not good enough
    /// (`/password`), [`AppError::Throttled`], [`AppError::Busy`].
    pub async fn register(&self, command: Register, request: RequestContext) -> Result<LoggedIn, AppError> {
        if let Some(address) = &request.ip_address {
            self.ports.throttle.attempt(&ThrottleKey::Address(address.clone()))?;
        }
        self.check_new_password(
            "/password",
            &command.password,
            [
                Some(command.email.as_str()),
                Some(command.name.as_str()),
                command.organization.as_ref().map(Name::as_str),
            ],
        )?;
        let password = self.ports.password_hasher.hash(command.password.clone()).await?;
        let user = User::new(UserId::from(self.ports.ids.next()), command.email, command.name, self.now());
        let (session, token) = self.new_session(&user, &request);
        let name = command.organization.unwrap_or_else(|| self.settings.first_organization_name.clone());
        let registered = self.own_event(&user, &request, AuditAction::CreateUser, &[]);
        let (user, password, session, name, request, registered) =
            (&user, &password, &session, &name, &request, &registered);
        let organization = self
            .change_user(user.id, |mut tx: UserUow| async move {
                tx.insert_user(user, password).await?;
                tx.insert_session(session).await?;
                let (mut tx, organization) = self.found_for(tx, user, name.clone(), request).await?;
                tx.append_audit(registered).await?;
                Ok((tx, organization))
            })
            .await?;
        Ok(LoggedIn {
            token: token.secret,
            expires_at: session.expires_at,
            user: user.clone(),
            organization: Some(organization),
        })
    }

    /// Whether a new password is good enough, with the words that it must not be made of.
    pub(crate) fn check_new_password<'a>(
        &self,
        pointer: &'static str,
        password: &SecretString,
        context: impl IntoIterator<Item = Option<&'a str>>,
    ) -> Result<(), AppError> {
        let context: Vec<String> = context.into_iter().flatten().map(str::to_owned).collect();
        self.ports.password_policy.check(password, &context).map_err(|invalid| AppError::invalid(pointer, invalid))
    }
}
