use super::CreditPool;
use crate::credits::{
    Amount, CreditGrant, CreditRequest, GrantTerms, LedgerAccount, Movement, MovementKind, PeriodKey, QuotaScope,
    Refusal, Reservation, ReservationState, SpendBy,
};
use crate::{CreditGrantId, Limit, ReservationId, Timestamp, UserId, WorkspaceId};

impl CreditPool {
    /// Does what is asked, in order, each on what those before it left: a
    /// movement of the ledger, or why not, and then nothing.
    pub fn decide(&mut self, requests: Vec<CreditRequest>) -> Vec<Result<Movement, Refusal>> {
        requests.into_iter().map(|request| self.decide_one(request)).collect()
    }

    fn decide_one(&mut self, request: CreditRequest) -> Result<Movement, Refusal> {
        match request {
            CreditRequest::Grant { id, terms } => self.grant(id, terms),
            CreditRequest::Revoke { grant } => self.revoke(grant),
            CreditRequest::Spend { by, amount } => {
                self.require_cover(&by, amount)?;
                let mut movement = Movement::new(MovementKind::Consume, amount.get());
                for (grant, part) in self.take(amount) {
                    movement.shift(grant, LedgerAccount::Pool, LedgerAccount::Consumed, part);
                }
                self.count(&by, amount.get());
                Ok(movement)
            }
            CreditRequest::Reserve { id, by, amount, expires_at } => self.reserve(id, by, amount, expires_at),
            CreditRequest::Commit { reservation, amount } => {
                let held = self.open_reservation(reservation)?.amount();
                if amount.get() > held {
                    return Err(Refusal::MoreThanHeld { held });
                }
                let state = ReservationState::Committed;
                self.close(reservation, amount.get(), MovementKind::Commit, state).ok_or(Refusal::UnknownReservation)
            }
            CreditRequest::Release { reservation } => {
                self.open_reservation(reservation)?;
                let state = ReservationState::Released;
                self.close(reservation, 0, MovementKind::Release, state).ok_or(Refusal::UnknownReservation)
            }
            CreditRequest::Refund { by, day, month, spent } => self.refund(by, [&day, &month], &spent),
        }
    }

    fn grant(&mut self, id: CreditGrantId, terms: GrantTerms) -> Result<Movement, Refusal> {
        let amount = terms.amount.get();
        // Held credits may come back: what is held counts.
        let total = self.grants.iter().map(|grant| grant.available + grant.reserved).sum::<u64>();
        if total + amount > Amount::MAX {
            return Err(Refusal::TooMany);
        }
        let live = self.grants.iter().filter(|grant| grant.available > 0 || grant.reserved > 0).count();
        if live >= Self::MOST_GRANTS {
            return Err(Refusal::TooManyGrants);
        }
        let mut movement = Movement::new(MovementKind::Grant, amount);
        movement.shift(id, LedgerAccount::Granted, LedgerAccount::Pool, amount);
        let grant = CreditGrant { id, terms, available: amount, reserved: 0 };
        self.changes.grants.insert(id, grant.clone());
        self.grants.push(grant);
        self.grants.sort_by_key(CreditGrant::burn_order);
        Ok(movement)
    }

    fn revoke(&mut self, id: CreditGrantId) -> Result<Movement, Refusal> {
        let left = self.grants.iter().find(|grant| grant.id == id).ok_or(Refusal::UnknownGrant)?.available;
        if left == 0 {
            return Err(Refusal::NothingToRefund);
        }
        let mut movement = Movement::new(MovementKind::Revoke, left);
        movement.shift(id, LedgerAccount::Pool, LedgerAccount::Adjusted, left);
        self.change_grant(id, |grant| grant.available = 0);
        Ok(movement)
    }

    fn reserve(
        &mut self,
        id: ReservationId,
        by: SpendBy,
        amount: Amount,
        expires_at: Timestamp,
    ) -> Result<Movement, Refusal> {
        self.require_cover(&by, amount)?;
        let mut movement = Movement::new(MovementKind::Reserve, amount.get());
        let held = self.take(amount);
        for (grant, part) in &held {
            movement.shift(*grant, LedgerAccount::Pool, LedgerAccount::Reserved, *part);
            self.change_grant(*grant, |grant| grant.reserved += part);
        }
        self.count(&by, amount.get());
        let (day, month) = (self.periods.day.clone(), self.periods.month.clone());
        let state = ReservationState::Open;
        let reservation = Reservation { id, by, held, state, expires_at, day, month };
        self.changes.reservations.insert(id, reservation.clone());
        self.reservations.insert(id, reservation);
        Ok(movement)
    }

    fn refund(
        &mut self,
        by: (UserId, Option<WorkspaceId>),
        periods: [&PeriodKey; 2],
        spent: &[(CreditGrantId, u64)],
    ) -> Result<Movement, Refusal> {
        let total = spent.iter().map(|(_, amount)| amount).sum::<u64>();
        if total == 0 {
            return Err(Refusal::NothingToRefund);
        }
        if spent.iter().any(|(id, _)| !self.grants.iter().any(|grant| grant.id == *id)) {
            return Err(Refusal::UnknownGrant);
        }
        let there = self.grants.iter().map(|grant| grant.available + grant.reserved).sum::<u64>();
        if there + total > Amount::MAX {
            return Err(Refusal::TooMany);
        }
        let mut movement = Movement::new(MovementKind::Refund, total);
        for (id, part) in spent {
            movement.shift(*id, LedgerAccount::Consumed, LedgerAccount::Pool, *part);
            self.change_grant(*id, |grant| grant.available += part);
        }
        self.give_back(by, periods, total);
        Ok(movement)
    }

    fn open_reservation(&self, id: ReservationId) -> Result<&Reservation, Refusal> {
        let reservation = self.reservations.get(&id).ok_or(Refusal::UnknownReservation)?;
        if reservation.is_open(self.now) { Ok(reservation) } else { Err(Refusal::ReservationClosed) }
    }

    /// That the pool and every quota have so much, with every one named that has not.
    fn require_cover(&self, by: &SpendBy, amount: Amount) -> Result<(), Refusal> {
        let balance = self.balance();
        let member = self.members.get(&by.user_id).map(|member| member.refusals(QuotaScope::OF_MEMBER, amount));
        let workspace = by.workspace_id.and_then(|workspace| self.workspaces.get(&workspace));
        let workspace = workspace.map(|workspace| workspace.refusals(QuotaScope::OF_WORKSPACE, amount));
        let quotas: Vec<_> = member.into_iter().chain(workspace).flatten().collect();
        let short = Some(balance).filter(|balance| !Limit::AtMost(*balance).allows(amount.get()));
        if short.is_none() && quotas.is_empty() {
            return Ok(());
        }
        Err(Refusal::NotCovered { requested: amount.get(), balance: short, quotas })
    }

    /// Takes what is known to be there, out of the grants that burn first.
    fn take(&mut self, amount: Amount) -> Vec<(CreditGrantId, u64)> {
        let (mut left, mut taken) = (amount.get(), Vec::new());
        for grant in self.grants.iter_mut().filter(|grant| !grant.is_expired(self.now)) {
            let part = grant.available.min(left);
            if part > 0 {
                grant.available -= part;
                left -= part;
                taken.push((grant.id, part));
                self.changes.grants.insert(grant.id, grant.clone());
            }
        }
        taken
    }
}
