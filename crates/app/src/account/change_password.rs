use guildhall_domain::audit::AuditAction;
use guildhall_ports::store::Mode;
use guildhall_ports::{SecretString, ThrottleKey};

use crate::unit_of_work::UserUow;
use crate::{AppError, Caller, Guildhall};

impl Guildhall {
    /// Changes the caller's password and ends all their other sessions (M-57,
    /// ASVS 7.4.3). The present password must be given again (ASVS 7.5.1).
    ///
    /// # Errors
    /// [`AppError::InvalidCredentials`], a password that is not good enough
    /// (`/new_password`), [`AppError::Throttled`], [`AppError::Busy`].
    pub async fn change_password(
        &self,
        caller: &Caller,
        current: SecretString,
        new: SecretString,
    ) -> Result<(), AppError> {
        self.refuse_for_local_user()?;
        self.ports.throttle.attempt(&ThrottleKey::Account {
            email: caller.email.as_str().to_owned(),
            address: caller.request.ip_address.clone(),
        })?;
        let user_id = caller.actor.user_id;
        let mut tx = self.ports.store.begin_user(user_id, Mode::Read).await?;
        let user = tx.user().await?.ok_or(AppError::Unauthenticated)?;
        let known = tx.password().await?;
        tx.commit().await?;
        let verdict = self.ports.password_hasher.verify(current, known.clone()).await?;
        if !verdict.matches {
            return Err(AppError::InvalidCredentials);
        }
        self.check_new_password("/new_password", &new, [Some(user.email.as_str()), Some(user.name.as_str())])?;
        let hash = self.ports.password_hasher.hash(new).await?;
        let (known, hash, user) = (&known, &hash, &user);
        self.change_user(user_id, |mut tx: UserUow| async move {
            // Another change may have come first; then this one knew the wrong password.
            if tx.password().await? != *known {
                return Err(AppError::InvalidCredentials);
            }
            tx.set_password(hash).await?;
            tx.delete_sessions(Some(caller.session_id)).await?;
            tx.append_audit(&self.own_event(user, &caller.request, AuditAction::ChangePassword, &[])).await?;
            Ok((tx, ()))
        })
        .await
    }
}
