use std::collections::BTreeMap;

use super::{CreditGrant, CreditTransaction, KeptCredits, LedgerAccount, MovementKind, PeriodKey, Reservation};
use crate::{CreditGrantId, CreditTransactionId, ReservationId, UserId, WorkspaceId};

/// A ledger added up, to be compared with what is kept beside it (R-LED-8).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LedgerSums {
    accounts: BTreeMap<(CreditGrantId, LedgerAccount), i128>,
    held: BTreeMap<ReservationId, BTreeMap<CreditGrantId, i128>>,
    usage: BTreeMap<(UserId, PeriodKey), i128>,
    workspace_usage: BTreeMap<(WorkspaceId, UserId, PeriodKey), i128>,
    faults: Vec<LedgerFault>,
}

/// Something that is not as the ledger says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerFault {
    /// What a transaction takes is not what it gives.
    #[error("the entries of transaction {0} do not sum to zero, or not to its amount")]
    Unbalanced(CreditTransactionId),
    /// What is left of a grant is not what the ledger says.
    #[error("grant {grant}: {account} is kept as {kept}, and is {counted} by the ledger")]
    Grant {
        /// Which.
        grant: CreditGrantId,
        /// The account.
        account: &'static str,
        /// What is kept.
        kept: i128,
        /// What the ledger says.
        counted: i128,
    },
    /// What a reservation holds is not what the ledger says.
    #[error("reservation {0} holds something else than the ledger says")]
    Reservation(ReservationId),
    /// What is counted for a member is not what the ledger says.
    #[error("usage of {user} in {period}{}: kept as {kept}, and is {counted} by the ledger",
        .workspace.map(|workspace| format!(" for workspace {workspace}")).unwrap_or_default())]
    Usage {
        /// Whose.
        user: UserId,
        /// For which workspace; altogether where none is named.
        workspace: Option<WorkspaceId>,
        /// When.
        period: PeriodKey,
        /// What is kept.
        kept: i128,
        /// What the ledger says.
        counted: i128,
    },
    /// What is counted for a workspace, by whomever, is not what the ledger says.
    #[error("usage for workspace {workspace} in {period}: kept as {kept}, and is {counted} by the ledger")]
    WorkspaceTotal {
        /// For which workspace.
        workspace: WorkspaceId,
        /// When.
        period: PeriodKey,
        /// What is kept.
        kept: i128,
        /// What the ledger says.
        counted: i128,
    },
    /// Storage holds what it cannot hold.
    #[error("cannot be read: {0}")]
    Unreadable(String),
}

impl LedgerSums {
    /// Adds a transaction, in any order.
    pub fn add(&mut self, transaction: &CreditTransaction) {
        let movement = &transaction.movement;
        if !movement.is_balanced() || !is_about_its_amount(transaction) {
            self.faults.push(LedgerFault::Unbalanced(transaction.id));
        }
        for entry in &movement.entries {
            *self.accounts.entry((entry.grant, entry.account)).or_default() += i128::from(entry.amount);
            if let (LedgerAccount::Reserved, Some(reservation)) = (entry.account, transaction.reservation_id) {
                let held = self.held.entry(reservation).or_default();
                *held.entry(entry.grant).or_default() += i128::from(entry.amount);
                held.retain(|_, amount| *amount != 0);
                if held.is_empty() {
                    self.held.remove(&reservation);
                }
            }
        }
        // What a member takes out of the pool counts, and what comes back counts no more.
        let taken = -movement.total(LedgerAccount::Pool);
        let Some(user) = transaction.user_id else { return };
        for period in [&transaction.day, &transaction.month] {
            *self.usage.entry((user, period.clone())).or_default() += taken;
            if let Some(workspace) = transaction.workspace_id {
                *self.workspace_usage.entry((workspace, user, period.clone())).or_default() += taken;
            }
        }
    }

    /// Everything that is kept otherwise than the ledger says.
    pub fn compare(mut self, kept: &KeptCredits) -> Vec<LedgerFault> {
        let totals = self.workspace_totals();
        self.compare_grants(&kept.grants);
        self.compare_reservations(&kept.open);
        for ((user, period), kept, counted) in differences(&self.usage, &kept.usage) {
            self.faults.push(LedgerFault::Usage { user, workspace: None, period, kept, counted });
        }
        for ((workspace, user, period), kept, counted) in differences(&self.workspace_usage, &kept.workspace_usage) {
            self.faults.push(LedgerFault::Usage { user, workspace: Some(workspace), period, kept, counted });
        }
        for ((workspace, period), kept, counted) in differences(&totals, &kept.workspace_totals) {
            self.faults.push(LedgerFault::WorkspaceTotal { workspace, period, kept, counted });
        }
        self.faults
    }

