//! Many spend out of one pool at once: nobody overdraws it (M-20, M-25, R-LED-2, R-LED-7).

use std::sync::Arc;

use guildhall_domain::credits::{
    CreditQuota, CreditRequest, CreditTransaction, MovementKind, QuotaScope, Refusal, ReservationState, SpendBy,
};
use guildhall_domain::{CreditTransactionId, Limit, MemberRole, OrganizationId, Timestamp, UserId};
use guildhall_ports::store::{Mode, Store, StoreError};
use time::Duration;

use super::finish::finish;
use super::together;
use crate::fixtures::{CreditOrder, Fixture, SequentialIds, assert_kept, carry_out};

type Outcome = Result<CreditTransactionId, Refusal>;

/// Carries out each of the orders in a unit of work of its own, all at once, and once more where
/// another got in between.
async fn race(
    store: &Arc<dyn Store>,
    organization: OrganizationId,
    ids: &Arc<SequentialIds>,
    orders: Vec<(Timestamp, CreditOrder)>,
) -> Vec<Outcome> {
    let works: Vec<_> = orders
        .into_iter()
        .map(|(now, order)| {
            let (store, ids) = (Arc::clone(store), Arc::clone(ids));
            move || {
                let (store, ids, order) = (Arc::clone(&store), Arc::clone(&ids), order.clone());
                async move {
                    let mut unit = store.begin_org(organization, Mode::Write).await?;
                    let done = carry_out(unit.as_mut(), organization, &ids, now, &[order]).await;
                    finish(unit, done).await
                }
            }
        })
        .collect();
    let results = together(works).await.into_iter();
    let outcomes = results.map(|result: Result<Vec<Outcome>, StoreError>| result.map(|mut one| one.remove(0)));
    outcomes.collect::<Result<_, _>>().expect("every unit of work gets its turn")
}

/// Identifiers that no fixture makes: racing tasks share them.
fn racing_ids() -> Arc<SequentialIds> {
    Arc::new(SequentialIds::starting_at(1_000_000))
}

fn spends(user: UserId, f: &Fixture, now: Timestamp, amounts: &[u64]) -> Vec<(Timestamp, CreditOrder)> {
    let spend = |amount: &u64| CreditRequest::Spend { by: SpendBy::member(user), amount: f.amount(*amount) };
    amounts.iter().map(|amount| (now, spend(amount).into())).collect()
}

/// The ledger, after what holds of every ledger was checked.
async fn checked_ledger(f: &Fixture, organization: OrganizationId) -> Vec<CreditTransaction> {
    let (ledger, kept) = (f.ledger(organization).await, f.kept_credits(organization).await);
    assert_kept(&ledger, &kept);
    ledger
}

/// Two hundred spend of a pool that has enough for fifty: fifty succeed, and the others are told why.
pub async fn two_hundred_spend_where_fifty_are_left(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let (owner, organization) = f.seed_owned("Acme").await;
    let (id, now) = (organization.id, f.now());
    // Three grants, so that spends go over the edge of one.
    for credits in [101, 148, 101] {
        f.seed_credits(id, credits).await;
    }
    let outcomes = race(&store, id, &racing_ids(), spends(owner.id, &f, now, &[7; 200])).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 50);
    let refusal = Refusal::NotCovered { requested: 7, balance: Some(0), quotas: vec![] };
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Err(refusal.clone())).count(), 150);
    assert_eq!((f.pool(id).await, f.used_credits(id, owner.id, now).await), ((0, 0), (350, 350)));
    let ledger = checked_ledger(&f, id).await;
    let mut told: Vec<_> = outcomes.into_iter().flatten().collect();
    told.sort_unstable_by(|a, b| b.cmp(a));
    let spent = ledger.iter().filter(|it| it.movement.kind == MovementKind::Consume);
    assert_eq!(spent.map(|it| it.id).collect::<Vec<_>>(), told, "what was acknowledged is there once");
}

/// The same of a member's daily quota, beside another who has none (M-25).
pub async fn two_hundred_spend_where_a_quota_fits_fifty(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let (owner, organization) = f.seed_owned("Acme").await;
    let (id, now) = (organization.id, f.now());
    let (user, member) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    let quota = CreditQuota { monthly: Limit::AtMost(10_000), daily: Limit::AtMost(151) };
    f.write(id, async |unit| unit.credits().set_quota(member.id, quota, now).await).await;
    f.seed_credits(id, 1_000_000).await;
    let mut orders = spends(user.id, &f, now, &[3; 200]);
    orders.extend(spends(owner.id, &f, now, &[5; 20]));
    let outcomes = race(&store, id, &racing_ids(), orders).await;
    let (bobs, owners) = outcomes.split_at(200);
    assert_eq!(bobs.iter().filter(|outcome| outcome.is_ok()).count(), 50);
    assert!(owners.iter().all(Result::is_ok));
    for refusal in bobs.iter().filter_map(|outcome| outcome.as_ref().err()) {
        let Refusal::NotCovered { requested: 3, balance: None, quotas } = refusal else { panic!("{refusal:?}") };
        let told: Vec<_> = quotas.iter().map(|it| (it.scope, it.limit, it.used)).collect();
        assert_eq!(told, [(QuotaScope::Day, 151, 150)]);
    }
    assert_eq!(f.used_credits(id, user.id, now).await, (150, 150));
    assert_eq!((f.pool(id).await, f.used_credits(id, owner.id, now).await), ((999_750, 0), (100, 100)));
    checked_ledger(&f, id).await;
}

