use jiff::civil::Date;
use jiff::tz::TimeZone;
use uuid::Builder;

use super::{Amount, PeriodKey};
use crate::{CreditGrantId, Timestamp};

/// What is said of credits when they are given (M-29).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrantTerms {
    /// How many.
    pub amount: Amount,
    /// From when on what is left is gone; never where nothing is said.
    pub expires_at: Option<Timestamp>,
    /// Lower ones are spent first.
    pub priority: u8,
}

impl GrantTerms {
    /// The priority of a grant for which none is said.
    pub const PRIORITY: u8 = 100;

    /// Credits that do not expire.
    pub fn of(amount: Amount) -> Self {
        Self { amount, expires_at: None, priority: Self::PRIORITY }
    }
}

/// Credits that were given, and what is left of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditGrant {
    /// The grant. Ids are made in the order of time, so that the older burns first.
    pub id: CreditGrantId,
    /// What was said of it.
    pub terms: GrantTerms,
    /// What can be spent.
    pub available: u64,
    /// What reservations hold.
    pub reserved: u64,
}

impl CreditGrant {
    /// What stands in the id of a plan's grant where others have random bits.
    const PLAN: [u8; 10] = *b"plan month";

    /// The grant of a plan's credits for a month (M-21): always the same one
    /// in an organization, so that it is given once, however many servers try.
    /// Its place among the ids made by time (RFC 9562, 5.7) is the beginning
    /// of the month.
    ///
    /// ```
    /// use guildhall_domain::credits::CreditGrant;
    /// let november = CreditGrant::of_plan(&"2026-11".parse()?);
    /// assert_eq!(november, CreditGrant::of_plan(&"2026-11".parse()?));
    /// assert!(november < CreditGrant::of_plan(&"2026-12".parse()?));
    /// # Ok::<(), guildhall_domain::Invalid>(())
    /// ```
    pub fn of_plan(month: &PeriodKey) -> CreditGrantId {
        let first: Option<Date> = format!("{month}-01").parse().ok();
        let begin = first.and_then(|first| first.to_zoned(TimeZone::UTC).ok());
        let millis = begin.map_or(0, |begin| begin.timestamp().as_millisecond().max(0).unsigned_abs());
        Builder::from_unix_timestamp_millis(millis, &Self::PLAN).into_uuid().into()
    }

    /// Whether what is left of it is gone at `now`.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.terms.expires_at.is_some_and(|at| at <= now)
    }

    /// The order in which grants are spent: by priority, then those that
    /// expire sooner, then the older ones.
    pub(super) fn burn_order(&self) -> impl Ord + use<> {
        let never = self.terms.expires_at.is_none();
        (self.terms.priority, never, self.terms.expires_at, self.id)
    }
}
