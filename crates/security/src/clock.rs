use guildhall_domain::Timestamp;
use guildhall_ports::Clock;
use time::OffsetDateTime;

/// The machine's clock, in UTC.
///
/// Cut to microseconds, because that is what every store keeps: a value read
/// back equals the one written.
///
/// ```
/// use guildhall_ports::Clock;
/// use guildhall_security::SystemClock;
///
/// let now = SystemClock.now();
/// assert!(now.offset().is_utc());
/// assert_eq!(now.nanosecond() % 1_000, 0);
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the adapter of the Clock port")]
    fn now(&self) -> Timestamp {
        OffsetDateTime::now_utc().truncate_to_microsecond()
    }
}
