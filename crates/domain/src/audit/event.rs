use std::collections::BTreeMap;

use uuid::Uuid;

use super::{AuditAction, ChainHash};
use crate::{AuditEventId, Email, Invalid, OrganizationId, Timestamp, UserId};

/// Something that happened, as it is written into the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// The event.
    pub id: AuditEventId,
    /// Whose log it is in; none for the installation's own.
    pub organization_id: Option<OrganizationId>,
    /// What happened.
    pub action: AuditAction,
    /// Who did it.
    pub actor: AuditActor,
    /// What it was done to.
    pub target: Option<AuditTarget>,
    /// Whether it was done; false for a denied attempt.
    pub success: bool,
    /// More, by name: `role`, `from`, `to`, `permission`, …. Never a secret.
    pub details: BTreeMap<String, String>,
    /// The request that it came with.
    pub request_id: Option<String>,
    /// Where the request came from.
    pub ip_address: Option<String>,
    /// When.
    pub occurred_at: Timestamp,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditActor {
    /// The account; none for the operator at the command line.
    pub user_id: Option<UserId>,
    /// Its address at the time.
    pub email: Option<Email>,
}

/// What something was done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditTarget {
    /// The kind of thing.
    pub kind: TargetKind,
    /// Which one.
    pub id: Uuid,
}

/// The kinds of things that events are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetKind {
    /// An organization.
    Organization,
    /// A membership.
    Member,
    /// A custom role.
    Role,
    /// An account.
    User,
    /// A session.
    Session,
    /// An invitation.
    Invitation,
    /// A claim to a domain.
    Domain,
    /// A request to join.
    JoinRequest,
    /// A workspace.
    Workspace,
    /// A group of workspaces.
    WorkspaceGroup,
    /// A transaction of the ledger of credits.
    CreditTransaction,
    /// Credits that were given.
    CreditGrant,
    /// Credits that are held.
    CreditReservation,
}

impl TargetKind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::Organization,
        Self::Member,
        Self::Role,
        Self::User,
        Self::Session,
        Self::Invitation,
        Self::Domain,
        Self::JoinRequest,
        Self::Workspace,
        Self::WorkspaceGroup,
        Self::CreditTransaction,
        Self::CreditGrant,
        Self::CreditReservation,
    ];

    /// The name in storage and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Member => "member",
            Self::Role => "role",
            Self::User => "user",
            Self::Session => "session",
            Self::Invitation => "invitation",
            Self::Domain => "domain",
            Self::JoinRequest => "join_request",
            Self::Workspace => "workspace",
            Self::WorkspaceGroup => "workspace_group",
            Self::CreditTransaction => "credit_transaction",
            Self::CreditGrant => "credit_grant",
            Self::CreditReservation => "credit_reservation",
        }
    }

    /// Reads a kind by its name.
    ///
    /// # Errors
    /// `unknown_target`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| Invalid::new("unknown_target", "must be a kind of target such as member"))
    }
}

/// An event in its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its place, from 1, without gaps.
    pub sequence: u64,
    /// What happened.
    pub event: AuditEvent,
    /// The chain's hash up to and including this record.
    pub hash: ChainHash,
}

/// Where a chain ends: kept beside it, so that a cut tail is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainHead {
    /// The last record's place; 0 for an empty chain.
    pub sequence: u64,
    /// The last record's hash.
    pub hash: ChainHash,
}

impl ChainHead {
    /// The head of an empty chain.
    pub const EMPTY: Self = Self { sequence: 0, hash: ChainHash::GENESIS };
}

/// Which records of a log are asked for; everything where nothing is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only this action.
    pub action: Option<AuditAction>,
    /// Only what this account did.
    pub actor: Option<UserId>,
    /// Only what was done to this.
    pub target: Option<Uuid>,
    /// Only from this time on.
    pub from: Option<Timestamp>,
    /// Only before this time.
    pub until: Option<Timestamp>,
}

impl AuditFilter {
    /// Whether `event` is asked for: the meaning that every store's query has.
    pub fn matches(&self, event: &AuditEvent) -> bool {
        self.action.is_none_or(|action| event.action == action)
            && self.actor.is_none_or(|actor| event.actor.user_id == Some(actor))
            && self.target.is_none_or(|target| event.target.is_some_and(|t| t.id == target))
            && self.from.is_none_or(|from| event.occurred_at >= from)
            && self.until.is_none_or(|until| event.occurred_at < until)
    }
}
