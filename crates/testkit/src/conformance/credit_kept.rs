//! Grants that are asked for, and all that is kept beside the ledger (M-29, R-LED-1).

use std::sync::Arc;

use guildhall_domain::credits::{CreditGrant, CreditRequest, SpendBy};
use guildhall_domain::{CreditGrantId, Organization, UserId};
use guildhall_ports::store::{Constraint, CreditNeeds, KeptCredits, Store};
use time::Duration;

use super::expect;
use crate::fixtures::{Fixture, assert_kept};

/// A grant that is named is told once, also when nothing is left of it; of another organization's, nothing.
pub async fn named_grants_are_told(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (_, beta) = f.seed_owned("Beta").await;
    let (id, now) = (organization.id, f.now());
    let (spent, left) = (f.seed_credits(id, 5).await, f.seed_credits(id, 7).await);
    let transaction = f.seed_spend(id, owner.id, 6, now).await;
    let foreign = f.seed_credits(beta.id, 9).await;
    let unknown: CreditGrantId = f.id();
    for (grants, refunds, wanted) in [
        (vec![], vec![], vec![left]),
        (vec![left], vec![], vec![left]),
        (vec![spent], vec![], vec![spent, left]),
        (vec![spent, spent, left, left], vec![], vec![spent, left]),
        (vec![unknown, foreign], vec![], vec![left]),
        (vec![foreign, spent, unknown], vec![transaction], vec![spent, left]),
    ] {
        let needs = CreditNeeds { grants, refunds, ..f.credit_needs(now) };
        let told = f.credit_state(id, &needs).await.grants;
        assert_eq!(told.iter().map(|it| it.id).collect::<Vec<_>>(), wanted, "{needs:?}");
        let known = told.iter().find(|it| it.id == spent);
        assert!(known.is_none_or(|it| (it.terms.amount.get(), it.available, it.reserved) == (5, 0, 0)));
    }
    let needs = CreditNeeds { grants: vec![spent], ..f.credit_needs(now) };
    let elsewhere = f.credit_state(beta.id, &needs).await.grants;
    assert_eq!(elsewhere.iter().map(|it| it.id).collect::<Vec<_>>(), [foreign]);
    assert_eq!(f.credit_state(f.id(), &needs).await.grants, []);
}

/// Every grant, open reservation and count of the organization is kept, and no other's.
pub async fn everything_beside_the_ledger_is_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (theirs, beta) = f.seed_owned("Beta").await;
    let (id, now) = (organization.id, f.now());
    for nowhere in [id, f.id()] {
        assert_eq!(f.kept_credits(nowhere).await, KeptCredits::default());
    }
    f.seed_credits(beta.id, 9).await;
    f.seed_reservation(beta.id, theirs.id, 2, now, Duration::HOUR).await;
    assert_eq!(f.kept_credits(id).await, KeptCredits::default());

    let (spent, left) = (f.seed_credits(id, 5).await, f.seed_credits(id, 70).await);
    f.seed_spend(id, owner.id, 5, now).await;
    let mut reservations = Vec::new();
    for hours in [9, 1, 5, 5] {
        reservations.push(f.seed_reservation(id, owner.id, 1, now, Duration::HOUR * hours).await);
    }
    f.order_one(id, now, CreditRequest::Release { reservation: reservations[2] }).await;
    let kept = f.kept_credits(id).await;
    assert_eq!(kept.grants.iter().map(|it| (it.id, it.available)).collect::<Vec<_>>(), [(spent, 0), (left, 67)]);
    let open = [reservations[0], reservations[1], reservations[3]];
    assert_eq!(kept.open.iter().map(|it| it.id).collect::<Vec<_>>(), open, "overdue ones too");
    let needs = CreditNeeds { reservations, grants: vec![spent], ..f.credit_needs(now) };
    let state = f.credit_state(id, &needs).await;
    assert_eq!(kept.grants, state.grants);
    assert!(kept.open.iter().all(|it| state.reservations.contains(it)), "each is kept whole");
    assert_eq!(kept.usage, [((owner.id, needs.day), 8), ((owner.id, needs.month), 8)].into());
    assert_kept(&f.ledger(id).await, &kept);
    f.write(id, async |unit| unit.delete_organization().await).await;
    let again = Organization { id, ..f.organization("Acme") };
    f.write(id, async |unit| unit.insert_organization(&again).await).await;
    assert_eq!(f.kept_credits(id).await, KeptCredits::default());
}

/// What should be kept of grants and counts is written in the place of what is, and of nothing else (R-LED-8).
pub async fn kept_credits_are_rebuilt(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (theirs, beta) = f.seed_owned("Beta").await;
    let (id, now) = (organization.id, f.now());
    let board = f.seed_workspace(id, "Board").await.id;
    for (organization, user) in [(id, owner.id), (beta.id, theirs.id)] {
        f.seed_credits(organization, 50).await;
        let by = SpendBy { workspace_id: Some(board), ..SpendBy::member(user) };
        f.order_one(organization, now, CreditRequest::Spend { by, amount: f.amount(8) }).await;
        f.seed_reservation(organization, user, 2, now, Duration::HOUR).await;
    }
    let (whole, others) = (f.kept_credits(id).await, f.kept_credits(beta.id).await);
    let ledger = f.ledger(id).await;
    let rebuild = async |kept: &KeptCredits| {
        let unknown = CreditGrant { id: f.id(), ..kept.grants[0].clone() };
        let kept = KeptCredits { grants: vec![kept.grants[0].clone(), unknown], ..kept.clone() };
        f.write(id, async |unit| unit.credits().rebuild(&kept).await).await;
    };
    let another: UserId = f.id();
    let mut changed = whole.clone();
    (changed.grants[0].available, changed.grants[0].reserved) = (3, 47);
    changed.usage = [((another, whole.usage.keys().next().unwrap().1.clone()), 9)].into();
    changed.workspace_usage = [((board, another, whole.usage.keys().next().unwrap().1.clone()), 5)].into();
    changed.workspace_totals = [((board, whole.usage.keys().next().unwrap().1.clone()), 5)].into();
    rebuild(&changed).await;
    assert_eq!(f.kept_credits(id).await, changed);
    let needs = CreditNeeds { users: vec![owner.id], ..f.credit_needs(now) };
    let state = f.credit_state(id, &needs).await;
    assert_eq!((state.grants[0].available, state.members[&owner.id].day), (3, 0));
    assert_eq!((f.kept_credits(beta.id).await, f.ledger(id).await), (others, ledger));
    rebuild(&whole).await;
    assert_eq!(f.kept_credits(id).await, whole);
    let mut too_much = whole.clone();
    too_much.grants[0].available = 50;
    let refused = f.try_write(id, async |unit| unit.credits().rebuild(&too_much).await).await;
    expect::conflict(refused, Constraint::LimitReached);
    assert_eq!(f.kept_credits(id).await, whole);
}

/// However many are open, all are kept.
pub async fn every_open_reservation_is_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (id, now) = (organization.id, f.now());
    f.seed_credits(id, 1_000).await;
    let reserve = |_| {
        let (by, amount) = (SpendBy::member(owner.id), f.amount(1));
        CreditRequest::Reserve { id: f.id(), by, amount, expires_at: now + Duration::HOUR }.into()
    };
    f.order_credits(id, now, &(0..250).map(reserve).collect::<Vec<_>>()).await;
    let kept = f.kept_credits(id).await;
    assert_eq!(kept.open.len(), 250);
    assert_kept(&f.ledger(id).await, &kept);
}
