use jiff::civil::Date;
use jiff::{Timestamp as Instant, ToSpan, Zoned};

use crate::text_value::text_value;
use crate::{Invalid, TimeZone, Timestamp};

/// A day (`2026-11-22`) or a month (`2026-11`) in an organization's time zone.
/// Spending is counted by it, so nothing has to run for a new one to begin (M-26).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeriodKey(String);

impl PeriodKey {
    /// Reads a day or a month that there is.
    ///
    /// ```
    /// use guildhall_domain::credits::PeriodKey;
    /// assert!(["2026-11", "2026-11-22", "2028-02-29"].map(PeriodKey::parse).iter().all(Result::is_ok));
    /// for there_is_none in ["", "2026", "2026-13", "2026-02-29", "2026-1-01", "20261122", "2026-11-22T10:00"] {
    ///     assert_eq!(PeriodKey::parse(there_is_none).unwrap_err().code, "invalid_period", "{there_is_none}");
    /// }
    /// ```
    ///
    /// # Errors
    /// `invalid_period`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let day = if text.len() == 7 { format!("{text}-01") } else { text.to_owned() };
        // What is read is written the same again only where it was a plain date.
        match day.parse::<Date>() {
            Ok(date) if date.to_string() == day => Ok(Self(text.to_owned())),
            _ => Err(Invalid::new("invalid_period", "must be a month such as 2026-11 or a day such as 2026-11-22")),
        }
    }

    /// The month after a month, or after the one that a day is in; none at the end of time.
    ///
    /// ```
    /// use guildhall_domain::credits::PeriodKey;
    /// let november: PeriodKey = "2026-11".parse()?;
    /// assert_eq!(november.next_month(), Some("2026-12".parse()?));
    /// # Ok::<(), guildhall_domain::Invalid>(())
    /// ```
    pub fn next_month(&self) -> Option<Self> {
        let first: Date = format!("{}-01", self.0.get(..7)?).parse().ok()?;
        let next = first.checked_add(1.month()).ok()?;
        Some(Self(format!("{:04}-{:02}", next.year(), next.month())))
    }

    /// The month that a day is in; none for what is a month.
    ///
    /// ```
    /// use guildhall_domain::credits::PeriodKey;
    /// let day: PeriodKey = "2026-11-22".parse()?;
    /// assert_eq!(day.month().map(|month| month.to_string()).as_deref(), Some("2026-11"));
    /// # Ok::<(), guildhall_domain::Invalid>(())
    /// ```
    pub fn month(&self) -> Option<Self> {
        self.0.get(..7).filter(|month| month.len() < self.0.len()).map(|month| Self(month.to_owned()))
    }
}

text_value!(PeriodKey);

/// The day and the month that an instant is in, and when they end.
///
/// ```
/// use guildhall_domain::TimeZone;
/// use guildhall_domain::credits::Periods;
/// use time::macros::datetime;
///
/// let periods = Periods::at(datetime!(2026-03-28 23:30 UTC), &TimeZone::parse("Europe/Berlin")?);
/// assert_eq!((periods.day.as_str(), periods.month.as_str()), ("2026-03-29", "2026-03"));
/// // That day has 23 hours: clocks go forward in it.
/// assert_eq!(periods.day_ends_at, datetime!(2026-03-29 22:00 UTC));
/// assert_eq!(periods.month_ends_at, datetime!(2026-03-31 22:00 UTC));
/// # Ok::<(), guildhall_domain::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Periods {
    /// The day.
    pub day: PeriodKey,
    /// The month.
    pub month: PeriodKey,
    /// When the next day begins.
    pub day_ends_at: Timestamp,
    /// When the next month begins.
    pub month_ends_at: Timestamp,
}

impl Periods {
    /// The periods of an instant in a time zone: from midnight to midnight, or
    /// from the first instant of a day that has no midnight. A time zone that
    /// the database does not know any more counts as UTC.
    pub fn at(now: Timestamp, time_zone: &TimeZone) -> Self {
        let zone = jiff::tz::TimeZone::get(time_zone.as_str()).unwrap_or(jiff::tz::TimeZone::UTC);
        let instant = Instant::from_second(now.unix_timestamp()).unwrap_or(Instant::UNIX_EPOCH);
        let date = Zoned::new(instant, zone.clone()).date();
        let start_of = |date: Option<Date>| {
            let zoned = date.and_then(|date| date.to_zoned(zone.clone()).ok());
            zoned.and_then(|zoned| Timestamp::from_unix_timestamp(zoned.timestamp().as_second()).ok())
        };
        // The end of time, beyond which no date is known, ends no period.
        let never = |found: Option<Timestamp>| found.unwrap_or(time::macros::datetime!(9999-12-31 23:59:59 UTC));
        let next_month = date.first_of_month().checked_add(1.month());
        Self {
            day: PeriodKey(date.to_string()),
            month: PeriodKey(format!("{:04}-{:02}", date.year(), date.month())),
            day_ends_at: never(start_of(date.tomorrow().ok())),
            month_ends_at: never(start_of(next_month.ok())),
        }
    }
}
