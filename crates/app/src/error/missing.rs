use uuid::Uuid;

use super::AppError;

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
    /// No such invitation, or a token that is good for none any more.
    Invitation,
    /// No such claim to a domain, or no organization that has it verified.
    Domain,
    /// No such request to join.
    JoinRequest,
    /// No such workspace.
    Workspace,
    /// No such group of workspaces.
    WorkspaceGroup,
    /// No such resource in this deployment.
    Quota,
    /// No such reservation of credits.
    Reservation,
    /// No such grant of credits.
    CreditGrant,
    /// A link to show whose an e-mail address is, that is good for nothing.
    EmailVerification,
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
            Self::Invitation => "invitation_not_found",
            Self::Domain => "domain_not_found",
            Self::JoinRequest => "join_request_not_found",
            Self::Workspace => "workspace_not_found",
            Self::WorkspaceGroup => "workspace_group_not_found",
            Self::Quota => "quota_not_found",
            Self::Reservation => "reservation_not_found",
            Self::CreditGrant => "credit_grant_not_found",
            Self::EmailVerification => "verification_not_found",
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
            Self::Invitation => "there is no such invitation, or it was used, taken back or not answered in time",
            Self::Domain => "there is no such domain",
            Self::JoinRequest => "there is no such request to join",
            Self::Workspace => "there is no such workspace",
            Self::WorkspaceGroup => "there is no such group of workspaces",
            Self::Quota => "there is no such quota; the limits of the organization's usage name those that there are",
            Self::Reservation => "there is no such reservation of credits",
            Self::CreditGrant => "there is no such grant of credits",
            Self::EmailVerification => "the link is not a good one, or was used or not used in time; ask for another",
        }
    }

    pub(crate) fn with(self, id: Uuid) -> AppError {
        AppError::NotFound { what: self, id: Some(id) }
    }

    /// Something that the request did not name by its id.
    pub(crate) fn unnamed(self) -> AppError {
        AppError::NotFound { what: self, id: None }
    }
}