    /// What should be kept instead: what is left of each grant, and every
    /// count. None where the ledger cannot be right itself: transactions that
    /// do not sum to zero, less than nothing, or more left of a grant than was given.
    pub fn rebuild(&self, kept: &KeptCredits) -> Option<KeptCredits> {
        let sum = |grant: &CreditGrant, account| self.accounts.get(&(grant.id, account)).copied().unwrap_or_default();
        let rebuilt = |grant: &CreditGrant| {
            let available = u64::try_from(sum(grant, LedgerAccount::Pool)).ok()?;
            let reserved = u64::try_from(sum(grant, LedgerAccount::Reserved)).ok()?;
            let is_within = available.checked_add(reserved)? <= grant.terms.amount.get();
            is_within.then(|| CreditGrant { available, reserved, ..grant.clone() })
        };
        if !self.faults.is_empty() {
            return None;
        }
        Some(KeptCredits {
            grants: kept.grants.iter().map(rebuilt).collect::<Option<_>>()?,
            open: kept.open.clone(),
            usage: counts(&self.usage)?,
            workspace_usage: counts(&self.workspace_usage)?,
            workspace_totals: counts(&self.workspace_totals())?,
        })
    }

    /// What all members together have spent or hold for each workspace.
    fn workspace_totals(&self) -> BTreeMap<(WorkspaceId, PeriodKey), i128> {
        let mut totals = BTreeMap::new();
        for ((workspace, _, period), sum) in &self.workspace_usage {
            *totals.entry((*workspace, period.clone())).or_default() += sum;
        }
        totals
    }

    fn compare_grants(&mut self, grants: &[CreditGrant]) {
        let mut kept: BTreeMap<(CreditGrantId, LedgerAccount), u64> = BTreeMap::new();
        for grant in grants {
            kept.insert((grant.id, LedgerAccount::Granted), grant.terms.amount.get());
            kept.insert((grant.id, LedgerAccount::Pool), grant.available);
            kept.insert((grant.id, LedgerAccount::Reserved), grant.reserved);
        }
        let mut counted = std::mem::take(&mut self.accounts);
        counted.retain(|(_, account), _| {
            matches!(account, LedgerAccount::Granted | LedgerAccount::Pool | LedgerAccount::Reserved)
        });
        // What was given came out of this account.
        counted
            .iter_mut()
            .filter(|((_, account), _)| *account == LedgerAccount::Granted)
            .for_each(|(_, sum)| *sum = -*sum);
        for ((grant, account), kept, counted) in differences(&counted, &kept) {
            self.faults.push(LedgerFault::Grant { grant, account: account.as_str(), kept, counted });
        }
    }

    fn compare_reservations(&mut self, open: &[Reservation]) {
        let mut counted = std::mem::take(&mut self.held);
        for reservation in open {
            let kept = reservation.held.iter().map(|(grant, amount)| (*grant, i128::from(*amount))).collect();
            if counted.remove(&reservation.id) != Some(kept) {
                self.faults.push(LedgerFault::Reservation(reservation.id));
            }
        }
        self.faults.extend(counted.into_keys().map(LedgerFault::Reservation));
    }
}

/// Whether the amount that is said of a transaction is what it moves.
fn is_about_its_amount(transaction: &CreditTransaction) -> bool {
    let movement = &transaction.movement;
    let account = match movement.kind {
        MovementKind::Grant | MovementKind::Release | MovementKind::Lapse | MovementKind::Refund => LedgerAccount::Pool,
        MovementKind::Consume | MovementKind::Commit => LedgerAccount::Consumed,
        MovementKind::Reserve => LedgerAccount::Reserved,
        MovementKind::Expire => LedgerAccount::Expired,
        MovementKind::Revoke => LedgerAccount::Adjusted,
    };
    movement.total(account) == i128::from(movement.amount)
}

/// As counts, which are not below zero.
fn counts<K: Ord + Clone>(sums: &BTreeMap<K, i128>) -> Option<BTreeMap<K, u64>> {
    let sums = sums.iter().filter(|(_, sum)| **sum != 0);
    sums.map(|(place, sum)| Some((place.clone(), u64::try_from(*sum).ok()?))).collect()
}

/// Where two tables differ; what is not in one of them is zero there.
fn differences<K: Ord + Clone>(counted: &BTreeMap<K, i128>, kept: &BTreeMap<K, u64>) -> Vec<(K, i128, i128)> {
    let mut both: BTreeMap<&K, (i128, i128)> = counted.iter().map(|(place, sum)| (place, (0, *sum))).collect();
    for (place, sum) in kept {
        both.entry(place).or_default().0 = i128::from(*sum);
    }
    both.retain(|_, (kept, counted)| kept != counted);
    both.into_iter().map(|(place, (kept, counted))| (place.clone(), kept, counted)).collect()
}
