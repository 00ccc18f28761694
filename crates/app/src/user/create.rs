use guildhall_domain::audit::{AuditAction, AuditTarget, TargetKind};
use guildhall_domain::{Email, Name, User, UserId};
use guildhall_ports::SecretString;

use crate::unit_of_work::UserUow;
use crate::{AppError, Caller, Guildhall};

/// A wish of a superadmin to have an account for somebody (M-57).
#[derive(Debug, Clone)]
pub struct CreateUser {
    /// Where to reach the person; taken to be theirs, on the superadmin's word.
    pub email: Email,
    /// The person's name.
    pub name: Name,
    /// The first password.
    pub password: SecretString,
    /// Whether the account has power over the installation.
    pub superadmin: bool,
}

impl Guildhall {
    /// Makes an account for somebody else: superadmins only (M-57). The user
    /// comes into an organization as one who registers does, without naming one.
    ///
    /// # Errors
    /// `email_already_registered`, a password that is not good enough
    /// (`/password`), `local_user_only`, [`AppError::Busy`], denials.
    pub async fn create_user(&self, caller: &Caller, command: CreateUser) -> Result<User, AppError> {
        self.require_superadmin(caller).await?;
        self.refuse_for_local_user()?;
        let context = [Some(command.email.as_str()), Some(command.name.as_str())];
        self.check_new_password("/password", &command.password, context)?;
        let password = self.ports.password_hasher.hash(command.password).await?;
        let mut user = User::new(UserId::from(self.ports.ids.next()), command.email, command.name, self.now());
        user.superadmin = command.superadmin;
        user.email_verified_at = Some(self.now());
        let (user, password) = (&user, &password);
        self.change_user(user.id, |mut tx: UserUow| async move {
            tx.insert_user(user, password).await?;
            let tx = self.welcome(tx, user, &caller.request).await?;
            let mut tx = self.place_unless_placed(tx, user, &caller.request).await?;
            let target = AuditTarget { kind: TargetKind::User, id: user.id.uuid() };
            let mut actions = vec![AuditAction::CreateUser];
            actions.extend(user.superadmin.then_some(AuditAction::GrantSuperadmin));
            for action in actions {
                let event = self.user_event(caller.audit_actor(), &caller.request, action, target, &[]);
                tx.append_audit(&event).await?;
            }
            let user = tx.user().await?.ok_or(AppError::Contended)?;
            Ok((tx, user))
        })
        .await
    }
}
