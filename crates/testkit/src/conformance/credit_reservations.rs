//! What is held for something that is under way, and returns by itself (R-LED-5).

use std::sync::Arc;

use guildhall_domain::credits::{CreditRequest, GrantTerms, MovementKind, Reservation, ReservationState, SpendBy};
use guildhall_domain::{MemberRole, ReservationId};
use guildhall_ports::store::{CreditNeeds, CreditWrites, Store};
use time::Duration;

use crate::fixtures::Fixture;

const HOUR: Duration = Duration::HOUR;

fn writes(reservations: &[Reservation]) -> CreditWrites {
    let mut writes = CreditWrites::default();
    writes.changes.reservations = reservations.iter().map(|it| (it.id, it.clone())).collect();
    writes
}

/// Every field of a reservation is kept, and what it holds in its order.
pub async fn reservations_are_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (id, now) = (organization.id, f.now());
    let workspace = f.seed_workspace(id, "Board").await;
    let (first, second) = (f.seed_credits(id, 10).await, f.seed_credits(id, 10).await);
    let by = SpendBy {
        workspace_id: Some(workspace.id),
        operation: Some(f.name("Größe '\" generation")),
        ..SpendBy::member(owner.id)
    };
    let mut reservations: Vec<_> = ReservationState::ALL
        .iter()
        .enumerate()
        .map(|(n, state)| Reservation {
            id: f.id(),
            by: if n % 2 == 0 { by.clone() } else { SpendBy::member(f.id()) },
            held: [(second, 7), (first, 2)][..2 - n % 2].to_vec(),
            state: *state,
            expires_at: now + HOUR + Duration::microseconds(n as i64),
            day: "2026-11-22".parse().unwrap(),
            month: "2025-02".parse().unwrap(),
        })
        .collect();
    f.write_credits(id, &writes(&reservations)).await;
    let unknown: ReservationId = f.id();
    let mut named: Vec<_> = reservations.iter().map(|it| it.id).collect();
    named.extend([unknown, named[0]]);
    let needs = CreditNeeds { reservations: named, ..f.credit_needs(now) };
    assert_eq!(f.credit_state(id, &needs).await.reservations, reservations);
    assert_eq!(f.credit_state(id, &f.credit_needs(now)).await.reservations, [], "nobody named them");

    for state in ReservationState::ALL.iter().copied() {
        reservations[0].state = state;
        f.write_credits(id, &writes(&reservations[..1])).await;
        assert_eq!(f.reservation_state(id, reservations[0].id).await, Some(state));
    }
    assert_eq!(f.credit_state(id, &needs).await.reservations, reservations);
}

/// Open ones whose time is over are found by themselves; those that ended are not.
pub async fn overdue_reservations_are_found(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (id, now) = (organization.id, f.now());
    f.seed_credits(id, 100).await;
    let mut reservations = Vec::new();
    for hours in [3, 1, 2] {
        reservations.push(f.seed_reservation(id, owner.id, 1, now, HOUR * hours).await);
    }
    let [three, one, two] = [reservations[0], reservations[1], reservations[2]];
    let released = f.seed_reservation(id, owner.id, 1, now, HOUR).await;
    f.order_one(id, now, CreditRequest::Release { reservation: released }).await;
    for (at, named, found) in [
        (HOUR - Duration::MICROSECOND, vec![], vec![]),
        (HOUR, vec![], vec![one]),
        (HOUR * 2, vec![three, one], vec![three, one, two]),
        (HOUR * 9, vec![released], vec![three, one, two, released]),
        (HOUR * 9, vec![], vec![three, one, two]),
    ] {
        let needs = CreditNeeds { reservations: named, ..f.credit_needs(now + at) };
        let state = f.credit_state(id, &needs).await;
        assert_eq!(state.reservations.iter().map(|it| it.id).collect::<Vec<_>>(), found, "{at}");
    }
    // Whatever is done next returns what they hold.
    f.seed_spend(id, owner.id, 5, now + HOUR * 2).await;
    for (reservation, state) in
        [(one, ReservationState::Lapsed), (two, ReservationState::Lapsed), (three, ReservationState::Open)]
    {
        assert_eq!(f.reservation_state(id, reservation).await, Some(state));
    }
    assert_eq!(f.pool(id).await, (94, 1));
    let lapsed: Vec<_> = f.ledger(id).await.into_iter().filter(|it| it.movement.kind == MovementKind::Lapse).collect();
    assert_eq!(lapsed.len(), 2);
    assert!(lapsed.iter().all(|it| it.actor_id == Some(owner.id) && it.movement.is_balanced()));
}

