//! The pool at one instant: what is in it, and what requests make of it.

mod changes;
mod decide;
mod settle;

pub use changes::PoolChanges;
pub use settle::Due;

use std::collections::BTreeMap;

use super::{CreditGrant, Movement, MovementKind, Periods, QuotaSpending, Reservation, ReservationState, SpendBy};
use super::{LedgerAccount, PeriodKey};
use crate::{CreditGrantId, ReservationId, TimeZone, Timestamp, UserId, WorkspaceId};

/// An organization's pool at one instant, as far as some requests concern it:
/// its grants, the spending of the members, and for the workspaces, and the
/// reservations that they name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditPool {
    now: Timestamp,
    periods: Periods,
    grants: Vec<CreditGrant>,
    members: BTreeMap<UserId, QuotaSpending>,
    workspaces: BTreeMap<WorkspaceId, QuotaSpending>,
    reservations: BTreeMap<ReservationId, Reservation>,
    changes: PoolChanges,
}

impl CreditPool {
    /// How many grants of which something is left a pool holds: each spend reads them.
    pub const MOST_GRANTS: usize = 1_000;

    /// A pool without credits, at an instant of an organization's time zone.
    pub fn new(now: Timestamp, time_zone: &TimeZone) -> Self {
        Self {
            now,
            periods: Periods::at(now, time_zone),
            grants: Vec::new(),
            members: BTreeMap::new(),
            workspaces: BTreeMap::new(),
            reservations: BTreeMap::new(),
            changes: PoolChanges::default(),
        }
    }

    /// Puts in what storage knows: grants, whichever order they are in.
    #[must_use]
    pub fn with_grants(mut self, grants: impl IntoIterator<Item = CreditGrant>) -> Self {
        self.grants.extend(grants);
        self.grants.sort_by_key(CreditGrant::burn_order);
        self
    }

    /// Puts in what a member has spent. Who is not known has no quota.
    #[must_use]
    pub fn with_member(mut self, user: UserId, spending: QuotaSpending) -> Self {
        self.members.insert(user, spending);
        self
    }

    /// Puts in a workspace's budget, and what was spent for it. One that is not
    /// known has no budget.
    #[must_use]
    pub fn with_workspace(mut self, workspace: WorkspaceId, spending: QuotaSpending) -> Self {
        self.workspaces.insert(workspace, spending);
        self
    }

    /// Puts in a reservation.
    #[must_use]
    pub fn with_reservation(mut self, reservation: Reservation) -> Self {
        self.reservations.insert(reservation.id, reservation);
        self
    }

    /// The day and the month that it is.
    pub fn periods(&self) -> &Periods {
        &self.periods
    }

    /// What can be spent now.
    pub fn balance(&self) -> u64 {
        self.grants.iter().filter(|grant| !grant.is_expired(self.now)).map(|grant| grant.available).sum()
    }

    /// What reservations hold.
    pub fn reserved(&self) -> u64 {
        self.grants.iter().map(|grant| grant.reserved).sum()
    }

    /// The grants, in the order in which they are spent.
    pub fn grants(&self) -> &[CreditGrant] {
        &self.grants
    }

    /// What a member has spent by now.
    pub fn member(&self, user: UserId) -> Option<&QuotaSpending> {
        self.members.get(&user)
    }

    /// What was spent for a workspace by now.
    pub fn workspace(&self, workspace: WorkspaceId) -> Option<&QuotaSpending> {
        self.workspaces.get(&workspace)
    }

    /// A reservation as it is by now.
    pub fn reservation(&self, id: ReservationId) -> Option<&Reservation> {
        self.reservations.get(&id)
    }

    /// What is to be written: everything that changed since the pool was made.
    pub fn changes(&self) -> &PoolChanges {
        &self.changes
    }

    /// Closes a reservation: so much of it is spent, first out of what burns
    /// first, and the rest is free again.
    fn close(
        &mut self,
        id: ReservationId,
        spent: u64,
        kind: MovementKind,
        state: ReservationState,
    ) -> Option<Movement> {
        let reservation = self.reservations.get_mut(&id)?;
        reservation.state = state;
        let reservation = reservation.clone();
        let total = reservation.amount();
        let mut movement = Movement::new(kind, if kind == MovementKind::Commit { spent } else { total });
        let mut to_spend = spent;
        for (grant, part) in &reservation.held {
            let used = to_spend.min(*part);
            to_spend -= used;
            movement.shift(*grant, LedgerAccount::Reserved, LedgerAccount::Consumed, used);
            movement.shift(*grant, LedgerAccount::Reserved, LedgerAccount::Pool, part - used);
            self.change_grant(*grant, |grant| {
                grant.reserved -= part;
                grant.available += part - used;
            });
        }
        let periods = [&reservation.day, &reservation.month];
        self.give_back((reservation.by.user_id, reservation.by.workspace_id), periods, total - spent);
        self.changes.reservations.insert(id, reservation);
        Some(movement)
    }

    fn change_grant(&mut self, id: CreditGrantId, change: impl FnOnce(&mut CreditGrant)) {
        if let Some(grant) = self.grants.iter_mut().find(|grant| grant.id == id) {
            change(grant);
            self.changes.grants.insert(id, grant.clone());
        }
    }

    /// Counts what a member spends or holds, and for which workspace.
    fn count(&mut self, by: &SpendBy, amount: u64) {
        if let Some(member) = self.members.get_mut(&by.user_id) {
            member.add(amount);
        }
        if let Some(workspace) = by.workspace_id.and_then(|workspace| self.workspaces.get_mut(&workspace)) {
            workspace.add(amount);
        }
        let periods = [&self.periods.day, &self.periods.month];
        self.changes.add_usage((by.user_id, by.workspace_id), periods, i128::from(amount));
    }

    /// Counts what a member spent or held in a day and a month no more.
    fn give_back(&mut self, (user, workspace): (UserId, Option<WorkspaceId>), periods: [&PeriodKey; 2], amount: u64) {
        if let Some(member) = self.members.get_mut(&user) {
            member.give_back(periods[0], periods[1], amount);
        }
        if let Some(workspace) = workspace.and_then(|workspace| self.workspaces.get_mut(&workspace)) {
            workspace.give_back(periods[0], periods[1], amount);
        }
        self.changes.add_usage((user, workspace), periods, -i128::from(amount));
    }
}
