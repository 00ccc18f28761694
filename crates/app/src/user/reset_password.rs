use guildhall_domain::UserId;
use guildhall_domain::audit::{AuditAction, AuditTarget, TargetKind};
use guildhall_ports::SecretString;
use guildhall_ports::store::{AccountRef, Mode};

use crate::unit_of_work::UserUow;
use crate::{AppError, Caller, Guildhall, Missing};

impl Guildhall {
    /// Gives an account a new password and ends its sessions: superadmins only
    /// (M-57).
    ///
    /// # Errors
    /// `account_not_found`, a password that is not good enough (`/password`),
    /// `local_user_only`, [`AppError::Busy`], denials.
    pub async fn reset_password(&self, caller: &Caller, user: UserId, password: SecretString) -> Result<(), AppError> {
        self.require_superadmin(caller).await?;
        self.refuse_for_local_user()?;
        let missing = || Missing::Account.with(user.uuid());
        let mut tx = self.ports.store.begin_platform(Mode::Read).await?;
        let account = tx.find_account(&AccountRef::Id(user)).await?;
        tx.commit().await?;
        let account = account.ok_or_else(missing)?;
        self.check_new_password("/password", &password, [Some(account.email.as_str()), Some(account.name.as_str())])?;
        let hash = self.ports.password_hasher.hash(password).await?;
        let hash = &hash;
        self.change_user(user, |mut tx: UserUow| async move {
            tx.user().await?.ok_or_else(missing)?;
            tx.set_password(hash).await?;
            let ended = tx.delete_sessions(None).await?.to_string();
            let target = AuditTarget { kind: TargetKind::User, id: user.uuid() };
            let details = [("sessions_terminated", ended.as_str())];
            let action = AuditAction::ResetPassword;
            let event = self.user_event(caller.audit_actor(), &caller.request, action, target, &details);
            tx.append_audit(&event).await?;
            Ok((tx, ()))
        })
        .await
    }
}
