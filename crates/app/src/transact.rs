//! One unit of work around one use case: commit, roll back, or try again.

use std::time::Duration;

use guildhall_domain::{OrganizationId, Permission, Timestamp, UserId};
use guildhall_ports::store::{Mode, OrganizationRef};

use crate::access::Access;
use crate::repeatable::Place;
use crate::unit_of_work::UserUow;
use crate::{AppError, Caller, Guildhall, Missing};

/// A piece of work inside an organization: `work!(|access| { … })`.
///
/// A closure that takes the access and gives it back, rather than an
/// `AsyncFn(&mut Access)`: the futures of those are not `Send` when they
/// capture references, and use cases must run on any executor.
macro_rules! work {
    (|$access:ident| $body:block) => {
        |mut owned: $crate::access::Access| async move {
            let result = {
                let $access = &mut owned;
                async move { $body }.await
            };
            (owned, result)
        }
    };
}
pub(crate) use work;

impl Guildhall {
    /// Reads in an organization.
    pub(crate) async fn read_in<T, F, Fut>(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        permission: Permission,
        work: F,
    ) -> Result<T, AppError>
    where
        F: Fn(Access) -> Fut,
        Fut: Future<Output = (Access, Result<T, AppError>)>,
    {
        self.within(caller, organization, permission, Opening::Read, work).await
    }

    /// Changes something in an organization; `work` may run several times.
    pub(crate) async fn change_in<T, F, Fut>(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        permission: Permission,
        work: F,
    ) -> Result<T, AppError>
    where
        F: Fn(Access) -> Fut,
        Fut: Future<Output = (Access, Result<T, AppError>)>,
    {
        self.within(caller, organization, permission, Opening::Write, work).await
    }

    /// Changes something in an organization that `user` comes into by it: in
    /// exclusive mode with room made for it. No user, no room.
    pub(crate) async fn change_in_making_room<T, F, Fut>(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        permission: Permission,
        user: Option<UserId>,
        work: F,
    ) -> Result<T, AppError>
    where
        F: Fn(Access) -> Fut,
        Fut: Future<Output = (Access, Result<T, AppError>)>,
    {
        let opening = match user {
            Some(user) if self.is_exclusive() => Opening::MakingRoom(user),
            _ => Opening::Write,
        };
        self.within(caller, organization, permission, opening, work).await
    }

    async fn within<T, F, Fut>(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        permission: Permission,
        opening: Opening,
        work: F,
    ) -> Result<T, AppError>
    where
        F: Fn(Access) -> Fut,
        Fut: Future<Output = (Access, Result<T, AppError>)>,
    {
        let organization = self.resolve(caller, organization)?;
        let mut patience = Patience::new();
        let mut noted = false;
        let error = loop {
            let opened = match opening {
                Opening::Read => Access::open(self, caller, organization, permission, Mode::Read).await,
                Opening::Write => Access::open(self, caller, organization, permission, Mode::Write).await,
                Opening::MakingRoom(user) => {
                    Access::open_making_room(self, caller, organization, permission, user).await
                }
            };
            let error = match opened {
                Ok(access) => {
                    let stale = !noted && self.is_activity_stale(&access);
                    if stale && opening == Opening::Read {
                        // Noted first and read again, so that what is answered, and its
                        // entity tag, stay true until the next note.
                        access.into_uow().finish(Ok(())).await?;
                        self.note_activity(caller, organization).await;
                        noted = true;
                        continue;
                    }
                    let (mut access, mut result) = work(access).await;
                    if result.is_ok() && opening != Opening::Read {
                        let request = caller.request.repeatable.as_ref();
                        let user = caller.actor.user_id;
                        let noted = self.note_carried_out(request, user, access.tx()).await;
                        result = noted.and(result);
                    }
                    let reference = access.take_unknown_reference();
                    match access.into_uow().finish(result).await {
                        Ok(value) => {
                            if let (Some(request), true) = (&caller.request.repeatable, opening != Opening::Read) {
                                request.was_carried_out(Place::Organization(organization));
                            }
                            if stale {
                                self.note_activity(caller, organization).await;
                            }
                            return Ok(value);
                        }
                        Err(error) => {
                            if let Some(target) = reference {
                                self.audit_unknown_reference(caller, organization, permission, target).await?;
                            }
                            error
                        }
                    }
                }
                Err(error) => error,
            };
            if !patience.allows_another_try(&error).await {
                break error;
            }
        };
        self.audit_denial(caller, organization, permission, &error).await?;
        Err(hide_stranger(error, organization))
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
        access.member().is_some_and(|member| self.is_long_ago(member.last_active_at))
    }

