//! Why use cases are not carried out.

mod conflict;
mod credits;
mod field;
mod from_ports;
mod missing;
mod not_allowed;

use credits::not_covered;

pub use conflict::Conflict;
pub use field::FieldError;
pub use missing::Missing;
pub use not_allowed::NotAllowed;

use std::time::Duration;

use guildhall_domain::credits::QuotaUse;
use guildhall_domain::policy::{Denied, Refused};
use guildhall_domain::{FeatureName, LimitName};
use uuid::Uuid;

/// Why a use case was not carried out. Nothing was changed by it, but for the
/// audit event of a denial.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppError {
    /// Something in the input is wrong.
    #[error("the request is invalid")]
    Invalid(Vec<FieldError>),
    /// There is no live session behind the credential.
    #[error("a valid credential is needed")]
    Unauthenticated,
    /// E-mail and password do not go together, or the account may not log in.
    #[error("e-mail or password is wrong")]
    InvalidCredentials,
    /// What was named is not there, or not the caller's to see.
    #[error("{}", .what.detail())]
    NotFound {
        /// What was looked for.
        what: Missing,
        /// The id that was named, for the audit log.
        id: Option<Uuid>,
    },
    /// The caller lacks the permission.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The caller has the permission, but not towards this member or role.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The rules of this deployment do not allow it to this caller.
    #[error("{0}")]
    NotAllowed(NotAllowed),
    /// The state of things does not allow it.
    #[error("{0}")]
    Conflict(Conflict),
    /// There is as much as there may be (M-15, M-16).
    #[error("the organization has {used} {limit} of the {max} that it may have")]
    LimitReached {
        /// Of what.
        limit: LimitName,
        /// How much there is.
        used: u64,
        /// How much there may be.
        max: u64,
    },
    /// The pool, or quotas, do not allow so many credits to be spent (M-25).
    #[error("{}", not_covered(*.requested, *.balance, .quotas))]
    CreditsNotCovered {
        /// How many were asked for.
        requested: u64,
        /// What can be spent, where that is too little.
        balance: Option<u64>,
        /// Every quota that would be passed.
        quotas: Vec<QuotaUse>,
    },
    /// The organization's plan does not have it (M-10).
    #[error("the organization's plan does not have the feature {0}")]
    FeatureNotInPlan(FeatureName),
    /// The resource is not in the state that the caller expects.
    #[error("the resource has changed since it was read")]
    PreconditionFailed,
    /// The key of a request was used for another one before (R-IDEM).
    #[error("this Idempotency-Key was used for another request")]
    IdempotencyKeyReused,
    /// The request was carried out before, and answered this.
    #[error("the request was answered before")]
    AnsweredBefore(Vec<u8>),
    /// The same request is being carried out.
    #[error("the same request is being carried out")]
    InFlight,
    /// Too many attempts.
    #[error("too many attempts")]
    Throttled {
        /// When to come back.
        retry_after: Duration,
    },
    /// Too much work under way.
    #[error("the service is busy")]
    Busy {
        /// When to come back.
        retry_after: Duration,
    },
    /// Other work on the same things got in the way, every time it was tried.
    #[error("the same things are being changed by too many requests")]
    Contended,
    /// The domain name system does not answer.
    #[error("the domain name system does not answer; nothing was changed")]
    LookupUnavailable(String),
    /// Storage does not answer.
    #[error("storage does not answer")]
    Unavailable(String),
    /// A bug, or storage that holds what it cannot hold.
    #[error("internal error")]
    Internal(String),
}

impl AppError {
    /// Whether the request is refused because it was sent before: it concerns
    /// the whole request, whatever part of it was tried.
    pub(crate) fn is_about_repetition(&self) -> bool {
        let lost = Self::Conflict(Conflict::AnswerLost);
        matches!(self, Self::AnsweredBefore(_) | Self::InFlight | Self::IdempotencyKeyReused) || *self == lost
    }
}
