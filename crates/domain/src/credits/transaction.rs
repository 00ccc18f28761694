use super::{Movement, PeriodKey};
use crate::{CreditTransactionId, Description, Name, OrganizationId, ReservationId, Timestamp, UserId, WorkspaceId};

/// One transaction of an organization's ledger, as it is kept for good: never
/// changed or deleted while the organization is there. A correction is another
/// one, which names what it reverses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditTransaction {
    /// The transaction. Ids are made in the order of time.
    pub id: CreditTransactionId,
    /// Whose ledger.
    pub organization_id: OrganizationId,
    /// What it did.
    pub movement: Movement,
    /// Whose quota it counts in; none for what no member spends.
    pub user_id: Option<UserId>,
    /// Who asked for it; none for what is due by itself.
    pub actor_id: Option<UserId>,
    /// For which workspace it was spent.
    pub workspace_id: Option<WorkspaceId>,
    /// What the blueprint calls what was done, if it is priced there (M-22).
    pub operation: Option<Name>,
    /// The reservation that it opened or ended.
    pub reservation_id: Option<ReservationId>,
    /// What it gives back.
    pub reverses: Option<CreditTransactionId>,
    /// The day that it counts in.
    pub day: PeriodKey,
    /// The month.
    pub month: PeriodKey,
    /// Why, in the words of whoever asked.
    pub reason: Option<Description>,
    /// When.
    pub created_at: Timestamp,
}
