//! The pool and its ledger: kept as written, and refused below zero (M-20, R-LED-2).

use std::collections::BTreeMap;
use std::sync::Arc;

use guildhall_domain::credits::{
    Amount, CreditGrant, CreditTransaction, Entry, GrantTerms, LedgerAccount, Movement, MovementKind,
};
use guildhall_domain::page::PageRequest;
use guildhall_domain::{Description, OrganizationId};
use guildhall_ports::store::{
    Constraint, CreditNeeds, CreditState, CreditTransactionFilter, CreditWrites, MemberCredits, Mode, Store,
};
use time::Duration;

use super::expect;
use crate::fixtures::{Fixture, page_size};

fn writes(grants: &[CreditGrant]) -> CreditWrites {
    let mut writes = CreditWrites::default();
    writes.changes.grants = grants.iter().map(|grant| (grant.id, grant.clone())).collect();
    writes
}

fn grant(f: &Fixture, amount: u64, available: u64, reserved: u64) -> CreditGrant {
    CreditGrant { id: f.id(), terms: GrantTerms::of(f.amount(amount)), available, reserved }
}

/// A transaction that gives a grant, with nothing more to it.
fn granting(f: &Fixture, organization: OrganizationId, grant: &CreditGrant) -> CreditTransaction {
    let amount = grant.terms.amount.get();
    let (now, more) = (f.now(), amount.cast_signed());
    let needs = f.credit_needs(now);
    let entry = |account, amount| Entry { account, grant: grant.id, amount };
    let entries = vec![entry(LedgerAccount::Granted, -more), entry(LedgerAccount::Pool, more)];
    CreditTransaction {
        id: f.id(),
        organization_id: organization,
        movement: Movement { kind: MovementKind::Grant, amount, entries },
        user_id: None,
        actor_id: None,
        workspace_id: None,
        operation: None,
        reservation_id: None,
        reverses: None,
        day: needs.day,
        month: needs.month,
        reason: None,
        created_at: now,
    }
}

/// Where nothing was given, there is nothing; who is named has spent nothing (M-27).
pub async fn state_is_empty_at_first(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let stranger = f.seed_user("stranger@acme.example").await;
    let absent: OrganizationId = f.id();
    let request = f.idempotent_request(owner.id, "key");
    let needs = CreditNeeds {
        users: vec![owner.id, stranger.id],
        reservations: vec![f.id()],
        refunds: vec![f.id()],
        requests: vec![request],
        ..f.credit_needs(f.now())
    };
    for id in [organization.id, absent] {
        let state = f.credit_state(id, &needs).await;
        let place = f.read(id, async |unit| unit.open(owner.id).await).await.and_then(|opened| opened.member);
        let facts = place.map(|member| member.facts);
        assert_eq!(facts.is_some(), id == organization.id);
        let members =
            [(owner.id, MemberCredits { facts, ..MemberCredits::default() }), (stranger.id, MemberCredits::default())];
        let nothing = CreditState { members: members.into(), answers: vec![None], ..CreditState::default() };
        assert_eq!(state, nothing);
        assert_eq!(f.credit_state(id, &f.credit_needs(f.now())).await, CreditState::default());
        assert_eq!(f.ledger(id).await, []);
    }
}

/// A grant is kept as it was given, and later as it is then (M-29).
pub async fn grants_are_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, before) = f.seed_owned("Acme").await;
    let id = before.id;
    let soon = f.now() + Duration::microseconds(1);
    let terms = [
        GrantTerms::of(f.amount(1)),
        GrantTerms { expires_at: Some(soon), priority: 0, ..GrantTerms::of(f.amount(10)) },
        GrantTerms { priority: 255, ..GrantTerms::of(f.amount(Amount::MAX)) },
    ];
    let mut grants: Vec<_> = terms
        .into_iter()
        .map(|terms| CreditGrant { id: f.id(), terms, available: terms.amount.get(), reserved: 0 })
        .collect();
    f.write_credits(id, &writes(&grants)).await;
    let needs = f.credit_needs(f.now());
    assert_eq!(f.credit_state(id, &needs).await.grants, grants, "those that expired too");

    (grants[1].available, grants[1].reserved) = (3, 4);
    (grants[2].available, grants[2].reserved) = (0, Amount::MAX);
    f.write_credits(id, &writes(&grants[1..])).await;
    assert_eq!(f.credit_state(id, &needs).await.grants, grants);
    assert_eq!(f.stored_organization(id).await, before, "the organization is as it was");
}

/// A grant of which nothing is left is not looked at any more, and one that comes back is.
pub async fn spent_grants_are_left_out(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (id, needs) = (organization.id, f.credit_needs(f.now()));
    let full = grant(&f, 5, 5, 0);
    f.write_credits(id, &writes(std::slice::from_ref(&full))).await;
    for (available, reserved, is_found) in [(0, 0, false), (0, 1, true), (0, 0, false), (1, 0, true), (2, 3, true)] {
        let now = CreditGrant { available, reserved, ..full.clone() };
        f.write_credits(id, &writes(std::slice::from_ref(&now))).await;
        let found = f.credit_state(id, &needs).await.grants;
        assert_eq!(found, if is_found { vec![now] } else { Vec::new() });
    }
}

