use std::num::NonZeroU32;
use std::time::Duration;

use guildhall_domain::{Email, UserId};

/// Whose attempts are counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ThrottleKey {
    /// Attempts on one account, by its lower-case e-mail, from one address: an
    /// attacker elsewhere cannot use up the owner's attempts (ASVS 6.1.1).
    Account {
        /// The account's e-mail.
        email: String,
        /// Where the attempt comes from, where that is known.
        address: Option<String>,
    },
    /// Attempts from one address, on any account.
    Address(String),
    /// Mails that one user has caused, to whomever (ASVS 2.4.1).
    Mail(UserId),
    /// Mails to one address, whoever caused them.
    Recipient(Email),
}

/// Too many attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many attempts; try again in {} s", retry_after.as_secs().max(1))]
pub struct Throttled {
    /// When the next attempt is let through.
    pub retry_after: Duration,
}

/// Bounds how often passwords can be tried (ASVS 6.3.1) and mails be caused.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Throttle: Send + Sync {
    /// Counts one attempt.
    ///
    /// # Errors
    /// [`Throttled`] when there were too many.
    fn attempt(&self, key: &ThrottleKey) -> Result<(), Throttled> {
        self.attempt_many(key, NonZeroU32::MIN)
    }

    /// Counts so many attempts, or none where that would be too many.
    ///
    /// # Errors
    /// [`Throttled`].
    fn attempt_many(&self, key: &ThrottleKey, count: NonZeroU32) -> Result<(), Throttled>;
}
