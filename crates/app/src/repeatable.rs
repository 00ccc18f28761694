//! Any request can be sent again without being carried out twice (R-IDEM).
//!
//! That it was carried out is written in the unit of work that does it; what
//! was answered is kept right after, since only whoever answers knows it. In
//! between, and where the server is gone before the answer is kept, the
//! request is known but has no answer: it is refused, and never carried out
//! a second time.

use std::sync::{Arc, OnceLock};

use guildhall_domain::{OrganizationId, UserId};
use guildhall_ports::store::{IdempotentAnswer, IdempotentRequest, Mode, OrgTx, UserTx};
use time::Duration;

use crate::idempotency::KEPT_FOR;
use crate::{AppError, Conflict, Guildhall, IdempotencyKey};

/// Stands where the answer is not known yet.
const NO_ANSWER: &str = "-";

/// How long an answer may be on its way.
const ANSWERED_WITHIN: Duration = Duration::minutes(2);

/// A request that its client may send again: [`RequestContext::repeatable`](crate::RequestContext::repeatable).
///
/// Where it was answered before, every use case that changes something fails
/// with [`AppError::AnsweredBefore`]. Where one succeeds, its answer is to be
/// kept by [`Guildhall::keep_answer`].
#[derive(Debug, Clone)]
pub struct RepeatableRequest {
    operation: String,
    key: IdempotencyKey,
    fingerprint: String,
    /// Where it says that this request was carried out, once it was.
    place: Arc<OnceLock<Place>>,
}

/// Where it is written that a request was carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Organization(OrganizationId),
    Account(UserId),
}

impl RepeatableRequest {
    /// The longest name of an operation, in characters.
    pub const MAX_OPERATION: usize = 150;

    /// A request for `operation`, of at most [`MAX_OPERATION`](Self::MAX_OPERATION)
    /// characters, that says what `fingerprint` stands for.
    pub fn new(operation: String, key: IdempotencyKey, fingerprint: String) -> Self {
        Self { operation, key, fingerprint, place: Arc::default() }
    }

    fn of(&self, user_id: UserId) -> IdempotentRequest {
        let (operation, key) = (self.operation.clone().into(), self.key.to_string());
        IdempotentRequest { user_id, operation, key, fingerprint: self.fingerprint.clone() }
    }

    /// As it is kept with an account: another's says who asked, since keys of
    /// different people never meet.
    fn with_account(&self, account: UserId, caller: UserId) -> IdempotentRequest {
        let named = self.of(account);
        match account == caller {
            true => named,
            false => IdempotentRequest { operation: format!("{} by {caller}", self.operation).into(), ..named },
        }
    }

    /// That a unit of work is committed which carried it out.
    pub(crate) fn was_carried_out(&self, place: Place) {
        let _ = self.place.set(place);
    }

    /// Whether this very request has done something already: what follows belongs to it.
    fn is_under_way(&self) -> bool {
        self.place.get().is_some()
    }
}

impl Guildhall {
    /// Refuses what was carried out before, in an organization's unit of work.
    pub(crate) async fn refuse_repeated(
        &self,
        request: Option<&RepeatableRequest>,
        user: UserId,
        tx: &mut dyn OrgTx,
    ) -> Result<(), AppError> {
        let Some(request) = request.filter(|request| !request.is_under_way()) else { return Ok(()) };
        let named = request.of(user);
        let given = tx.idempotent_answer(&named).await?;
        self.refuse_answered(&named, given)
    }

    /// The same in a unit of work on an account: mostly that of whoever asks.
    pub(crate) async fn refuse_repeated_by_account(
        &self,
        request: Option<&RepeatableRequest>,
        (account, caller): (UserId, UserId),
        tx: &mut dyn UserTx,
    ) -> Result<(), AppError> {
        let Some(request) = request.filter(|request| !request.is_under_way()) else { return Ok(()) };
        let named = request.with_account(account, caller);
        let given = tx.idempotent_answer(&named).await?;
        self.refuse_answered(&named, given)
    }