/// Every field of a transaction is kept, and its entries in their order (R-LED-1).
pub async fn transactions_are_kept_whole(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let (later, sooner) = (grant(&f, Amount::MAX, Amount::MAX, 0), grant(&f, 9, 9, 0));
    let workspace = f.seed_workspace(id, "Board").await;
    f.seed_credits(id, 1).await;
    let reservation = f.seed_reservation(id, owner.id, 1, f.now(), Duration::hours(1)).await;
    let mut wanted = vec![granting(&f, id, &sooner)];
    for (kind, amount) in MovementKind::ALL.iter().copied().zip([1, Amount::MAX].into_iter().cycle()) {
        let signed = amount.cast_signed();
        // Neither in the order of ids nor in that of names.
        let entries = LedgerAccount::ALL.iter().rev().flat_map(|account| {
            let entry = |grant, amount| Entry { account: *account, grant, amount };
            [entry(sooner.id, signed), entry(later.id, -signed)]
        });
        let movement = Movement { kind, amount, entries: entries.collect() };
        wanted.push(CreditTransaction {
            movement,
            user_id: Some(owner.id),
            actor_id: Some(f.id()),
            workspace_id: Some(workspace.id),
            operation: Some(f.name("control_generation")),
            reservation_id: Some(reservation),
            reverses: Some(wanted[0].id),
            day: "2026-11-22".parse().unwrap(),
            month: "2025-02".parse().unwrap(),
            reason: Some(Description::parse("Größe\n'\"%_\\ {}").unwrap()),
            ..granting(&f, id, &later)
        });
    }
    let written = CreditWrites { transactions: wanted.clone(), ..writes(&[later, sooner]) };
    let before = f.ledger(id).await;
    f.write_credits(id, &written).await;
    wanted.reverse();
    assert_eq!(f.ledger(id).await, [wanted, before].concat());
}

/// What is spent or held is counted by user and period, and what is given back no more (M-26).
pub async fn usage_is_counted(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (id, now) = (organization.id, f.now());
    let other = f.seed_user("bob@acme.example").await;
    let (today, tomorrow) = (f.credit_needs(now), f.credit_needs(now + Duration::days(1)));
    let count = async |changes: &[(_, &_, i64)]| {
        let mut writes = CreditWrites::default();
        let changes = changes.iter().map(|(user, period, more)| ((*user, Clone::clone(*period)), *more));
        writes.changes.usage = changes.collect();
        f.try_write_credits(id, &writes).await
    };
    count(&[(owner.id, &today.day, 5), (owner.id, &today.month, 7), (other.id, &today.month, 1)]).await.unwrap();
    assert_eq!(f.used_credits(id, owner.id, now).await, (5, 7));
    assert_eq!(f.used_credits(id, other.id, now).await, (0, 1));
    assert_eq!(f.used_credits(id, owner.id, tomorrow.now).await, (0, 7));
    count(&[(owner.id, &today.day, -5), (owner.id, &today.month, -3), (owner.id, &tomorrow.day, 2)]).await.unwrap();
    assert_eq!(f.used_credits(id, owner.id, now).await, (0, 4));
    assert_eq!(f.used_credits(id, owner.id, tomorrow.now).await, (2, 4));
    let most = Amount::MAX.cast_signed();
    count(&[(other.id, &today.day, most)]).await.unwrap();
    assert_eq!(f.used_credits(id, other.id, now).await, (Amount::MAX, 1));
    for below_zero in [(owner.id, &today.day, -1), (owner.id, &today.month, -5), (other.id, &tomorrow.day, -1)] {
        expect::conflict(count(&[below_zero]).await, Constraint::LimitReached);
    }
    assert_eq!(f.used_credits(id, owner.id, now).await, (0, 4));
    assert_eq!(f.used_credits(id, other.id, tomorrow.now).await, (0, 1));
}

