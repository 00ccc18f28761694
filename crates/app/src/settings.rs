use guildhall_domain::SessionLifetime;
use guildhall_domain::blueprint::Blueprint;
use time::Duration;

/// What a deployment decides about the use cases.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The tenancy rules.
    pub blueprint: Blueprint,
    /// How callers show who they are.
    pub authentication: Authentication,
    /// How long sessions last: as the blueprint says, or the operator over it.
    pub session: SessionLifetime,
    /// How old the note of a session's last use may be before it is written anew.
    pub session_touch_interval: Duration,
    /// How old the note of a member's last activity may be before it is written anew.
    pub member_touch_interval: Duration,
    /// How long the link is good for that shows whose an e-mail address is.
    pub email_verification_lifetime: Duration,
    /// How mails are sent.
    pub mail: MailSettings,
}

/// How callers show who they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Authentication {
    /// By a session, which a password starts.
    #[default]
    Passwords,
    /// By one configured token, which is the one local user's (C-139).
    LocalToken,
}

/// How mails are sent.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// How long one attempt may take.
    pub attempt_timeout: std::time::Duration,
    /// How long after each failed attempt the next one comes. A mail is given
    /// up when there is none left.
    pub retry_after: Vec<Duration>,
}

impl Default for MailSettings {
    /// Tries for about three days, as mail servers do (RFC 5321, 4.5.4.1).
    fn default() -> Self {
        let minutes = [1, 2, 10, 30, 60, 240, 240, 480, 480, 720, 720, 1_440];
        Self {
            attempt_timeout: std::time::Duration::from_secs(30),
            retry_after: minutes.into_iter().map(Duration::minutes).collect(),
        }
    }
}

impl Settings {
    /// The settings of a deployment with these rules.
    pub fn new(blueprint: Blueprint) -> Self {
        Self {
            session: blueprint.sessions.lifetime(),
            blueprint,
            authentication: Authentication::default(),
            session_touch_interval: Duration::minutes(1),
            member_touch_interval: Duration::minutes(5),
            email_verification_lifetime: Duration::days(1),
            mail: MailSettings::default(),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::new(Blueprint::default())
    }
}
