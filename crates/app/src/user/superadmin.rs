use guildhall_domain::audit::{AuditAction, AuditActor, AuditTarget, TargetKind};
use guildhall_domain::{Email, Name, User, UserId};
use guildhall_ports::SecretString;
use guildhall_ports::store::Mode;

use crate::unit_of_work::UserUow;
use crate::{AppError, Guildhall, Missing, RequestContext};

/// A wish of the operator to have a superadmin.
#[derive(Debug, Clone)]
pub struct CreateSuperadmin {
    /// Where to reach the person.
    pub email: Email,
    /// The person's name.
    pub name: Name,
    /// The password.
    pub password: SecretString,
}

impl Guildhall {
    /// Makes an account with power over the installation (M-55). For the
    /// operator at the command line: authorizes nobody.
    ///
    /// # Errors
    /// `email_already_registered`, a password that is not good enough.
    pub async fn create_superadmin(&self, command: CreateSuperadmin) -> Result<User, AppError> {
        let context = [Some(command.email.as_str()), Some(command.name.as_str())];
        self.check_new_password("/password", &command.password, context)?;
        let password = self.ports.password_hasher.hash(command.password).await?;
        let mut user = User::new(UserId::from(self.ports.ids.next()), command.email, command.name, self.now());
        user.superadmin = true;
        // On the operator's word.
        user.email_verified_at = Some(self.now());
        let (user, password) = (&user, &password);
        self.change_user(user.id, |mut tx: UserUow| async move {
            tx.insert_user(user, password).await?;
            for action in [AuditAction::CreateUser, AuditAction::GrantSuperadmin] {
                tx.append_audit(&self.operator_event(user.id, action)).await?;
            }
            Ok((tx, user.clone()))
        })
        .await
    }

    /// Gives an account power over the installation, or takes it back. For the
    /// operator at the command line.
    ///
    /// # Errors
    /// `account_not_found`.
    pub async fn set_superadmin(&self, email: &Email, superadmin: bool) -> Result<User, AppError> {
        let missing = AppError::NotFound { what: Missing::Account, id: None };
        let mut tx = self.ports.store.begin_platform(Mode::Read).await?;
        let found = tx.credentials(email).await?;
        tx.commit().await?;
        let id = found.ok_or(missing.clone())?.user.id;
        let missing = &missing;
        self.change_user(id, |mut tx: UserUow| async move {
            let mut user = tx.user().await?.ok_or(missing.clone())?;
            if user.superadmin == superadmin {
                return Ok((tx, user));
            }
            user.superadmin = superadmin;
            user.updated_at = self.now();
            let user = tx.update_user(&user).await?;
            let action = if superadmin { AuditAction::GrantSuperadmin } else { AuditAction::RevokeSuperadmin };
            tx.append_audit(&self.operator_event(user.id, action)).await?;
            Ok((tx, user))
        })
        .await
    }

    fn operator_event(&self, user: UserId, action: AuditAction) -> guildhall_domain::audit::AuditEvent {
        let target = AuditTarget { kind: TargetKind::User, id: user.uuid() };
        self.user_event(AuditActor::default(), &RequestContext::default(), action, target, &[("by", "operator")])
    }
}
