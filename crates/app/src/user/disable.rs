use guildhall_domain::audit::{AuditAction, AuditTarget, TargetKind};
use guildhall_domain::{User, UserId};

use crate::unit_of_work::UserUow;
use crate::{AppError, Caller, Conflict, Guildhall, Missing};

impl Guildhall {
    /// Disables an account, which ends its sessions, or enables it again
    /// (M-57): superadmins only. What is so already changes nothing.
    ///
    /// # Errors
    /// `account_not_found`, `cannot_disable_yourself`, denials.
    pub async fn set_user_disabled(&self, caller: &Caller, user: UserId, disabled: bool) -> Result<User, AppError> {
        self.require_superadmin(caller).await?;
        if disabled && user == caller.actor.user_id {
            return Err(Conflict::CannotDisableYourself.into());
        }
        self.change_account(caller, user, |mut tx: UserUow| async move {
            let mut account = tx.user().await?.ok_or(Missing::Account.with(user.uuid()))?;
            if account.disabled_at.is_some() == disabled {
                return Ok((tx, account));
            }
            let now = self.now();
            account.disabled_at = disabled.then_some(now);
            account.updated_at = now;
            let account = tx.update_user(&account).await?;
            let ended = if disabled { tx.delete_sessions(None).await? } else { 0 };
            let action = if disabled { AuditAction::DisableUser } else { AuditAction::EnableUser };
            let target = AuditTarget { kind: TargetKind::User, id: user.uuid() };
            let ended = ended.to_string();
            let details = [("sessions_terminated", ended.as_str())];
            let event = self.user_event(caller.audit_actor(), &caller.request, action, target, &details);
            tx.append_audit(&event).await?;
            Ok((tx, account))
        })
        .await
    }
}
