use time::Duration;

use crate::{Invalid, SessionLifetime};

/// How long sessions last, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct SessionRules {
    /// From login to the end, used or not (ASVS 7.3.2): 120 seconds to a year.
    pub absolute_seconds: u32,
    /// From the last use to the end (ASVS 7.3.1): 120 seconds to `absolute_seconds`.
    pub idle_seconds: u32,
}

impl SessionRules {
    /// The shortest session. A note of the last use is up to a minute old, so
    /// a shorter time would end sessions in use.
    pub const LEAST_SECONDS: u32 = 120;
    /// The longest session: a leap year.
    pub const MOST_SECONDS: u32 = 366 * 24 * 3_600;

    /// Checks one of the two lengths.
    ///
    /// # Errors
    /// `out_of_range`.
    pub fn seconds(seconds: i64) -> Result<u32, Invalid> {
        match u32::try_from(seconds) {
            Ok(seconds @ Self::LEAST_SECONDS..=Self::MOST_SECONDS) => Ok(seconds),
            _ => Err(Invalid::new(
                "out_of_range",
                format!("must be from {} to {} (366 days)", Self::LEAST_SECONDS, Self::MOST_SECONDS),
            )),
        }
    }

    /// The same in the session's words.
    pub fn lifetime(self) -> SessionLifetime {
        SessionLifetime {
            absolute: Duration::seconds(self.absolute_seconds.into()),
            idle: Duration::seconds(self.idle_seconds.into()),
        }
    }
}

impl Default for SessionRules {
    fn default() -> Self {
        Self { absolute_seconds: 30 * 24 * 3_600, idle_seconds: 24 * 3_600 }
    }
}
