/// What can go wrong in storage: closed, and without the database's own words
/// on the way to a client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The row that was to be changed is not there.
    #[error("not found")]
    NotFound,
    /// A rule that storage keeps was about to be broken; nothing changed.
    #[error("conflict: {0:?}")]
    Conflict(Constraint),
    /// Another unit of work got in between; the same work may succeed now.
    #[error("serialization failure")]
    Serialization,
    /// Storage does not answer, or has no room for another request in time.
    #[error("storage is unavailable: {0}")]
    Unavailable(String),
    /// Storage answered with something that cannot be: a bad row, a bug.
    #[error("storage is corrupt: {0}")]
    Corrupt(String),
}

/// The rules that storage keeps, whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Constraint {
    /// An account's e-mail is unique.
    UserEmail,
    /// An organization's slug is unique.
    OrganizationSlug,
    /// A user is a member of an organization at most once (C-03).
    MembershipExists,
    /// As much as there may be is there (M-15, M-16).
    LimitReached,
    /// The account of a new membership exists.
    UnknownUser,
    /// An organization always has an owner.
    LastOwner,
    /// A custom role's name is unique in its organization, without regard to case.
    RoleName,
    /// A custom role that members hold cannot go.
    RoleInUse,
    /// The custom role given to a member exists in the organization.
    UnknownRole,
    /// An account that is still a member somewhere cannot go.
    UserHasMemberships,
    /// An e-mail has at most one pending invitation in an organization (R-INV-3).
    InvitationPending,
    /// An organization claims a domain at most once.
    DomainClaimed,
    /// A domain is verified for at most one organization.
    DomainTaken,
    /// A user has at most one request to join an organization.
    JoinRequestExists,
    /// There are as many workspaces of this kind as there may be.
    KindLimitReached,
    /// A workspace's slug is unique in its organization.
    WorkspaceSlug,
    /// A member has at most one workspace of their own in an organization (M-50).
    PersonalWorkspaceExists,
    /// A workspace that is given to a member, or to an invitation, is in the organization.
    UnknownWorkspace,
    /// The group of a workspace is in its organization.
    UnknownWorkspaceGroup,
    /// A group's name is unique in its organization, without regard to case.
    WorkspaceGroupName,
    /// A member is in a workspace at most once.
    WorkspaceMemberExists,
    /// Whom a workspace takes in is a member of its organization.
    UnknownMember,
    /// A workspace that has owners keeps one, while they are members of the organization.
    LastWorkspaceOwner,
    /// No more of a resource is given back than is used.
    NotAcquired,
    /// The first account is made only where there is none (M-56).
    UsersExist,
}
