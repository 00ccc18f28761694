use std::fmt;

use time::Duration;

use crate::{SessionId, Timestamp, UserId};

/// The SHA-256 of a secret token: all that storage ever sees of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenDigest([u8; 32]);

impl TokenDigest {
    /// Wraps a digest made by the token port.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The digest's bytes, for storage.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for TokenDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenDigest(…)")
    }
}

/// One login of one user on one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The session, as listed and revoked by its user.
    pub id: SessionId,
    /// Whose session it is.
    pub user_id: UserId,
    /// What the bearer token hashes to.
    pub token_digest: TokenDigest,
    /// When the user logged in.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// When it ends whatever happens (ASVS 7.3.2).
    pub expires_at: Timestamp,
    /// The program that logged in, as it named itself.
    pub user_agent: Option<String>,
    /// Where it logged in from.
    pub ip_address: Option<String>,
}

/// How long a session may last.
///
/// ```
/// use guildhall_domain::SessionLifetime;
/// use time::{Duration, OffsetDateTime};
///
/// let lifetime = SessionLifetime { absolute: Duration::days(30), idle: Duration::days(1) };
/// let login = OffsetDateTime::UNIX_EPOCH;
/// let expires = login + lifetime.absolute;
/// assert!(lifetime.is_live(login + Duration::hours(23), login, expires));
/// assert!(!lifetime.is_live(login + Duration::hours(25), login, expires)); // idle too long
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLifetime {
    /// From login to the end, used or not (ASVS 7.3.2).
    pub absolute: Duration,
    /// From the last use to the end (ASVS 7.3.1).
    pub idle: Duration,
}

impl SessionLifetime {
    /// Whether a session last used at `last_seen_at` may still be used.
    pub fn is_live(&self, now: Timestamp, last_seen_at: Timestamp, expires_at: Timestamp) -> bool {
        now < expires_at && now < last_seen_at.saturating_add(self.idle)
    }
}
