use std::collections::BTreeMap;

use super::{CreditGrant, PeriodKey, Reservation};
use crate::{UserId, WorkspaceId};

/// What is kept beside the ledger of an organization, and can be made from it
/// again, but for the terms of grants and reservations (R-LED-8).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeptCredits {
    /// Every grant, also where nothing is left of it.
    pub grants: Vec<CreditGrant>,
    /// The reservations that are open.
    pub open: Vec<Reservation>,
    /// What is counted by whom in which day or month; what is zero may be left out.
    pub usage: BTreeMap<(UserId, PeriodKey), u64>,
    /// The part of it that was for a workspace; what is zero may be left out.
    pub workspace_usage: BTreeMap<(WorkspaceId, UserId, PeriodKey), u64>,
    /// That of all members together; what is zero may be left out.
    pub workspace_totals: BTreeMap<(WorkspaceId, PeriodKey), u64>,
}
