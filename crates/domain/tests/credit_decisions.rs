//! What a pool decides, one case at a time (M-20 to M-26).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use guildhall_domain::credits::{
    Amount, CreditPool, CreditQuota, CreditRequest, GrantTerms, MovementKind, QuotaSpending, Refusal, SpendBy,
};
use guildhall_domain::{CreditGrantId, Limit, ReservationId, TimeZone, UserId, WorkspaceId};
use proptest::prelude::*;
use time::Duration;
use time::macros::datetime;
use uuid::Uuid;

fn user(who: u128) -> UserId {
    UserId::from(Uuid::from_u128(1_000 + who))
}

proptest! {
    /// A batch is decided as its requests one after the other.
    #[test]
    fn a_batch_is_its_requests_in_order(amounts in prop::collection::vec(1..40_u64, 1..40), there in 1..400_u64) {
        let now = datetime!(2026-11-22 12:00 UTC);
        let utc = TimeZone::parse("UTC").unwrap();
        let id = CreditGrantId::from(Uuid::from_u128(1));
        let grant = CreditRequest::Grant { id, terms: GrantTerms::of(Amount::new(there).unwrap()) };
        let spend = |amount: &u64| CreditRequest::Spend {
            by: SpendBy::member(user(0)),
            amount: Amount::new(*amount).unwrap(),
        };
        let mut together = CreditPool::new(now, &utc);
        together.decide(vec![grant.clone()]);
        let mut apart = together.clone();
        let outcomes = together.decide(amounts.iter().map(spend).collect());
        let one_by_one: Vec<_> = amounts.iter().map(|it| apart.decide(vec![spend(it)]).remove(0)).collect();
        prop_assert_eq!(&outcomes, &one_by_one);
        prop_assert_eq!(together.balance(), apart.balance());
        let taken: u64 = outcomes.iter().flatten().map(|movement| movement.amount).sum();
        prop_assert_eq!(taken + together.balance(), there);
    }
}

/// Every scope that binds is named, with its figures (M-25).
#[test]
fn a_refusal_names_every_scope() {
    let now = datetime!(2026-11-22 22:30 UTC);
    let berlin = TimeZone::parse("Europe/Berlin").unwrap();
    let quota = CreditQuota { monthly: Limit::AtMost(50), daily: Limit::AtMost(10) };
    let periods = CreditPool::new(now, &berlin).periods().clone();
    let spending = QuotaSpending { quota, periods, day: 8, month: 45 };
    let mut pool = CreditPool::new(now, &berlin).with_member(user(0), spending);
    let request = CreditRequest::Spend { by: SpendBy::member(user(0)), amount: Amount::new(6).unwrap() };
    let Err(Refusal::NotCovered { requested, balance, quotas }) = pool.decide(vec![request]).remove(0) else {
        panic!("covered by nothing")
    };
    assert_eq!((requested, balance), (6, Some(0)));
    let named: Vec<_> = quotas.iter().map(|it| (it.scope.as_str(), it.limit, it.used, it.resets_at)).collect();
    assert_eq!(
        named,
        [("day", 10, 8, datetime!(2026-11-22 23:00 UTC)), ("month", 50, 45, datetime!(2026-11-30 23:00 UTC)),]
    );
}

/// A workspace's budget binds beside the quota of whoever spends for it, and is named as well; what is given back makes
/// room in it again, for all of its members (M-25).
#[test]
fn a_budget_binds_beside_quotas() {
    let now = datetime!(2026-11-22 12:00 UTC);
    let board = WorkspaceId::from(Uuid::from_u128(7));
    let pool = CreditPool::new(now, &TimeZone::utc());
    let periods = pool.periods().clone();
    let spending = |daily, monthly, day, month| QuotaSpending {
        quota: CreditQuota { monthly, daily },
        periods: periods.clone(),
        day,
        month,
    };
    let mut pool = pool
        .with_member(user(0), spending(Limit::AtMost(20), Limit::Unlimited, 0, 0))
        .with_member(user(1), spending(Limit::Unlimited, Limit::Unlimited, 0, 0))
        .with_workspace(board, spending(Limit::AtMost(30), Limit::AtMost(100), 10, 75));
    let id = CreditGrantId::from(Uuid::from_u128(1));
    let amount = |credits| Amount::new(credits).unwrap();
    let by = |who| SpendBy { workspace_id: Some(board), ..SpendBy::member(user(who)) };
    let spend = |who, credits| CreditRequest::Spend { by: by(who), amount: amount(credits) };
    let grant = CreditRequest::Grant { id, terms: GrantTerms::of(amount(1_000)) };
    let elsewhere = CreditRequest::Spend { by: SpendBy::member(user(1)), amount: amount(500) };
    let hold = ReservationId::from(Uuid::from_u128(3));
    let reserve = CreditRequest::Reserve { id: hold, by: by(1), amount: amount(15), expires_at: now + Duration::HOUR };
    let outcomes =
        pool.decide(vec![grant, elsewhere, reserve, spend(0, 26), CreditRequest::Release { reservation: hold }]);
    assert!([0, 1, 2, 4].iter().all(|n| outcomes[*n].is_ok()), "{outcomes:?}");
    let Err(Refusal::NotCovered { balance: None, quotas, .. }) = &outcomes[3] else { panic!("{:?}", outcomes[3]) };
    let named: Vec<_> = quotas.iter().map(|it| (it.scope.as_str(), it.limit, it.used, it.resets_at)).collect();
    let (midnight, month) = (datetime!(2026-11-23 00:00 UTC), datetime!(2026-12-01 00:00 UTC));
    let wanted = [("day", 20, 0, midnight), ("workspace_day", 30, 25, midnight), ("workspace_month", 100, 90, month)];
    assert_eq!(named, wanted);
    assert!(pool.decide(vec![spend(1, 20)])[0].is_ok(), "what was held is free again");
    let refund = |day: &str, credits| CreditRequest::Refund {
        by: (user(0), Some(board)),
        day: day.parse().unwrap(),
        month: "2026-11".parse().unwrap(),
        spent: vec![(id, credits)],
    };
    assert!(pool.decide(vec![spend(1, 1)])[0].is_err());
    pool.decide(vec![refund("2026-11-21", 9)]);
    let board = pool.workspace(board).unwrap();
    assert_eq!((board.day, board.month), (30, 86), "of another day, so of the month alone");
}

