use std::borrow::Cow;
use std::time::Duration;

use guildhall_domain::Invalid;
use guildhall_domain::joining::AlreadyInOrganization;
use guildhall_domain::policy::{Denied, Refused};
use guildhall_domain::{FeatureName, LimitName};
use guildhall_ports::store::{Constraint, StoreError};
use guildhall_ports::{HashError, LookupError, Throttled};
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
    /// No such invitation, or a token that is good for none any more.
    Invitation,
    /// No such claim to a domain, or no organization that has it verified.
    Domain,
    /// No such request to join.
    JoinRequest,
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
    /// The organization is on the plan already.
    #[error("the organization is on this plan already")]
    SamePlan,
    /// The status does not lead to the wanted one.
    #[error("the organization already has this status")]
    SameStatus,
    /// An address that nobody has shown to be theirs is no way to name a person (N-13).
    #[error("the holder of this account has not shown yet that the e-mail address is theirs; invite them by a link")]
    AccountEmailNotVerified,
    /// Only one organization per user, and the user is in another one (M-02).
    #[error("the user belongs to another organization, and may belong to only one")]
    AlreadyInOrganization,
    /// One invitation per address and organization.
    #[error("this address is invited already; send that invitation again, or take it back")]
    AlreadyInvited,
    /// Inviting is for others.
    #[error("you cannot invite yourself")]
    CannotInviteYourself,
    /// The custom role of the invitation was deleted.
    #[error("the role of this invitation is gone; ask for another invitation")]
    InvitationRoleGone,
    /// The organization claims the domain already.
    #[error("the organization claims this domain already")]
    DomainClaimed,
    /// Another organization has shown the domain to be its own.
    #[error("this domain is verified for another organization")]
    DomainTaken,
    /// A bound on the claims of one organization.
    #[error("the organization claims as many domains as it can; give one up")]
    TooManyDomains,
    /// An admin declined the user's request.
    #[error("your request to join was declined; an invitation is needed")]
    JoinRequestDeclined,
    /// The address is known to be the user's.
    #[error("this e-mail address is verified already")]
    EmailAlreadyVerified,
    /// Nobody shuts themself out.
    #[error("you cannot disable your own account; another superadmin can")]
    CannotDisableYourself,
    /// There are accounts (M-56).
    #[error("this installation is set up already")]
    AlreadySetUp,
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
            Self::SamePlan => "plan_unchanged",
            Self::SameStatus => "status_unchanged",
            Self::AccountEmailNotVerified => "account_email_not_verified",
            Self::AlreadyInOrganization => "already_in_organization",
            Self::AlreadyInvited => "already_invited",
            Self::CannotInviteYourself => "cannot_invite_yourself",
            Self::InvitationRoleGone => "invitation_role_gone",
            Self::DomainClaimed => "domain_claimed",
            Self::DomainTaken => "domain_taken",
            Self::TooManyDomains => "too_many_domains",
            Self::JoinRequestDeclined => "join_request_declined",
            Self::EmailAlreadyVerified => "email_already_verified",
            Self::CannotDisableYourself => "cannot_disable_yourself",
            Self::AlreadySetUp => "already_set_up",
        }
    }
}

/// What a deployment's rules forbid to a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAllowed {
    /// Name and time zone come first (C-16, C-19).
    #[error("set your name and time zone before you make an organization")]
    OnboardingIncomplete,
    /// Administrators make accounts (M-56).
    #[error("accounts are made by the administrators of this installation")]
    RegistrationClosed,
    /// Only the invited register.
    #[error("registering needs the token of an invitation")]
    InvitationRequired,
    /// The invitation is for another address, which is not told.
    #[error("this invitation is for another e-mail address; log in with the account that it was sent to")]
    InvitationForAnother,
    /// An address that was not shown to be the user's grants nothing (N-13).
    #[error("show first that your e-mail address is yours: follow the link that was sent to it")]
    EmailNotVerified,
    /// There is one user, whose token is configured (C-139).
    #[error("this installation has one local user, who needs no account, password or session")]
    LocalUserOnly,
    /// The operator changes plans.
    #[error("plans are changed by the administrators of this installation")]
    PlanNotSelfService,
    /// Accounts are made by registering.
    #[error("this installation is set up from the command line: guildhall superadmin create")]
    SetUpClosed,
}

impl NotAllowed {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::OnboardingIncomplete => "onboarding_incomplete",
            Self::RegistrationClosed => "registration_closed",
            Self::InvitationRequired => "invitation_required",
            Self::InvitationForAnother => "invitation_for_another",
            Self::EmailNotVerified => "email_not_verified",
            Self::LocalUserOnly => "local_user_only",
            Self::PlanNotSelfService => "plan_not_self_service",
            Self::SetUpClosed => "set_up_closed",
        }
    }
}

impl From<NotAllowed> for AppError {
    fn from(reason: NotAllowed) -> Self {
        Self::NotAllowed(reason)
    }
}

impl From<AlreadyInOrganization> for AppError {
    fn from(_: AlreadyInOrganization) -> Self {
        Conflict::AlreadyInOrganization.into()
    }
}

impl From<LookupError> for AppError {
    fn from(error: LookupError) -> Self {
        match error {
            LookupError::Unavailable(reason) => Self::LookupUnavailable(reason),
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
            Constraint::InvitationPending => Conflict::AlreadyInvited.into(),
            Constraint::DomainClaimed => Conflict::DomainClaimed.into(),
            Constraint::DomainTaken => Conflict::DomainTaken.into(),
            Constraint::UsersExist => Conflict::AlreadySetUp.into(),
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
