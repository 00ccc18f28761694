use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::credits::{CreditGrant, PeriodKey, Reservation};
use crate::{CreditGrantId, ReservationId, UserId, WorkspaceId};

/// What requests changed in a pool, for storage to write with their movements.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PoolChanges {
    /// Grants, as they are now.
    pub grants: BTreeMap<CreditGrantId, CreditGrant>,
    /// Reservations, as they are now.
    pub reservations: BTreeMap<ReservationId, Reservation>,
    /// How much more, or less, was spent or held by whom in which day or
    /// month, those that are over included.
    pub usage: BTreeMap<(UserId, PeriodKey), i64>,
    /// The part of it that was for a workspace, by whom in which day or month.
    pub workspace_usage: BTreeMap<(WorkspaceId, UserId, PeriodKey), i64>,
}

impl PoolChanges {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.grants.is_empty()
            && self.reservations.is_empty()
            && self.usage.is_empty()
            && self.workspace_usage.is_empty()
    }

    /// What all members together spent or held more, or less, for each
    /// workspace in which day or month.
    pub fn workspace_totals(&self) -> BTreeMap<(WorkspaceId, PeriodKey), i64> {
        let mut totals = BTreeMap::new();
        for ((workspace, _, period), change) in &self.workspace_usage {
            add(&mut totals, (*workspace, period.clone()), i128::from(*change));
        }
        totals
    }

    /// Counts so much more, or less, for a user, and for the workspace that it was for.
    pub(super) fn add_usage(
        &mut self,
        (user, workspace): (UserId, Option<WorkspaceId>),
        periods: [&PeriodKey; 2],
        amount: i128,
    ) {
        for period in periods {
            add(&mut self.usage, (user, period.clone()), amount);
            if let Some(workspace) = workspace {
                add(&mut self.workspace_usage, (workspace, user, period.clone()), amount);
            }
        }
    }
}

/// What comes to nothing is not kept.
fn add<K: Ord>(counts: &mut BTreeMap<K, i64>, place: K, amount: i128) {
    let mut entry = match counts.entry(place) {
        Entry::Vacant(entry) => entry.insert_entry(0),
        Entry::Occupied(entry) => entry,
    };
    let sum = i64::try_from(i128::from(*entry.get()) + amount).unwrap_or(*entry.get());
    match sum {
        0 => drop(entry.remove()),
        sum => *entry.get_mut() = sum,
    }
}
