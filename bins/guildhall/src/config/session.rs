use guildhall_domain::blueprint::SessionRules;
use serde::{Deserialize, Serialize};

use super::check_range;

/// How long sessions last, where not as long as the blueprint says.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SessionConfig {
    /// From login to the end, used or not (ASVS 7.3.2).
    pub absolute_seconds: Option<u32>,
    /// From the last use to the end (ASVS 7.3.1).
    pub idle_seconds: Option<u32>,
}

impl SessionConfig {
    /// The blueprint's rules with these over them.
    pub fn over(&self, rules: SessionRules) -> SessionRules {
        SessionRules {
            absolute_seconds: self.absolute_seconds.unwrap_or(rules.absolute_seconds),
            idle_seconds: self.idle_seconds.unwrap_or(rules.idle_seconds),
        }
    }

    pub(super) fn check(&self, problems: &mut Vec<String>) {
        const LEAST: u32 = SessionRules::LEAST_SECONDS;
        const MOST: u32 = SessionRules::MOST_SECONDS;
        for (key, value) in
            [("session.absolute_seconds", self.absolute_seconds), ("session.idle_seconds", self.idle_seconds)]
        {
            check_range(problems, key, value.unwrap_or(LEAST), LEAST, MOST);
        }
        if let (Some(absolute), Some(idle)) = (self.absolute_seconds, self.idle_seconds)
            && idle > absolute
        {
            problems.push("`session.idle_seconds` is more than `session.absolute_seconds`: lower it".to_owned());
        }
    }
}
