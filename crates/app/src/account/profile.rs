use guildhall_domain::audit::AuditAction;
use guildhall_domain::{Description, Name, TimeZone, User};
use guildhall_ports::store::Mode;

use crate::unit_of_work::UserUow;
use crate::{AppError, Caller, Change, Guildhall, Precondition};

/// Changes to the caller's own profile (C-136). E-mail and power are not among them.
#[derive(Debug, Clone, Default)]
pub struct ProfileChanges {
    /// The full name.
    pub name: Option<Name>,
    /// What the person wants to be called.
    pub preferred_name: Change<Name>,
    /// How the person wants to be referred to.
    pub pronouns: Change<Name>,
    /// Where the person's days begin and end.
    pub timezone: Change<TimeZone>,
    /// The person's own notes.
    pub notes: Change<Description>,
    /// What the person wants helpers to know.
    pub context: Change<Description>,
}

impl Guildhall {
    /// The caller's own account (C-136).
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] when the account went away meanwhile.
    pub async fn profile(&self, caller: &Caller) -> Result<User, AppError> {
        let mut tx = self.ports.store.begin_user(caller.actor.user_id, Mode::Read).await?;
        let user = tx.user().await?;
        tx.commit().await?;
        user.ok_or(AppError::Unauthenticated)
    }

    /// Changes the caller's own profile. Changing nothing writes nothing.
    ///
    /// # Errors
    /// [`AppError::PreconditionFailed`], [`AppError::Unauthenticated`].
    pub async fn update_profile(
        &self,
        caller: &Caller,
        changes: ProfileChanges,
        precondition: &Precondition,
    ) -> Result<User, AppError> {
        let changes = &changes;
        self.change_user(caller.actor.user_id, |mut tx: UserUow| async move {
            let mut user = tx.user().await?.ok_or(AppError::Unauthenticated)?;
            precondition.check(&user)?;
            let before = user.clone();
            let ProfileChanges { name, preferred_name, pronouns, timezone, notes, context } = changes.clone();
            if let Some(name) = name {
                user.name = name;
            }
            preferred_name.apply(&mut user.preferred_name);
            pronouns.apply(&mut user.pronouns);
            timezone.apply(&mut user.timezone);
            notes.apply(&mut user.notes);
            context.apply(&mut user.context);
            if user == before {
                return Ok((tx, user));
            }
            user.updated_at = self.now();
            let user = tx.update_user(&user).await?;
            tx.append_audit(&self.own_event(&user, &caller.request, AuditAction::UpdateUser, &[])).await?;
            Ok((tx, user))
        })
        .await
    }
}