/// The same of a workspace's budget, which ten members share (M-25).
pub async fn two_hundred_spend_where_a_budget_fits_fifty(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let (owner, organization) = f.seed_owned("Acme").await;
    let (id, now) = (organization.id, f.now());
    let board = f.seed_workspace(id, "Board").await.id;
    let budget = CreditQuota { monthly: Limit::AtMost(151), daily: Limit::Unlimited };
    f.write(id, async |unit| unit.credits().set_budget(board, budget, now).await).await;
    f.seed_credits(id, 1_000_000).await;
    let mut orders = Vec::new();
    for n in 0..10 {
        let (user, _) = f.seed_member(id, &format!("user{n}@acme.example"), MemberRole::Member).await;
        let by = SpendBy { workspace_id: Some(board), ..SpendBy::member(user.id) };
        let spend = CreditRequest::Spend { by, amount: f.amount(3) };
        orders.extend(vec![(now, spend.into()); 20]);
    }
    orders.extend(spends(owner.id, &f, now, &[5; 20]));
    let outcomes = race(&store, id, &racing_ids(), orders).await;
    let (of_board, owners) = outcomes.split_at(200);
    assert_eq!(of_board.iter().filter(|outcome| outcome.is_ok()).count(), 50);
    assert!(owners.iter().all(Result::is_ok));
    for refusal in of_board.iter().filter_map(|outcome| outcome.as_ref().err()) {
        let Refusal::NotCovered { requested: 3, balance: None, quotas } = refusal else { panic!("{refusal:?}") };
        let told: Vec<_> = quotas.iter().map(|it| (it.scope, it.limit, it.used)).collect();
        assert_eq!(told, [(QuotaScope::WorkspaceMonth, 151, 150)]);
    }
    assert!(f.kept_credits(id).await.workspace_totals.values().all(|used| *used == 150));
    checked_ledger(&f, id).await;
}

/// A reservation is spent while its time runs out for others: it is spent, or it lapses, and never both.
pub async fn commit_races_lapse(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let (owner, organization) = f.seed_owned("Acme").await;
    let (id, now) = (organization.id, f.now());
    f.seed_credits(id, 1_000).await;
    let later = now + Duration::HOUR;
    let ids = racing_ids();
    for round in 0..10 {
        let reservation = f.seed_reservation(id, owner.id, 9, now, Duration::HOUR).await;
        let before = f.pool(id).await.0;
        let commit = || CreditRequest::Commit { reservation, amount: f.amount(4) };
        // Two servers whose clocks differ: for one there is time, for the other there is none.
        let mut orders = vec![(later - Duration::SECOND, commit().into()); 3];
        orders.extend(vec![(later, CreditOrder::Refund(f.id())); 3]);
        orders.push((later - Duration::SECOND, CreditRequest::Release { reservation }.into()));
        orders.rotate_left(round % 7);
        let outcomes = race(&store, id, &ids, orders).await;
        let state = f.reservation_state(id, reservation).await.unwrap();
        let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        let (spent, succeeded) = match state {
            ReservationState::Committed => (4, 1),
            ReservationState::Released => (0, 1),
            ReservationState::Lapsed => (0, 0),
            ReservationState::Open => panic!("it holds something still"),
        };
        assert_eq!((done, f.pool(id).await), (succeeded, (before + 9 - spent, 0)), "{state:?}");
        let closed = [MovementKind::Commit, MovementKind::Release, MovementKind::Lapse];
        let ledger = checked_ledger(&f, id).await;
        let ledger = ledger.iter().filter(|it| it.reservation_id == Some(reservation));
        assert_eq!(ledger.filter(|it| closed.contains(&it.movement.kind)).count(), 1);
    }
}

/// One transaction is given back by many at once: it comes back once.
pub async fn refund_is_made_once(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let (owner, organization) = f.seed_owned("Acme").await;
    let (id, now) = (organization.id, f.now());
    f.seed_credits(id, 20).await;
    let spent = f.seed_spend(id, owner.id, 12, now).await;
    let outcomes = race(&store, id, &racing_ids(), vec![(now, CreditOrder::Refund(spent)); 30]).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let refused = Err(Refusal::NothingToRefund);
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == refused).count(), 29);
    assert_eq!((f.pool(id).await, f.used_credits(id, owner.id, now).await), ((20, 0), (0, 0)));
    checked_ledger(&f, id).await;
}
