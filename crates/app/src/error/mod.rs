//! Why use cases are not carried out.

mod conflict;
mod field;
mod from_ports;
mod missing;
mod not_allowed;

pub use conflict::Conflict;
pub use field::FieldError;
pub use missing::Missing;
pub use not_allowed::NotAllowed;

use std::time::Duration;

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
    /// The organization's plan does not have it (M-10).
    #[error("the organization's plan does not have the feature {0}")]
    FeatureNotInPlan(FeatureName),
    /// The resource is not in the state that the caller expects.
    #[error("the resource has changed since it was read")]
    PreconditionFailed,
    /// The key of a request was used for another one before (R-IDEM).
    #[error("this Idempotency-Key was used for another request")]
    IdempotencyKeyReused,
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
