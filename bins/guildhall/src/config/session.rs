use guildhall_domain::SessionLifetime;
use serde::{Deserialize, Serialize};
use time::Duration;

use super::check_range;

/// How long sessions last.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SessionConfig {
    /// From login to the end, used or not (ASVS 7.3.2).
    pub absolute_seconds: u32,
    /// From the last use to the end (ASVS 7.3.1).
    pub idle_seconds: u32,
}

impl Default for SessionConfig {
    fn default() -> Self {
        Self { absolute_seconds: 30 * 24 * 3_600, idle_seconds: 24 * 3_600 }
    }
}

impl SessionConfig {
    /// The same in the domain's words.
    pub fn lifetime(&self) -> SessionLifetime {
        SessionLifetime {
            absolute: Duration::seconds(self.absolute_seconds.into()),
            idle: Duration::seconds(self.idle_seconds.into()),
        }
    }

    pub(super) fn check(&self, problems: &mut Vec<String>) {
        const YEAR: u32 = 366 * 24 * 3_600;
        check_range(problems, "session.absolute_seconds", self.absolute_seconds, 1, YEAR);
        // A note of the last use is up to a minute old, so a shorter time would end sessions in use.
        check_range(problems, "session.idle_seconds", self.idle_seconds, 120, YEAR);
        if self.idle_seconds > self.absolute_seconds {
            problems.push("`session.idle_seconds` is more than `session.absolute_seconds`: lower it".to_owned());
        }
    }
}
