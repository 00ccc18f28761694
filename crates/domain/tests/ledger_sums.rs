//! What verification finds in a ledger, and beside it (R-LED-1, R-LED-8).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use guildhall_domain::credits::{
    Amount, CreditPool, CreditRequest, CreditTransaction, GrantTerms, KeptCredits, LedgerAccount, LedgerFault,
    LedgerSums, Movement, SpendBy,
};
use guildhall_domain::{CreditGrantId, ReservationId, TimeZone, UserId, WorkspaceId};
use time::Duration;
use time::macros::datetime;
use uuid::Uuid;

/// A ledger with what is kept beside it.
#[derive(Clone)]
struct Kept {
    ledger: Vec<CreditTransaction>,
    kept: KeptCredits,
}

impl Kept {
    fn sums(&self) -> LedgerSums {
        let mut sums = LedgerSums::default();
        self.ledger.iter().for_each(|transaction| sums.add(transaction));
        sums
    }

    fn faults(&self) -> Vec<LedgerFault> {
        self.sums().compare(&self.kept)
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
    let totals = changes.workspace_totals();
    let kept = KeptCredits {
        grants: pool.grants().to_vec(),
        open: changes.reservations.into_values().collect(),
        usage: changes.usage.into_iter().map(|(place, sum)| (place, counted(sum))).collect(),
        workspace_usage: changes.workspace_usage.into_iter().map(|(place, sum)| (place, counted(sum))).collect(),
        workspace_totals: totals.into_iter().map(|(place, sum)| (place, counted(sum))).collect(),
    };
    Kept { ledger: ledger.collect(), kept }
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
        ("grant", |kept| kept.kept.grants[0].available += 1),
        ("grant", |kept| kept.kept.grants[0].reserved -= 1),
        ("grant", |kept| kept.kept.grants.clear()),
        ("reservation", |kept| kept.kept.open.clear()),
        ("reservation", |kept| kept.kept.open[0].held[0].1 += 1),
        ("usage", |kept| *kept.kept.usage.values_mut().next().unwrap() += 1),
        ("usage", |kept| kept.kept.workspace_usage.clear()),
        ("usage for workspace", |kept| *kept.kept.workspace_totals.values_mut().next().unwrap() -= 1),
        ("usage for workspace", |kept| kept.kept.workspace_totals.clear()),
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

/// R-LED-8: balances and counts are made from the ledger again, whatever became of them.
#[test]
fn what_is_kept_is_made_again() {
    let changes: [fn(&mut KeptCredits); 7] = [
        |_| {},
        |kept| kept.grants[0].available += 1,
        |kept| kept.grants[0].reserved = 0,
        |kept| kept.usage.clear(),
        |kept| *kept.workspace_usage.values_mut().next().unwrap() += 1,
        |kept| kept.workspace_totals.clear(),
        |kept| {
            let mut more = kept.usage.clone();
            more.iter_mut().for_each(|(_, used)| *used += 7);
            kept.usage.extend(more.into_iter().map(|((_, period), used)| ((UserId::NIL, period), used)));
        },
    ];
    for change in changes {
        let mut changed = whole();
        change(&mut changed.kept);
        assert_eq!(changed.sums().rebuild(&changed.kept), Some(whole().kept));
    }
    // What a reservation holds is not made again, and is still said.
    let mut changed = whole();
    changed.kept.open.clear();
    let kept = changed.sums().rebuild(&changed.kept).unwrap();
    assert!(matches!(changed.sums().compare(&kept)[..], [LedgerFault::Reservation(_)]));
    // A ledger that is not right itself is not believed.
    let unfit: [fn(&mut Kept); 4] = [
        |kept| kept.ledger[1].movement.amount += 1,
        |kept| drop(kept.ledger.remove(0)),
        |kept| kept.ledger[1].movement.entries.truncate(1),
        |kept| {
            let again = kept.ledger[0].clone();
            kept.ledger.push(again);
        },
    ];
    for (n, change) in unfit.into_iter().enumerate() {
        let mut changed = whole();
        change(&mut changed);
        assert_eq!(changed.sums().rebuild(&changed.kept), None, "{n}");
    }
}
