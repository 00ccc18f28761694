//! What came of requests for credits, as it is written.

use guildhall_domain::credits::{CreditGrant, CreditQuota, CreditTransaction, Reservation};
use guildhall_domain::{CreditTransactionId, MemberId, OrganizationId, WorkspaceId};
use guildhall_ports::store::{Constraint, CreditWrites, IdempotentRequest, KeptCredits, StoreError};

use imbl::OrdMap;

use super::State;
use super::credits::{Ledger, asking};

/// Counts so much more, or less where that much is counted.
fn count<K: Ord + Clone>(counts: &mut OrdMap<K, u64>, place: &K, more: i64) -> Result<(), StoreError> {
    let used = counts.entry(place.clone()).or_default();
    *used = used.checked_add_signed(more).ok_or(StoreError::Conflict(Constraint::LimitReached))?;
    Ok(())
}

impl Ledger {
    /// A grant as it is now: its terms are those that it was made with.
    fn write_grant(&mut self, given: &CreditGrant) -> Result<(), StoreError> {
        let terms = self.grants.get(&given.id).map_or(given.terms, |before| before.terms);
        let kept = given.available.checked_add(given.reserved);
        if kept.is_none_or(|kept| kept > terms.amount.get()) {
            return Err(StoreError::Conflict(Constraint::LimitReached));
        }
        self.put_grant(CreditGrant { terms, ..given.clone() });
        Ok(())
    }

    /// A reservation as it is now: only how far it is changes.
    fn write_reservation(&mut self, given: &Reservation) {
        let before = self.reservations.get(&given.id).unwrap_or(given).clone();
        self.put_reservation(Reservation { state: given.state, ..before });
    }

    fn append(&mut self, transaction: &CreditTransaction) -> Result<(), StoreError> {
        if self.transactions.contains_key(&transaction.id) {
            return Err(StoreError::Corrupt("the transaction's id is taken".to_owned()));
        }
        if !transaction.movement.entries.iter().all(|entry| self.grants.contains_key(&entry.grant)) {
            return Err(StoreError::Corrupt("the transaction is about an unknown grant".to_owned()));
        }
        self.put_transaction(transaction.clone());
        Ok(())
    }

    /// What a request was answered with a transaction, once.
    fn answer(&mut self, by: CreditTransactionId, request: &IdempotentRequest, answer: &str) -> Result<(), StoreError> {
        let (fingerprint, answer) = (request.fingerprint.clone(), answer.to_owned());
        match self.answers.insert(asking(request), (by, fingerprint, answer)) {
            Some(_) => Err(StoreError::Corrupt("the request was answered before".to_owned())),
            None => Ok(()),
        }
    }
}

impl State {
    pub(crate) fn write_credits(&mut self, id: OrganizationId, writes: &CreditWrites) -> Result<(), StoreError> {
        if !self.tenants.contains_key(&id) {
            return Err(StoreError::NotFound);
        }
        writes.require_of(id)?;
        let ledger = self.credits.entry(id).or_default();
        for grant in writes.changes.grants.values() {
            ledger.write_grant(grant)?;
        }
        for reservation in writes.changes.reservations.values() {
            ledger.write_reservation(reservation);
        }
        for (place, more) in &writes.changes.usage {
            count(&mut ledger.usage, place, *more)?;
        }
        for (place, more) in &writes.changes.workspace_usage {
            count(&mut ledger.workspace_usage, place, *more)?;
        }
        for (place, more) in &writes.changes.workspace_totals() {
            count(&mut ledger.workspace_totals, place, *more)?;
        }
        for transaction in &writes.transactions {
            ledger.append(transaction)?;
        }
        for (transaction, (request, answer)) in &writes.answers {
            ledger.answer(*transaction, request, answer)?;
        }
        Ok(())
    }

    pub(crate) fn rebuild_credits(&mut self, id: OrganizationId, kept: &KeptCredits) -> Result<(), StoreError> {
        let ledger = self.credits.get_mut(&id).ok_or(StoreError::NotFound)?;
        for grant in kept.grants.iter().filter(|grant| ledger.grants.contains_key(&grant.id)).collect::<Vec<_>>() {
            ledger.write_grant(grant)?;
        }
        ledger.usage = kept.usage.clone().into();
        ledger.workspace_usage = kept.workspace_usage.clone().into();
        ledger.workspace_totals = kept.workspace_totals.clone().into();
        Ok(())
    }

    pub(crate) fn set_member_quota(
        &mut self,
        id: OrganizationId,
        member: MemberId,
        quota: CreditQuota,
    ) -> Result<(), StoreError> {
        if !self.members.contains_key(&(id, member)) {
            return Err(StoreError::NotFound);
        }
        self.credits.entry(id).or_default().quotas.insert(member, quota);
        Ok(())
    }

    pub(crate) fn set_workspace_budget(
        &mut self,
        id: OrganizationId,
        workspace: WorkspaceId,
        budget: CreditQuota,
    ) -> Result<(), StoreError> {
        if self.workspaces.get(id, workspace).is_none() {
            return Err(StoreError::NotFound);
        }
        self.credits.entry(id).or_default().budgets.insert(workspace, budget);
        Ok(())
    }
}
