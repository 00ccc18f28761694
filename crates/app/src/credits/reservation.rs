use guildhall_domain::credits::Amount;
use guildhall_domain::{Invalid, ReservationId};
use guildhall_ports::store::OrganizationRef;
use time::Duration;

use super::order::{Action, Order, or_none};
use super::{CreditReceipt, Spending};
use crate::{AppError, Caller, Guildhall, IdempotencyKey};

/// Credits to be held for something that is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReservation {
    /// Who holds how many for what.
    pub spending: Spending,
    /// How long, from 1 second to 1 hour.
    pub lasts: Duration,
}

impl NewReservation {
    /// How long where nothing is said.
    pub const LASTS: Duration = Duration::minutes(5);

    /// The longest.
    pub const LASTS_AT_MOST: Duration = Duration::hours(1);
}

impl Guildhall {
    /// Holds credits: they count as spent, for the pool, the member's quota and
    /// the workspace's budget, until they are committed, released, or the time is over.
    ///
    /// # Errors
    /// As [`Guildhall::consume_credits`]; `out_of_range` (`/ttl`).
    pub async fn reserve_credits(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        reservation: &NewReservation,
        key: &IdempotencyKey,
    ) -> Result<CreditReceipt, AppError> {
        let (spending, lasts) = (&reservation.spending, reservation.lasts);
        if lasts < Duration::SECOND || lasts > NewReservation::LASTS_AT_MOST {
            return Err(AppError::invalid("/ttl", Invalid::new("out_of_range", "must be from 1 to 3600 seconds")));
        }
        self.submit_spending(caller, organization, spending, |user| {
            let action = Action::Reserve { spend: spending.by(user), lasts };
            let fingerprint = format!("{} lasts {}", spending.fingerprint(), lasts.whole_seconds());
            let request = key.of(caller, "reserve_credits", fingerprint);
            Order::new(caller, action, request)
        })
        .await
    }

    /// Spends what a reservation holds, or a part of it; the rest is free
    /// again. For the member whose it is, and those who manage the pool.
    ///
    /// # Errors
    /// `reservation_not_found`, `reservation_closed`, `more_than_reserved`
    /// (`/amount`), [`AppError::IdempotencyKeyReused`], denials.
    pub async fn commit_reservation(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        reservation: ReservationId,
        amount: Option<Amount>,
        key: &IdempotencyKey,
    ) -> Result<CreditReceipt, AppError> {
        let id = self.resolve(caller, organization)?;
        let fingerprint = format!("{reservation} amount {}", or_none(amount.map(Amount::get)));
        let request = key.of(caller, "commit_reservation", fingerprint);
        let action = Action::Commit { reservation, amount };
        self.submit(id, Order::new(caller, action, request)).await
    }

    /// Gives up what a reservation holds, at once instead of in its time.
    ///
    /// # Errors
    /// `reservation_not_found`, `reservation_closed`,
    /// [`AppError::IdempotencyKeyReused`], denials.
    pub async fn release_reservation(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        reservation: ReservationId,
        key: &IdempotencyKey,
    ) -> Result<CreditReceipt, AppError> {
        let id = self.resolve(caller, organization)?;
        let request = key.of(caller, "release_reservation", reservation.to_string());
        let action = Action::Release { reservation };
        self.submit(id, Order::new(caller, action, request)).await
    }
}