    /// Whether it is to be noted again that a member is here.
    pub(crate) fn is_long_ago(&self, last_active_at: Option<Timestamp>) -> bool {
        last_active_at.is_none_or(|at| self.now() - at > self.settings.member_touch_interval)
    }

    /// Notes that a member was here (C-12): at most once per interval, and
    /// never a reason for the request to fail.
    pub(crate) async fn note_activity(&self, caller: &Caller, organization: OrganizationId) {
        let noted = self.ports.store.touch_member(organization, caller.actor.user_id, self.now()).await;
        if let Err(error) = noted {
            tracing::warn!(%error, "a member's activity was not noted");
        }
    }

    /// Works on one account at the caller's request, as [`change_user`](Self::change_user)
    /// does; one that is sent again is not carried out twice.
    pub(crate) async fn change_account<T, F, Fut>(&self, caller: &Caller, user: UserId, work: F) -> Result<T, AppError>
    where
        F: Fn(UserUow) -> Fut,
        Fut: Future<Output = Result<(UserUow, T), AppError>>,
    {
        let (request, work) = (caller.request.repeatable.as_ref(), &work);
        self.change_user(user, |mut tx: UserUow| async move {
            self.refuse_repeated_by_account(request, (user, caller.actor.user_id), &mut *tx.0).await?;
            let (mut tx, value) = work(tx).await?;
            self.note_carried_out_by_account(request, (user, caller.actor.user_id), &mut *tx.0).await?;
            Ok((tx, value))
        })
        .await
        .inspect(|_| {
            if let Some(request) = request {
                request.was_carried_out(Place::Account(user));
            }
        })
    }

    /// Works on one account; `work` gives the unit of work back to be
    /// committed, and may run several times.
    pub(crate) async fn change_user<T, F, Fut>(&self, user: UserId, work: F) -> Result<T, AppError>
    where
        F: Fn(UserUow) -> Fut,
        Fut: Future<Output = Result<(UserUow, T), AppError>>,
    {
        let mut patience = Patience::new();
        loop {
            let tx = self.ports.store.begin_user(user, Mode::Write).await?;
            let error = match work(UserUow(tx)).await {
                Ok((tx, value)) => match tx.0.commit().await {
                    Ok(()) => return Ok(value),
                    Err(error) => error.into(),
                },
                Err(error) => error,
            };
            if !patience.allows_another_try(&error).await {
                return Err(error);
            }
        }
    }
}

/// How a unit of work inside an organization begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opening {
    Read,
    Write,
    /// For a user who comes in, where they may be in only one.
    MakingRoom(UserId),
}

/// How often work that got in another's way is tried, and how long apart.
pub(crate) struct Patience {
    tries: u32,
}

impl Patience {
    const TRIES: u32 = 8;

    pub(crate) fn new() -> Self {
        Self { tries: 1 }
    }

    /// Waits a little longer each time; false when it is enough, or when
    /// trying again would not help.
    pub(crate) async fn allows_another_try(&mut self, error: &AppError) -> bool {
        if *error != AppError::Contended || self.tries >= Self::TRIES {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(u64::from(self.tries * self.tries))).await;
        self.tries += 1;
        true
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
