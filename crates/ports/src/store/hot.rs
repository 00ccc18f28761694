//! What the hottest reads ask and answer.

use guildhall_domain::policy::{MemberFacts, WorkspaceFacts, WorkspaceTies};
use guildhall_domain::{
    Email, Name, OrganizationId, OrganizationStatus, SessionId, Timestamp, TokenDigest, UserId, WorkspaceId,
};

/// Which organization a request names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganizationRef {
    /// By its id.
    Id(OrganizationId),
    /// `me`: the caller's active organization.
    Active,
}

/// The holder of a session token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticated {
    /// The session.
    pub session_id: SessionId,
    /// The account.
    pub user_id: UserId,
    /// Its address.
    pub email: Email,
    /// Its name.
    pub name: Name,
    /// Whether it has power over the installation.
    pub superadmin: bool,
    /// Whether it may not be used.
    pub disabled: bool,
    /// When the session was last used, as far as noted.
    pub last_seen_at: Timestamp,
    /// When the session ends.
    pub expires_at: Timestamp,
    /// The organization that `me` stands for: the one that the user chose if
    /// still a member of it, else the one joined first, if any (C-110).
    pub active_organization: Option<OrganizationId>,
}

/// A permission check: may the holder of a token, or another member, …?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckQuery {
    /// The token's digest.
    pub digest: TokenDigest,
    /// Where.
    pub organization: OrganizationRef,
    /// Whose power is asked about; the caller's own where nobody is named.
    pub subject: Option<UserId>,
    /// In which workspace; in the organization where none is named.
    pub workspace: Option<WorkspaceId>,
}

/// The facts of a permission check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckFacts {
    /// Who asks. Their active organization is looked up only where the query
    /// names it, and not to be relied on otherwise.
    pub caller: Authenticated,
    /// The organization, where there is one.
    pub organization: Option<(OrganizationId, OrganizationStatus)>,
    /// The caller's membership in it.
    pub caller_member: Option<MemberFacts>,
    /// The named subject's membership in it; none where none was named, and
    /// none where their account is disabled: it may do nothing.
    pub subject_member: Option<MemberFacts>,
    /// The workspace, where one was named and is in the organization, with
    /// what ties the subject to it (the caller, where nobody is named).
    pub workspace: Option<(WorkspaceFacts, WorkspaceTies)>,
}

/// Many permission checks at once, in one organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckBatchQuery {
    /// The token's digest.
    pub digest: TokenDigest,
    /// Where.
    pub organization: OrganizationRef,
    /// Who, and in which workspace: as [`CheckQuery::subject`] and
    /// [`CheckQuery::workspace`]. At most 100.
    pub checks: Vec<(Option<UserId>, Option<WorkspaceId>)>,
}

/// The facts of many permission checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckBatchFacts {
    /// As [`CheckFacts::caller`].
    pub caller: Authenticated,
    /// As [`CheckFacts::organization`].
    pub organization: Option<(OrganizationId, OrganizationStatus)>,
    /// As [`CheckFacts::caller_member`].
    pub caller_member: Option<MemberFacts>,
    /// For each check, in order; nothing in any where there is no organization.
    pub checks: Vec<CheckedSubject>,
}

/// What there is to know for one of many checks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CheckedSubject {
    /// As [`CheckFacts::subject_member`].
    pub member: Option<MemberFacts>,
    /// As [`CheckFacts::workspace`].
    pub workspace: Option<(WorkspaceFacts, WorkspaceTies)>,
}
