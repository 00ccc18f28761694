use guildhall_domain::joining::AlreadyInOrganization;

use super::AppError;

/// Rules that the present state would break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// The e-mail has an account.
    #[error("an account with this e-mail exists already")]
    EmailAlreadyRegistered,
    /// The slug is another's.
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
    /// Owners and admins have all (C-109).
    #[error("an owner or admin has access to every workspace by their role; change the role first")]
    AccessByRole,
    /// For one user alone (M-50).
    #[error("a personal workspace is for one user alone: it cannot be shared, archived or deleted")]
    PersonalWorkspace,
    /// Put away: restore it first.
    #[error("the workspace is archived; restore it first")]
    WorkspaceArchived,
    /// It is put away, or in use, already.
    #[error("the workspace is so already")]
    SameArchived,
    /// The member is in the workspace already.
    #[error("the member is in the workspace already")]
    AlreadyInWorkspace,
    /// A workspace goes to somebody who is in it (M-53).
    #[error("the member is not in the workspace; add them first")]
    NotInWorkspace,
    /// A workspace keeps an owner.
    #[error("a workspace must keep an owner; make somebody else an owner first")]
    LastWorkspaceOwner,
    /// The name is another group's.
    #[error("a group with this name exists already")]
    WorkspaceGroupNameTaken,
    /// More would be given back than is used.
    #[error("less than this was acquired; nothing was released")]
    NotAcquired,
    /// The request was carried out, and what it was answered is not known any more.
    #[error("this request was carried out, but its answer was lost; read what it made")]
    AnswerLost,
    /// No more than 2^53 - 1 credits are in a pool.
    #[error("the pool cannot hold so many credits")]
    CreditPoolFull,
    /// Each spend reads them all.
    #[error("something is left of 1,000 grants already; spend or revoke some first")]
    TooManyCreditGrants,
    /// What it held was spent, given up, or not used in time.
    #[error("the reservation was committed, released or not used in time: it holds nothing any more")]
    ReservationClosed,
    /// What was spent was given back before.
    #[error("everything that this transaction spent was given back already")]
    AlreadyRefunded,
    /// There is nothing left to take back.
    #[error("nothing is left of this grant that could be taken back")]
    CreditGrantEmpty,
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
            Self::AccessByRole => "access_by_role",
            Self::PersonalWorkspace => "personal_workspace",
            Self::WorkspaceArchived => "workspace_archived",
            Self::SameArchived => "archive_unchanged",
            Self::AlreadyInWorkspace => "already_in_workspace",
            Self::NotInWorkspace => "not_in_workspace",
            Self::LastWorkspaceOwner => "last_workspace_owner",
            Self::WorkspaceGroupNameTaken => "workspace_group_name_taken",
            Self::NotAcquired => "not_acquired",
            Self::AnswerLost => "answer_lost",
            Self::CreditPoolFull => "credit_pool_full",
            Self::TooManyCreditGrants => "too_many_credit_grants",
            Self::ReservationClosed => "reservation_closed",
            Self::AlreadyRefunded => "already_refunded",
            Self::CreditGrantEmpty => "credit_grant_empty",
            Self::CannotDisableYourself => "cannot_disable_yourself",
            Self::AlreadySetUp => "already_set_up",
        }
    }
}

impl From<Conflict> for AppError {
    fn from(conflict: Conflict) -> Self {
        Self::Conflict(conflict)
    }
}

impl From<AlreadyInOrganization> for AppError {
    fn from(_: AlreadyInOrganization) -> Self {
        Conflict::AlreadyInOrganization.into()
    }
}
