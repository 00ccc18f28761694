use std::borrow::Cow;
use std::time::Duration;

use guildhall_domain::Invalid;
use guildhall_domain::policy::{Denied, Refused};
use guildhall_ports::store::{Constraint, StoreError};
use guildhall_ports::{HashError, Throttled};
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
    /// The state of things does not allow it.
    #[error("{0}")]
    Conflict(Conflict),
    /// The resource is not in the state that the caller expects.
    #[error("the resource has changed since it was read")]
    PreconditionFailed,
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
    /// Storage does not answer.
    #[error("storage does not answer")]
    Unavailable(String),
    /// A bug, or storage that holds what it cannot hold.
    #[error("internal error")]
    Internal(String),
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Which field, as a JSON pointer (RFC 6901) into the body, or the name of a query parameter.
    pub pointer: Cow<'static, str>,
    /// Stable, snake_case.
    pub code: &'static str,
    /// What would be accepted.
    pub detail: Cow<'static, str>,
}

impl FieldError {
    /// Says where a refused value stood.
    pub fn at(pointer: impl Into<Cow<'static, str>>, invalid: Invalid) -> Self {
        Self { pointer: pointer.into(), code: invalid.code, detail: invalid.detail }
    }
}

/// Kinds of things that can be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// No such organization.
    Organization,
    /// No such member.
    Member,
    /// No such custom role.
    Role,
    /// No account with this e-mail or id (M-07).
    Account,
    /// No such session.
    Session,
}

impl Missing {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Organization => "organization_not_found",
            Self::Member => "member_not_found",
            Self::Role => "role_not_found",
            Self::Account => "account_not_found",
            Self::Session => "session_not_found",
        }
    }

    /// A sentence.
    pub fn detail(self) -> &'static str {
        match self {
            Self::Organization => "there is no such organization",
            Self::Member => "there is no such member",
            Self::Role => "there is no such role",
            Self::Account => "there is no such account; the person must register first",
            Self::Session => "there is no such session",
        }
    }

    pub(crate) fn with(self, id: Uuid) -> AppError {
        AppError::NotFound { what: self, id: Some(id) }
    }
}

/// Rules that the present state would break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// The e-mail has an account.
    #[error("an account with this e-mail exists already")]
    EmailAlreadyRegistered,
    /// The slug is another organization's.
    #[error("this slug is taken")]
    SlugTaken,
    /// The user is a member already.
    #[error("the user is a member of the organization already")]
    AlreadyMember,
    /// The organization would be left without an owner (R-MEM-1).
    #[error("an organization must have at least one owner; make somebody else an owner first")]
    LastOwner,
    /// The name is another custom role's.
    #[error("a role with this name exists already")]
    RoleNameTaken,
    /// Members hold the role and no replacement was named.
    #[error("members hold this role; name a replacement")]
    RoleInUse,
    /// The account may not be used.
    #[error("the account is disabled")]
    AccountDisabled,
    /// The status does not lead to the wanted one.
    #[error("the organization already has this status")]
    SameStatus,
}

impl Conflict {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::EmailAlreadyRegistered => "email_already_registered",
            Self::SlugTaken => "slug_taken",
            Self::AlreadyMember => "already_member",
            Self::LastOwner => "last_owner",
            Self::RoleNameTaken => "role_name_taken",
            Self::RoleInUse => "role_in_use",
            Self::AccountDisabled => "account_disabled",
            Self::SameStatus => "status_unchanged",
        }
    }
}

impl AppError {
    /// One wrong field.
    pub fn invalid(pointer: impl Into<Cow<'static, str>>, invalid: Invalid) -> Self {
        Self::Invalid(vec![FieldError::at(pointer, invalid)])
    }
}

impl From<Invalid> for AppError {
    fn from(invalid: Invalid) -> Self {
        Self::invalid("", invalid)
    }
}

impl From<Conflict> for AppError {
    fn from(conflict: Conflict) -> Self {
        Self::Conflict(conflict)
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(constraint) => constraint.into(),
            StoreError::NotFound => Self::Internal("a row that was just read is gone".to_owned()),
            StoreError::Serialization => Self::Contended,
            StoreError::Unavailable(reason) => Self::Unavailable(reason),
            StoreError::Corrupt(reason) => Self::Internal(reason),
        }
    }
}

impl From<Constraint> for AppError {
    fn from(constraint: Constraint) -> Self {
        match constraint {
            Constraint::UserEmail => Conflict::EmailAlreadyRegistered.into(),
            Constraint::OrganizationSlug => Conflict::SlugTaken.into(),
            Constraint::MembershipExists => Conflict::AlreadyMember.into(),
            Constraint::LastOwner => Conflict::LastOwner.into(),
            Constraint::RoleName => Conflict::RoleNameTaken.into(),
            Constraint::RoleInUse => Conflict::RoleInUse.into(),
            Constraint::UnknownUser => Self::NotFound { what: Missing::Account, id: None },
            Constraint::UnknownRole => Self::NotFound { what: Missing::Role, id: None },
            Constraint::UserHasMemberships => Self::Internal("an account with memberships was deleted".to_owned()),
        }
    }
}

impl From<HashError> for AppError {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy { retry_after } => Self::Busy { retry_after },
            HashError::Failed(reason) => Self::Internal(reason),
        }
    }
}

impl From<Throttled> for AppError {
    fn from(throttled: Throttled) -> Self {
        Self::Throttled { retry_after: throttled.retry_after }
    }
}