/// However many are overdue, a hundred are found at once: those that ended first.
pub async fn overdue_reservations_come_a_hundred_at_once(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (id, now) = (organization.id, f.now());
    f.seed_credits(id, 1000).await;
    let requests: Vec<_> = (0..130)
        .map(|n| {
            let (by, amount) = (SpendBy::member(owner.id), f.amount(1));
            // The latest end first, so that neither ids nor order of writing tell.
            CreditRequest::Reserve { id: f.id(), by, amount, expires_at: now + HOUR * (130 - n) }.into()
        })
        .collect();
    f.order_credits(id, now, &requests).await;
    let ends = |state: &[Reservation]| {
        let mut ends: Vec<_> = state.iter().map(|it| (it.expires_at - now).whole_hours()).collect();
        ends.sort_unstable();
        ends
    };
    let later = now + HOUR * 120;
    let state = f.credit_state(id, &f.credit_needs(later)).await;
    assert_eq!(ends(&state.reservations), (1..=100).collect::<Vec<_>>());
    for (held, next) in [(30, (101..=120).collect::<Vec<_>>()), (10, vec![])] {
        f.order_credits(id, later, &[]).await;
        assert_eq!(f.pool(id).await, (1000 - held, held));
        assert_eq!(ends(&f.credit_state(id, &f.credit_needs(later)).await.reservations), next);
    }
}

/// What is held returns though its member and account are gone (R-LED-5, M-20).
pub async fn reservation_of_a_deleted_account_lapses(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (id, now) = (organization.id, f.now());
    let (user, member) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    f.seed_credits(id, 10).await;
    let spent = f.seed_spend(id, user.id, 2, now).await;
    let lapsing = f.seed_reservation(id, user.id, 4, now, HOUR).await;
    let ending = f.seed_reservation(id, user.id, 3, now, HOUR * 9).await;
    f.write(id, async |unit| unit.remove_member(member.id, f.now()).await).await;
    f.write_user(user.id, async |unit| unit.delete_user().await).await;
    let ledger = f.ledger(id).await;

    f.order_credits(id, now + HOUR, &[]).await;
    assert_eq!(f.reservation_state(id, lapsing).await, Some(ReservationState::Lapsed));
    assert_eq!(f.pool(id).await, (5, 3));
    f.order_one(id, now + HOUR, CreditRequest::Commit { reservation: ending, amount: f.amount(1) }).await;
    assert_eq!(f.pool(id).await, (7, 0));
    let refund = crate::fixtures::CreditOrder::Refund(spent);
    f.order_one(id, now + HOUR, refund).await;
    assert_eq!(f.pool(id).await, (9, 0));
    assert_eq!(f.used_credits(id, user.id, now).await, (1, 1));
    let after = f.ledger(id).await;
    assert_eq!(after[3..], ledger, "what was written stays, with the user that it names");
    assert!(after.iter().take(6).all(|it| it.user_id == Some(user.id)));
}

/// A reservation is of its organization alone, and what a grant gave expires while it holds it.
pub async fn held_credits_expire_when_they_return(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (id, now) = (organization.id, f.now());
    let terms = GrantTerms { expires_at: Some(now + HOUR), ..GrantTerms::of(f.amount(10)) };
    f.order_one(id, now, CreditRequest::Grant { id: f.id(), terms }).await;
    let reservation = f.seed_reservation(id, owner.id, 4, now, HOUR * 2).await;
    f.order_credits(id, now + HOUR, &[]).await;
    assert_eq!(f.pool(id).await, (0, 4));
    f.order_one(id, now + HOUR, CreditRequest::Commit { reservation, amount: f.amount(3) }).await;
    assert_eq!(f.pool(id).await, (0, 0));
    let kinds: Vec<_> = f.ledger(id).await.iter().rev().map(|it| (it.movement.kind, it.movement.amount)).collect();
    let wanted = [
        (MovementKind::Grant, 10),
        (MovementKind::Reserve, 4),
        (MovementKind::Expire, 6),
        (MovementKind::Commit, 3),
        (MovementKind::Expire, 1),
    ];
    assert_eq!(kinds, wanted);
}
