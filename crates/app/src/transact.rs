//! One unit of work around one use case: commit, roll back, or try again.

use std::time::Duration;

use guildhall_domain::{OrganizationId, Permission};
use guildhall_ports::store::{Mode, OrgTx, OrganizationRef, UserTx};

use crate::access::Access;
use crate::{AppError, Caller, Guildhall, Missing};

/// A unit of work. A concrete type, because the futures of closures over
/// `&mut dyn OrgTx` are not `Send`.
pub(crate) struct Uow(pub(crate) Box<dyn OrgTx>);

/// How often work that got in another's way is tried.
const TRIES: u32 = 8;

impl Guildhall {
    /// Reads in an organization.
    pub(crate) async fn read_in<T>(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        permission: Permission,
        work: impl AsyncFn(&mut Access) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        self.within(caller, organization, permission, Mode::Read, work).await
    }

    /// Changes something in an organization; `work` may run several times.
    pub(crate) async fn change_in<T>(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        permission: Permission,
        work: impl AsyncFn(&mut Access) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        self.within(caller, organization, permission, Mode::Write, work).await
    }

    async fn within<T>(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        permission: Permission,
        mode: Mode,
        work: impl AsyncFn(&mut Access) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        let organization = self.resolve(caller, organization)?;
        let result = retrying(async || {
            let mut access = Access::open(self, caller, organization, permission, mode).await?;
            let stale = self.is_activity_stale(&access);
            let result = work(&mut access).await;
            let uow = access.into_uow();
            match result {
                Ok(value) => uow.0.commit().await.map(|()| (value, stale)).map_err(AppError::from),
                Err(error) => {
                    // A rollback that fails closes the connection, which rolls back too.
                    let _ = uow.0.rollback().await;
                    Err(error)
                }
            }
        })
        .await;
        match result {
            Ok((value, stale)) => {
                if stale {
                    self.note_activity(caller, organization).await;
                }
                Ok(value)
            }
            Err(error) => {
                self.audit_denial(caller, organization, permission, &error).await;
                Err(hide_stranger(error, organization))
            }
        }
    }

    /// The organization that a request names; `me` is nothing for a caller without one.
    pub(crate) fn resolve(&self, caller: &Caller, organization: OrganizationRef) -> Result<OrganizationId, AppError> {
        match organization {
            OrganizationRef::Id(id) => Ok(id),
            OrganizationRef::Active => {
                caller.active_organization.ok_or(AppError::NotFound { what: Missing::Organization, id: None })
            }
        }
    }

    fn is_activity_stale(&self, access: &Access) -> bool {
        access.member().is_some_and(|member| {
            member.last_active_at.is_none_or(|at| self.now() - at > self.settings.member_touch_interval)
        })
    }

    /// Notes that a member was here (C-12): at most once per interval, and
    /// never a reason for the request to fail.
    async fn note_activity(&self, caller: &Caller, organization: OrganizationId) {
        let noted = self.ports.store.touch_member(organization, caller.actor.user_id, self.now()).await;
        if let Err(error) = noted {
            tracing::warn!(%error, "a member's activity was not noted");
        }
    }

    /// Works on one account; `work` gives the unit of work back to be
    /// committed, and may run several times.
    pub(crate) async fn change_user<T>(
        &self,
        user: guildhall_domain::UserId,
        work: impl AsyncFn(Box<dyn UserTx>) -> Result<(Box<dyn UserTx>, T), AppError>,
    ) -> Result<T, AppError> {
        retrying(async || {
            let tx = self.ports.store.begin_user(user, Mode::Write).await?;
            let (tx, value) = work(tx).await?;
            tx.commit().await?;
            Ok(value)
        })
        .await
    }
}

/// Tries again what another unit of work got in the way of, a little later each time.
async fn retrying<T>(attempt: impl AsyncFn() -> Result<T, AppError>) -> Result<T, AppError> {
    let mut tries = 1;
    loop {
        match attempt().await {
            Err(AppError::Contended) if tries < TRIES => {
                tokio::time::sleep(Duration::from_millis(u64::from(tries * tries))).await;
                tries += 1;
            }
            result => return result,
        }
    }
}

/// A stranger gets the answer that an unknown id gets.
pub(crate) fn hide_stranger(error: AppError, organization: OrganizationId) -> AppError {
    match error {
        AppError::Denied(guildhall_domain::policy::Denied::NotVisible) => {
            Missing::Organization.with(organization.uuid())
        }
        error => error,
    }
}
