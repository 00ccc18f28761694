use guildhall_domain::Timestamp;

/// What time it is. The only source of time, so that tests can own it.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Clock: Send + Sync {
    /// Now, in UTC, cut to whole microseconds.
    fn now(&self) -> Timestamp;
}