/// R-LED-6: days of 23 and 25 hours, a day without a midnight, a leap day, a clock set back.
#[test]
fn days_and_months_of_time_zones() {
    let at = |zone: &str, instant| {
        let periods = guildhall_domain::credits::Periods::at(instant, &TimeZone::parse(zone).unwrap());
        (periods.day.to_string(), periods.month.to_string(), periods.day_ends_at, periods.month_ends_at)
    };
    let spring = at("Europe/Berlin", datetime!(2026-03-29 12:00 UTC));
    assert_eq!((spring.0.as_str(), spring.2), ("2026-03-29", datetime!(2026-03-29 22:00 UTC)));
    let autumn = at("Europe/Berlin", datetime!(2026-10-25 12:00 UTC));
    assert_eq!(autumn.2 - datetime!(2026-10-24 22:00 UTC), Duration::hours(25));
    // Clocks go forward at midnight: the day begins at one.
    let before = at("America/Havana", datetime!(2026-03-08 04:59 UTC));
    assert_eq!((before.0.as_str(), before.2), ("2026-03-07", datetime!(2026-03-08 05:00 UTC)));
    assert_eq!(at("America/Havana", datetime!(2026-03-08 05:00 UTC)).0, "2026-03-08");
    let leap = at("UTC", datetime!(2028-02-29 23:59:59 UTC));
    assert_eq!((leap.0.as_str(), leap.3), ("2028-02-29", datetime!(2028-03-01 00:00 UTC)));
    // The same instant is in the same period, however often the clock comes by it.
    assert_eq!(at("UTC", datetime!(2026-12-31 23:59 UTC)), at("UTC", datetime!(2026-12-31 23:59 UTC)));
    assert_eq!(at("Pacific/Apia", datetime!(2011-12-30 10:00 UTC)).0, "2011-12-31", "a day that never was");
}

/// What cannot be, and what it leaves.
#[test]
fn reservations_end_once() {
    let now = datetime!(2026-11-22 12:00 UTC);
    let utc = TimeZone::parse("UTC").unwrap();
    let mut pool = CreditPool::new(now, &utc);
    let terms = GrantTerms::of(Amount::new(100).unwrap());
    pool.decide(vec![CreditRequest::Grant { id: CreditGrantId::from(Uuid::from_u128(1)), terms }]);
    let (id, by) = (ReservationId::from(Uuid::from_u128(2)), SpendBy::member(user(0)));
    let amount = |credits| Amount::new(credits).unwrap();
    let expires_at = now + Duration::minutes(5);
    let reserve = CreditRequest::Reserve { id, by, amount: amount(60), expires_at };
    let commit = |credits| CreditRequest::Commit { reservation: id, amount: amount(credits) };
    let outcomes =
        pool.decide(vec![reserve, commit(61), commit(40), commit(1), CreditRequest::Release { reservation: id }]);
    assert_eq!(outcomes[1], Err(Refusal::MoreThanHeld { held: 60 }));
    assert_eq!(outcomes[2].as_ref().unwrap().kind, MovementKind::Commit);
    assert_eq!(outcomes[3..], [Err(Refusal::ReservationClosed), Err(Refusal::ReservationClosed)]);
    assert_eq!((pool.balance(), pool.reserved()), (60, 0));
    let unknown = ReservationId::from(Uuid::from_u128(3));
    assert_eq!(pool.decide(vec![CreditRequest::Release { reservation: unknown }]), [Err(Refusal::UnknownReservation)]);
    let terms = GrantTerms::of(Amount::new(Amount::MAX).unwrap());
    let more = CreditRequest::Grant { id: CreditGrantId::from(Uuid::from_u128(4)), terms };
    assert_eq!(pool.decide(vec![more]), [Err(Refusal::TooMany)]);
}
