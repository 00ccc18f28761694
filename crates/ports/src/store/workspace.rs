//! What units of work ask and answer about workspaces and idempotent requests.

use std::borrow::Cow;

use guildhall_domain::policy::WorkspaceTies;
use guildhall_domain::{Limit, Timestamp, UserId, Workspace, WorkspaceGroupId, WorkspaceKindName};

/// A workspace, and what ties the one who looks to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceTied {
    /// The workspace.
    pub workspace: Workspace,
    /// The ties of the member who looks; none for who is no member.
    pub ties: WorkspaceTies,
}

/// Which workspaces are asked for; all that are not archived where nothing is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkspaceFilter {
    /// Only those of this kind.
    pub kind: Option<WorkspaceKindName>,
    /// Only those in this group.
    pub group_id: Option<WorkspaceGroupId>,
    /// Only those that are archived, instead of those that are not.
    pub archived: bool,
    /// Only those whose name or slug contains this text, without regard to
    /// case. Every character stands for itself (`%` and `_` too).
    pub search: Option<String>,
}

/// How many workspaces there may be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WorkspaceLimits {
    /// Of all kinds together.
    pub all: Limit,
    /// Of the kind of the new one.
    pub of_kind: Limit,
}

/// A request that is carried out once, however often it is sent (R-IDEM).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotentRequest {
    /// Who sends it: keys of different users never meet.
    pub user_id: UserId,
    /// What is asked for, such as `acquire_quota`, in at most 200 characters: neither do those of different operations.
    pub operation: Cow<'static, str>,
    /// The key that the client chose.
    pub key: String,
    /// What the request says, so that another one with the same key is noticed.
    pub fingerprint: String,
}

/// What a request was answered, as kept for its repetition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotentAnswer {
    /// What the request said.
    pub fingerprint: String,
    /// The answer.
    pub answer: String,
    /// When it was given.
    pub created_at: Timestamp,
}
