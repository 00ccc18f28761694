//! What the ports report, in the words of the use cases.

use guildhall_ports::store::{Constraint, StoreError};
use guildhall_ports::{HashError, LookupError, Throttled};

use super::{AppError, Conflict, Missing};

impl From<LookupError> for AppError {
    fn from(error: LookupError) -> Self {
        match error {
            LookupError::Unavailable(reason) => Self::LookupUnavailable(reason),
        }
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
            Constraint::InvitationPending => Conflict::AlreadyInvited.into(),
            Constraint::DomainClaimed => Conflict::DomainClaimed.into(),
            Constraint::DomainTaken => Conflict::DomainTaken.into(),
            Constraint::UsersExist => Conflict::AlreadySetUp.into(),
            Constraint::WorkspaceSlug => Conflict::SlugTaken.into(),
            Constraint::WorkspaceGroupName => Conflict::WorkspaceGroupNameTaken.into(),
            Constraint::WorkspaceMemberExists => Conflict::AlreadyInWorkspace.into(),
            Constraint::LastWorkspaceOwner => Conflict::LastWorkspaceOwner.into(),
            Constraint::NotAcquired => Conflict::NotAcquired.into(),
            Constraint::KindLimitReached
            | Constraint::PersonalWorkspaceExists
            | Constraint::UnknownWorkspace
            | Constraint::UnknownWorkspaceGroup
            | Constraint::UnknownMember => Self::Contended,
            // Looked for in the same unit of work: only another one can have changed it since.
            Constraint::JoinRequestExists | Constraint::LimitReached => Self::Contended,
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
