//! What verification finds in a ledger, and beside it (R-LED-1, R-LED-8).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;

use guildhall_domain::credits::{
    Amount, CreditGrant, CreditPool, CreditRequest, CreditTransaction, GrantTerms, LedgerAccount, LedgerFault,
    LedgerSums, Movement, PeriodKey, Reservation, SpendBy,
};
use guildhall_domain::{CreditGrantId, ReservationId, TimeZone, UserId, WorkspaceId};
use time::Duration;
use time::macros::datetime;
use uuid::Uuid;

/// A ledger with what is kept beside it.
#[derive(Clone)]
struct Kept {
    ledger: Vec<CreditTransaction>,
    grants: Vec<CreditGrant>,
    open: Vec<Reservation>,
    usage: BTreeMap<(UserId, PeriodKey), u64>,
    workspace_usage: BTreeMap<(WorkspaceId, UserId, PeriodKey), u64>,
    workspace_totals: BTreeMap<(WorkspaceId, PeriodKey), u64>,
}

impl Kept {
    fn faults(&self) -> Vec<LedgerFault> {
        let mut sums = LedgerSums::default();
        self.ledger.iter().for_each(|transaction| sums.add(transaction));
        sums.compare(&self.grants, &self.open, &self.usage, &self.workspace_usage, &self.workspace_totals)
    }
}

/// A grant, a spend for a workspace, and a reservation.
fn whole() -> Kept {
    let now = datetime!(2026-11-22 10:00 UTC);
    let (ada, board) = (UserId::from(Uuid::from_u128(1)), WorkspaceId::from(Uuid::from_u128(2)));
    let (grant, reservation) = (CreditGrantId::from(Uuid::from_u128(3)), ReservationId::from(Uuid::from_u128(4)));
    let mut pool = CreditPool::new(now, &TimeZone::utc());
    let by = SpendBy { workspace_id: Some(board), ..SpendBy::member(ada) };
    let amount = |credits| Amount::new(credits).unwrap();
    let requests = vec![
        CreditRequest::Grant { id: grant, terms: GrantTerms::of(amount(100)) },
        CreditRequest::Spend { by, amount: amount(30) },
        CreditRequest::Reserve {
            id: reservation,
            by: SpendBy::member(ada),
            amount: amount(20),
            expires_at: now + Duration::HOUR,
        },
    ];
    let movements: Vec<Movement> = pool.decide(requests).into_iter().map(Result::unwrap).collect();
    let periods = pool.periods().clone();
    let about = [(None, None, None), (Some(ada), Some(board), None), (Some(ada), None, Some(reservation))];
    let ledger = movements.into_iter().zip(about).enumerate().map(|(n, (movement, (user, workspace, reservation)))| {
        CreditTransaction {
            id: Uuid::from_u128(10 + n as u128).into(),
            organization_id: Uuid::from_u128(9).into(),
            movement,
            user_id: user,
            actor_id: user,
            workspace_id: workspace,
            operation: None,
            reservation_id: reservation,
            reverses: None,
            day: periods.day.clone(),
            month: periods.month.clone(),
            reason: None,
            created_at: now,
        }
    });
    let counted = |changes: i64| u64::try_from(changes).unwrap();
    let changes = pool.changes().clone();
    Kept {
        ledger: ledger.collect(),
        grants: pool.grants().to_vec(),
        workspace_totals: changes.workspace_totals().into_iter().map(|(place, sum)| (place, counted(sum))).collect(),
        open: changes.reservations.into_values().collect(),
        usage: changes.usage.into_iter().map(|(place, sum)| (place, counted(sum))).collect(),
        workspace_usage: changes.workspace_usage.into_iter().map(|(place, sum)| (place, counted(sum))).collect(),
    }
}

#[test]
fn a_whole_ledger_has_no_fault() {
    assert_eq!(whole().faults(), []);
}

/// Every single change is found, and named.
#[test]
fn every_change_is_found() {
    type Change = (&'static str, fn(&mut Kept));
    let changes: [Change; 15] = [
        ("transaction", |kept| kept.ledger[1].movement.entries[0].amount -= 1),
        ("transaction", |kept| kept.ledger[1].movement.amount += 1),
        ("transaction", |kept| kept.ledger[1].movement.entries.truncate(1)),
        ("grant", |kept| drop(kept.ledger.remove(0))),
        ("grant", |kept| drop(kept.ledger.remove(1))),
        ("reservation", |kept| drop(kept.ledger.remove(2))),
        ("grant", |kept| kept.grants[0].available += 1),
        ("grant", |kept| kept.grants[0].reserved -= 1),
        ("grant", |kept| kept.grants.clear()),
        ("reservation", |kept| kept.open.clear()),
        ("reservation", |kept| kept.open[0].held[0].1 += 1),
        ("usage", |kept| *kept.usage.values_mut().next().unwrap() += 1),
        ("usage", |kept| kept.workspace_usage.clear()),
        ("usage for workspace", |kept| *kept.workspace_totals.values_mut().next().unwrap() -= 1),
        ("usage for workspace", |kept| kept.workspace_totals.clear()),
    ];
    for (n, (named, change)) in changes.into_iter().enumerate() {
        let mut kept = whole();
        change(&mut kept);
        let faults: Vec<_> = kept.faults().iter().map(ToString::to_string).collect();
        assert!(faults.iter().any(|fault| fault.contains(named)), "change {n} is not found as a {named}: {faults:?}");
    }
    // Money from one grant to another, in a transaction that sums to zero.
    let mut kept = whole();
    let other = CreditGrantId::from(Uuid::from_u128(77));
    kept.ledger[1]
        .movement
        .entries
        .iter_mut()
        .filter(|it| it.account == LedgerAccount::Pool)
        .for_each(|it| it.grant = other);
    assert!(!kept.faults().is_empty());
}