    /// The same in a unit of work of its own, for what looks at other things first.
    pub(crate) async fn refuse_repeated_at_once(
        &self,
        request: Option<&RepeatableRequest>,
        user: UserId,
    ) -> Result<(), AppError> {
        if request.is_none() {
            return Ok(());
        }
        let mut tx = self.ports.store.begin_user(user, Mode::Read).await?;
        let refused = self.refuse_repeated_by_account(request, (user, user), &mut *tx).await;
        tx.rollback().await?;
        refused
    }

    fn refuse_answered(&self, request: &IdempotentRequest, given: Option<IdempotentAnswer>) -> Result<(), AppError> {
        let now = self.now();
        let Some(given) = given.filter(|given| given.created_at + KEPT_FOR > now) else { return Ok(()) };
        if given.fingerprint != request.fingerprint {
            return Err(AppError::IdempotencyKeyReused);
        }
        if given.answer == NO_ANSWER {
            return Err(match given.created_at + ANSWERED_WITHIN > now {
                true => AppError::InFlight,
                false => Conflict::AnswerLost.into(),
            });
        }
        match self.ports.answers.open(&given.answer, request) {
            Some(answer) => Err(AppError::AnsweredBefore(answer)),
            // Sealed with a secret that is gone.
            None => Err(Conflict::AnswerLost.into()),
        }
    }

    /// Writes, in an organization's unit of work, that it carries the request out.
    pub(crate) async fn note_carried_out(
        &self,
        request: Option<&RepeatableRequest>,
        user: UserId,
        tx: &mut dyn OrgTx,
    ) -> Result<(), AppError> {
        let Some(request) = request.filter(|request| !request.is_under_way()) else { return Ok(()) };
        let now = self.now();
        Ok(tx.keep_idempotent_answer(&request.of(user), NO_ANSWER, now, now - KEPT_FOR).await?)
    }

    /// The same in a unit of work on an account.
    pub(crate) async fn note_carried_out_by_account(
        &self,
        request: Option<&RepeatableRequest>,
        (account, caller): (UserId, UserId),
        tx: &mut dyn UserTx,
    ) -> Result<(), AppError> {
        let Some(request) = request.filter(|request| !request.is_under_way()) else { return Ok(()) };
        let now = self.now();
        let named = request.with_account(account, caller);
        Ok(tx.keep_idempotent_answer(&named, NO_ANSWER, now, now - KEPT_FOR).await?)
    }

    /// Keeps what a request of `user` was answered that was carried out, for when it is
    /// sent again. Nothing where it changed nothing. The answer is sealed,
    /// since it may hold tokens.
    ///
    /// # Errors
    /// As storage. The request was carried out nevertheless.
    pub async fn keep_answer(&self, user: UserId, request: &RepeatableRequest, answer: &[u8]) -> Result<(), AppError> {
        let Some(place) = request.place.get() else { return Ok(()) };
        let now = self.now();
        let named = match place {
            Place::Organization(_) => request.of(user),
            Place::Account(account) => request.with_account(*account, user),
        };
        let sealed = self.ports.answers.seal(answer, &named);
        match place {
            Place::Organization(organization) => {
                let mut tx = self.ports.store.begin_org(*organization, Mode::Write).await?;
                // Whatever deleted the organization took its answers along.
                if tx.organization().await?.is_none() {
                    return Ok(tx.rollback().await?);
                }
                tx.keep_idempotent_answer(&named, &sealed, now, now - KEPT_FOR).await?;
                Ok(tx.commit().await?)
            }
            Place::Account(_) => {
                let mut tx = self.ports.store.begin_user(named.user_id, Mode::Write).await?;
                if tx.user().await?.is_none() {
                    return Ok(tx.rollback().await?);
                }
                tx.keep_idempotent_answer(&named, &sealed, now, now - KEPT_FOR).await?;
                Ok(tx.commit().await?)
            }
        }
    }
}
