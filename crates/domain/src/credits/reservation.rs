use super::{PeriodKey, SpendBy};
use crate::invitation::named;
use crate::{CreditGrantId, Invalid, ReservationId, Timestamp};

named! {
    /// How far a reservation is.
    ReservationState {
        /// Holds credits.
        Open = "open",
        /// Was spent, wholly or in part.
        Committed = "committed",
        /// Was given up.
        Released = "released",
        /// Was neither in time.
        Lapsed = "lapsed",
    } else "unknown_state", "must be open, committed, released or lapsed"
}

/// Credits that are held for something that is under way, and return by
/// themselves when nobody comes back for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// The reservation.
    pub id: ReservationId,
    /// For whom, where and what.
    pub by: SpendBy,
    /// What it holds of each grant, in the order in which they burn.
    pub held: Vec<(CreditGrantId, u64)>,
    /// How far it is.
    pub state: ReservationState,
    /// From when on it holds nothing.
    pub expires_at: Timestamp,
    /// The day that it counts in for its member.
    pub day: PeriodKey,
    /// The month that it counts in.
    pub month: PeriodKey,
}

impl Reservation {
    /// How many credits it holds, or held.
    pub fn amount(&self) -> u64 {
        self.held.iter().map(|(_, amount)| amount).sum()
    }

    /// Whether it still holds anything at `now`.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.state == ReservationState::Open && now < self.expires_at
    }
}