/// What is below zero, or more than was given, is refused with all that is written beside it.
pub async fn refused_writes_change_nothing(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (id, now) = (organization.id, f.now());
    let kept = f.seed_credits(id, 10).await;
    f.seed_spend(id, owner.id, 3, now).await;
    let request = f.idempotent_request(owner.id, "key");
    let needs = CreditNeeds { users: vec![owner.id], requests: vec![request.clone()], ..f.credit_needs(now) };
    let (before, ledger) = (f.credit_state(id, &needs).await, f.ledger(id).await);
    let new = grant(&f, 20, 20, 0);
    let terms = GrantTerms::of(f.amount(10));
    let good = || {
        let asked = CreditTransaction { actor_id: Some(owner.id), ..granting(&f, id, &new) };
        let answers = BTreeMap::from([(asked.id, (request.clone(), "answer".to_owned()))]);
        CreditWrites { transactions: vec![asked], answers, ..writes(std::slice::from_ref(&new)) }
    };
    for (available, reserved) in [(11, 0), (0, 11), (6, 5), (Amount::MAX, Amount::MAX)] {
        let mut writes = good();
        writes.changes.grants.insert(kept, CreditGrant { id: kept, terms, available, reserved });
        expect::conflict(f.try_write_credits(id, &writes).await, Constraint::LimitReached);
    }
    for (period, less) in [(&needs.day, -4), (&needs.month, -4), (&needs.day, -Amount::MAX.cast_signed())] {
        let mut writes = good();
        writes.changes.usage = BTreeMap::from([((owner.id, period.clone()), less)]);
        expect::conflict(f.try_write_credits(id, &writes).await, Constraint::LimitReached);
    }
    assert_eq!((f.credit_state(id, &needs).await, f.ledger(id).await), (before, ledger));
    f.write_credits(id, &good()).await;
}

/// A transaction is written once, and into the ledger that it names.
pub async fn unfit_transactions_are_refused(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let (id, absent) = (organization.id, f.id::<OrganizationId>());
    let given = grant(&f, 5, 5, 0);
    let transaction = granting(&f, id, &given);
    let first = CreditWrites { transactions: vec![transaction.clone()], ..writes(std::slice::from_ref(&given)) };
    f.write_credits(id, &first).await;
    let ledger = f.ledger(id).await;
    let again = CreditTransaction { reason: Some(Description::parse("changed").unwrap()), ..transaction.clone() };
    let foreign = CreditTransaction { id: f.id(), organization_id: other.id, ..transaction };
    for transaction in [again, foreign] {
        let writes = CreditWrites { transactions: vec![transaction.clone()], ..CreditWrites::default() };
        assert!(f.try_write_credits(id, &writes).await.is_err(), "{transaction:?}");
    }
    let nowhere = grant(&f, 5, 5, 0);
    let writes = CreditWrites { transactions: vec![granting(&f, absent, &nowhere)], ..writes(&[nowhere]) };
    assert!(f.try_write_credits(absent, &writes).await.is_err());
    assert_eq!((f.ledger(id).await, f.ledger(other.id).await, f.ledger(absent).await), (ledger, vec![], vec![]));
}

/// A unit of work sees what it wrote, and takes it back with it; a reading one writes nothing.
pub async fn credits_are_rolled_back(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (id, now) = (organization.id, f.now());
    let member = f.state(id).await.members[0].membership.id;
    f.seed_credits(id, 10).await;
    let needs = CreditNeeds { users: vec![owner.id], ..f.credit_needs(now) };
    let (before, ledger) = (f.credit_state(id, &needs).await, f.ledger(id).await);
    let given = grant(&f, 5, 5, 0);
    let mut more = CreditWrites { transactions: vec![granting(&f, id, &given)], ..writes(&[given]) };
    more.changes.usage.insert((owner.id, needs.day.clone()), 3);
    let page = PageRequest::first(page_size(10));

    let mut unit = f.begin(id).await;
    unit.credits().write(&more, now).await.unwrap();
    unit.credits().set_quota(member, Default::default(), now).await.unwrap();
    let state = unit.credits().state(&needs).await.unwrap();
    assert_eq!((state.grants.len(), state.members[&owner.id].day), (2, 3));
    assert_eq!(state.members[&owner.id].quota, Some(Default::default()));
    let listed = unit.credits().list(&CreditTransactionFilter::default(), &page).await.unwrap();
    assert_eq!(listed.items.len(), ledger.len() + 1);
    unit.rollback().await.unwrap();
    assert_eq!((f.credit_state(id, &needs).await, f.ledger(id).await), (before.clone(), ledger.clone()));

    let mut unit = f.store.begin_org(id, Mode::Read).await.unwrap();
    assert!(unit.credits().write(&more, now).await.is_err());
    unit.rollback().await.unwrap();
    let mut unit = f.store.begin_org(id, Mode::Read).await.unwrap();
    assert!(unit.credits().set_quota(member, Default::default(), now).await.is_err());
    unit.rollback().await.unwrap();
    assert_eq!((f.credit_state(id, &needs).await, f.ledger(id).await), (before, ledger));
}

/// Nothing to write is written, and many things at once are.
pub async fn any_number_is_written_at_once(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    f.write_credits(id, &CreditWrites::default()).await;
    let grants: Vec<_> = (0..300).map(|_| grant(&f, 7, 5, 2)).collect();
    let transactions: Vec<_> = grants.iter().map(|grant| granting(&f, id, grant)).collect();
    f.write_credits(id, &CreditWrites { transactions: transactions.clone(), ..writes(&grants) }).await;
    assert_eq!(f.pool(id).await, (1500, 600));
    assert_eq!(f.ledger(id).await, transactions.into_iter().rev().collect::<Vec<_>>());
}
