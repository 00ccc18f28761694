use async_trait::async_trait;
use guildhall_domain::credits::{CreditQuota, CreditTransaction, PeriodKey};
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{MemberId, Timestamp, WorkspaceId};
use uuid::Uuid;

use super::{
    CreditNeeds, CreditState, CreditTransactionFilter, CreditWrites, KeptCredits, MemberCreditUsage, StoreError,
};

/// The credits of the organization that a unit of work is in (M-20): a part of
/// [`OrgTx`](super::OrgTx).
///
/// Storage keeps; what is allowed is decided by
/// [`CreditPool`](guildhall_domain::credits::CreditPool) from what is read here
/// in the same unit of work, which has the organization to itself. The ledger
/// only grows: its rows are neither changed nor deleted while the organization
/// is there, whoever asks.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait CreditTx: Send {
    /// What some requests need to know, in as few statements as can be.
    async fn state(&mut self, needs: &CreditNeeds) -> Result<CreditState, StoreError>;

    /// Writes what came of them, in as few statements as can be: transactions
    /// with their entries, grants and reservations as they are now, what was
    /// counted more or less (for a workspace by its members, and by all of them
    /// together), and the answers. Conflict:
    /// [`LimitReached`](super::Constraint::LimitReached), where a grant would
    /// fall below zero or hold more than was given, or a count below zero.
    async fn write(&mut self, writes: &CreditWrites, at: Timestamp) -> Result<(), StoreError>;

    /// Transactions, newest first by id.
    async fn list(
        &mut self,
        filter: &CreditTransactionFilter,
        page: &PageRequest<Uuid>,
    ) -> Result<Page<CreditTransaction, Uuid>, StoreError>;

    /// What every member has spent in a day and a month, altogether
    /// or for one workspace, in the order of e-mail, then membership id: those
    /// who have spent nothing included.
    async fn list_usage(
        &mut self,
        day: &PeriodKey,
        month: &PeriodKey,
        workspace: Option<WorkspaceId>,
        page: &PageRequest<KeyPosition>,
    ) -> Result<Page<MemberCreditUsage, KeyPosition>, StoreError>;

    /// Everything that is kept beside the ledger: what verification compares with it.
    async fn kept(&mut self) -> Result<KeptCredits, StoreError>;

    /// Writes, for the operator, what should be kept instead: what is left of
    /// the grants that are named, and all counts; where none is named, it is
    /// zero. Reservations stay as they are.
    async fn rebuild(&mut self, kept: &KeptCredits) -> Result<(), StoreError>;

    /// Sets a member's quota, without a new version of the membership. It goes
    /// with the membership.
    async fn set_quota(&mut self, member: MemberId, quota: CreditQuota, at: Timestamp) -> Result<(), StoreError>;

    /// Sets a workspace's budget, without a new version of the workspace. It
    /// goes with the workspace; what was spent for it before counts.
    async fn set_budget(
        &mut self,
        workspace: WorkspaceId,
        budget: CreditQuota,
        at: Timestamp,
    ) -> Result<(), StoreError>;
}
