use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use guildhall_domain::Invalid;
use secrecy::SecretString;

/// A password's hash with its parameters, as a PHC string. Does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Wraps a PHC string.
    pub fn new(phc: String) -> Self {
        Self(phc)
    }

    /// The PHC string, for storage and verification.
    pub fn as_phc(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// What verification found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordVerdict {
    /// Whether the password is the right one.
    pub matches: bool,
    /// Whether the hash was made with other parameters than today's.
    pub outdated: bool,
}

/// Why a password was neither hashed nor verified.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// Too many hashes are under way; nothing was computed.
    #[error("too many password hashes are under way")]
    Busy {
        /// When to come back.
        retry_after: Duration,
    },
    /// The hash is unreadable or hashing failed.
    #[error("password hashing failed: {0}")]
    Failed(String),
}

/// Hashes passwords slowly, off the event loop, with a bound on how many at once.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// Hashes a new password.
    async fn hash(&self, password: SecretString) -> Result<PasswordHash, HashError>;

    /// Verifies a password. With no hash (an unknown account) it does the same
    /// work and says no, so that the time tells nothing (ASVS 6.3.8).
    async fn verify(&self, password: SecretString, hash: Option<PasswordHash>) -> Result<PasswordVerdict, HashError>;
}

/// Says whether a password is good enough (ASVS 6.2).
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait PasswordPolicy: Send + Sync {
    /// Checks a new password; `context` are words that it must not be made of
    /// (e-mail, name, organization).
    ///
    /// # Errors
    /// `too_short`, `too_long` or `too_weak`, with advice.
    fn check(&self, password: &SecretString, context: &[String]) -> Result<(), Invalid>;
}
