use guildhall_domain::{Name, SessionLifetime};
use time::Duration;

/// What a deployment decides about the use cases.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long sessions last.
    pub session: SessionLifetime,
    /// How old the note of a session's last use may be before it is written anew.
    pub session_touch_interval: Duration,
    /// How old the note of a member's last activity may be before it is written anew.
    pub member_touch_interval: Duration,
    /// What a user's first organization is called where they name none (C-120).
    pub first_organization_name: Name,
}

impl Settings {
    /// Sessions of 30 days, ended after 24 hours without use.
    ///
    /// # Errors
    /// None in practice: the built-in name is a valid one.
    pub fn new() -> Result<Self, guildhall_domain::Invalid> {
        Ok(Self {
            session: SessionLifetime { absolute: Duration::days(30), idle: Duration::days(1) },
            session_touch_interval: Duration::minutes(1),
            member_touch_interval: Duration::minutes(5),
            first_organization_name: Name::parse("Personal")?,
        })
    }
}
