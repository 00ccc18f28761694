//! What units of work ask and answer about credits.

use std::collections::BTreeMap;

use guildhall_domain::credits::{
    CreditGrant, CreditQuota, CreditTransaction, MovementKind, PeriodKey, PoolChanges, Reservation,
};
use guildhall_domain::policy::{MemberFacts, WorkspaceFacts, WorkspaceTies};
use guildhall_domain::{
    CreditGrantId, CreditTransactionId, Email, MemberId, Name, OrganizationId, ReservationId, Timestamp, UserId,
    WorkspaceId,
};

use super::{IdempotentAnswer, IdempotentRequest, StoreError};

/// What some requests need to know of the organization's credits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditNeeds {
    /// What is overdue at this time is found beside what is named.
    pub now: Timestamp,
    /// The present day.
    pub day: PeriodKey,
    /// The present month.
    pub month: PeriodKey,
    /// Whose power, quota and spending.
    pub users: Vec<UserId>,
    /// Which workspaces, each with the user whose ties to it are asked for.
    pub workspaces: Vec<(WorkspaceId, UserId)>,
    /// Which grants, also where nothing is left of them.
    pub grants: Vec<CreditGrantId>,
    /// Which reservations.
    pub reservations: Vec<ReservationId>,
    /// Which transactions are to be given back.
    pub refunds: Vec<CreditTransactionId>,
    /// What was answered to which requests.
    pub requests: Vec<IdempotentRequest>,
}

/// What storage knows of them, at one instant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CreditState {
    /// Grants of which something is available or held, those named, and those
    /// of the transactions that are to be given back, in any order.
    pub grants: Vec<CreditGrant>,
    /// Quota, and what is counted in the day and in the month, of each member named.
    pub members: BTreeMap<UserId, MemberCredits>,
    /// Of the workspaces named, those that are in the organization, with what
    /// ties the user to each; no ties for who is no member.
    pub workspaces: BTreeMap<(WorkspaceId, UserId), (WorkspaceFacts, WorkspaceTies)>,
    /// Budget, and what is counted in the day and in the month, of each of them.
    pub budgets: BTreeMap<WorkspaceId, WorkspaceCredits>,
    /// Those named, and up to [`OVERDUE`](Self::OVERDUE) open ones whose time is over, the oldest first.
    pub reservations: Vec<Reservation>,
    /// Of the transactions named, those that spent something (at once or by a
    /// reservation).
    pub spent: BTreeMap<CreditTransactionId, SpentCredits>,
    /// What each of the requests was answered by [`CreditWrites::answers`], in their order.
    pub answers: Vec<Option<IdempotentAnswer>>,
}

impl CreditState {
    /// How many reservations that are overdue are told at most.
    pub const OVERDUE: usize = 100;
}

/// A member's quota, and what counts against it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MemberCredits {
    /// Role, permissions and flags, as [`Opened`](super::Opened) has them; none
    /// for who is no member, and then no quota either.
    pub facts: Option<MemberFacts>,
    /// How much they may spend; none where nobody has said.
    pub quota: Option<CreditQuota>,
    /// Spent or held in the day.
    pub day: u64,
    /// Spent or held in the month.
    pub month: u64,
    /// When they were last seen, as [`Opened`](super::Opened) has it.
    pub last_active_at: Option<Timestamp>,
}

/// A workspace's budget, and what counts against it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WorkspaceCredits {
    /// How much may be spent for it; none where nobody has said.
    pub quota: Option<CreditQuota>,
    /// Spent or held in the day, by all members together.
    pub day: u64,
    /// Spent or held in the month.
    pub month: u64,
}

/// A transaction that can be given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpentCredits {
    /// Whose quota it counted in.
    pub user_id: Option<UserId>,
    /// The workspace that it was for.
    pub workspace_id: Option<WorkspaceId>,
    /// The day that it counted in.
    pub day: PeriodKey,
    /// The month.
    pub month: PeriodKey,
    /// How many of each grant were spent and not given back yet.
    pub left: Vec<(CreditGrantId, u64)>,
}

/// What came of some requests, to be written in one unit of work.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CreditWrites {
    /// New transactions, in their order.
    pub transactions: Vec<CreditTransaction>,
    /// What they changed.
    pub changes: PoolChanges,
    /// The requests that asked for them, each once and of whoever is the
    /// transaction's actor, and what they were answered: kept with the
    /// transaction, which is for good.
    pub answers: BTreeMap<CreditTransactionId, (IdempotentRequest, String)>,
}

impl CreditWrites {
    /// Refuses what can only be a fault in the program: another organization's
    /// transaction, and an answer that is about none of them or was given to
    /// somebody else than its actor.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn require_of(&self, organization: OrganizationId) -> Result<(), StoreError> {
        let corrupt = |reason: &str| Err(StoreError::Corrupt(reason.to_owned()));
        let mut answered = 0;
        for transaction in &self.transactions {
            if transaction.organization_id != organization {
                return corrupt("a transaction is another organization's");
            }
            if let Some((request, _)) = self.answers.get(&transaction.id) {
                answered += 1;
                if transaction.actor_id != Some(request.user_id) {
                    return corrupt("an answer was given to somebody else than who asked");
                }
            }
        }
        if answered == self.answers.len() { Ok(()) } else { corrupt("an answer is about no transaction") }
    }
}

/// Which transactions are asked for; all where nothing is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CreditTransactionFilter {
    /// Only those that count in this member's quota.
    pub user_id: Option<UserId>,
    /// Only those for this workspace.
    pub workspace_id: Option<WorkspaceId>,
    /// Only those of this kind.
    pub kind: Option<MovementKind>,
}

/// What a member has spent, as the list of all shows it (M-27, M-30).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberCreditUsage {
    /// Who, as a member.
    pub member_id: MemberId,
    /// Who, as an account.
    pub user_id: UserId,
    /// The account's address.
    pub email: Email,
    /// The account's name.
    pub name: Name,
    /// Quota and spending.
    pub credits: MemberCredits,
}
