//! A request that is sent again is carried out once (R-IDEM).

use std::fmt;

use guildhall_domain::Invalid;
use guildhall_ports::store::IdempotentRequest;
use time::Duration;

use crate::access::Access;
use crate::{AppError, Caller};

/// How long an answer is kept at least.
pub(crate) const KEPT_FOR: Duration = Duration::hours(24);

/// The key by which a client knows its own request again: 1 to 255 visible
/// ASCII characters, such as a UUID.
///
/// ```
/// use guildhall_app::IdempotencyKey;
/// assert!(IdempotencyKey::parse("01975b2c-order-7").is_ok());
/// assert_eq!(IdempotencyKey::parse("two words").unwrap_err().code, "invalid_idempotency_key");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Checks a key.
    ///
    /// # Errors
    /// `invalid_idempotency_key`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if (1..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("invalid_idempotency_key", "must have 1 to 255 visible ASCII characters"))
        }
    }

    /// This key as one of `caller`'s, for an operation that says `fingerprint`.
    pub(crate) fn of(&self, caller: &Caller, operation: &'static str, fingerprint: String) -> IdempotentRequest {
        let (user_id, operation) = (caller.actor.user_id, operation.into());
        IdempotentRequest { user_id, operation, key: self.0.clone(), fingerprint }
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The answer that a request was given before, in the unit of work in which it
/// would be carried out.
///
/// # Errors
/// [`AppError::IdempotencyKeyReused`] where the key stands for another request.
pub(crate) async fn given_before(access: &mut Access, request: &IdempotentRequest) -> Result<Option<String>, AppError> {
    let now = access.now();
    match access.tx().idempotent_answer(request).await? {
        Some(given) if given.created_at + KEPT_FOR <= now => Ok(None),
        Some(given) if given.fingerprint != request.fingerprint => Err(AppError::IdempotencyKeyReused),
        found => Ok(found.map(|given| given.answer)),
    }
}

/// Keeps an answer with what it was given for, in the same unit of work.
pub(crate) async fn keep(access: &mut Access, request: &IdempotentRequest, answer: &str) -> Result<(), AppError> {
    let now = access.now();
    Ok(access.tx().keep_idempotent_answer(request, answer, now, now - KEPT_FOR).await?)
}
