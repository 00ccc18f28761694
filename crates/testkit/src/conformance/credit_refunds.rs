//! What can be given back of what was spent (R-LED-1).

use std::sync::Arc;

use guildhall_domain::credits::{
    CreditRequest, CreditTransaction, Entry, GrantTerms, LedgerAccount, Movement, MovementKind, Refusal, SpendBy,
};
use guildhall_domain::{CreditGrantId, CreditTransactionId, OrganizationId};
use guildhall_ports::store::{CreditNeeds, CreditWrites, SpentCredits, Store};
use time::Duration;

use crate::fixtures::{CreditOrder, Fixture};

async fn spent(
    f: &Fixture,
    organization: OrganizationId,
    transactions: &[CreditTransactionId],
) -> Vec<(CreditTransactionId, SpentCredits)> {
    let needs = CreditNeeds { refunds: transactions.to_vec(), ..f.credit_needs(f.now()) };
    f.credit_state(organization, &needs).await.spent.into_iter().collect()
}

/// Writes that so much of each grant, which a transaction spent, is given back.
async fn give_back(f: &Fixture, reversed: &CreditTransaction, parts: &[(CreditGrantId, i64)]) {
    let entries = parts.iter().flat_map(|(grant, part)| {
        let entry = |account, amount| Entry { account, grant: *grant, amount };
        [entry(LedgerAccount::Consumed, -part), entry(LedgerAccount::Pool, *part)]
    });
    let amount = parts.iter().map(|(_, part)| part.unsigned_abs()).sum();
    let refund = CreditTransaction {
        id: f.id(),
        movement: Movement { kind: MovementKind::Refund, amount, entries: entries.collect() },
        reverses: Some(reversed.id),
        ..reversed.clone()
    };
    let writes = CreditWrites { transactions: vec![refund], ..CreditWrites::default() };
    f.write_credits(reversed.organization_id, &writes).await;
}

/// What was spent at once or by a reservation is told, of each grant; of what spent nothing, nothing.
pub async fn spent_transactions_are_told(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (id, now) = (organization.id, f.now());
    let workspace = f.seed_workspace(id, "Board").await;
    let (first, second) = (f.seed_credits(id, 10).await, f.seed_credits(id, 10).await);
    let by = SpendBy { workspace_id: Some(workspace.id), ..SpendBy::member(owner.id) };
    let spend = CreditRequest::Spend { by: by.clone(), amount: f.amount(12) };
    let consumed = f.order_one(id, now, spend).await;
    let reservation = f.id();
    let (amount, expires_at) = (f.amount(8), now + Duration::DAY * 3);
    let reserved = f.order_one(id, now, CreditRequest::Reserve { id: reservation, by, amount, expires_at }).await;
    let tomorrow = now + Duration::DAY;
    let commit = CreditRequest::Commit { reservation, amount: f.amount(5) };
    let committed = f.order_one(id, tomorrow, commit).await;
    let released = f.seed_reservation(id, owner.id, 1, now, Duration::HOUR).await;
    let released = f.order_one(id, now, CreditRequest::Release { reservation: released }).await;
    let given = f.ledger(id).await.last().unwrap().id;

    let day = f.credit_needs(now);
    let told = |left: &[(CreditGrantId, u64)]| SpentCredits {
        user_id: Some(owner.id),
        workspace_id: Some(workspace.id),
        day: day.day.clone(),
        month: day.month.clone(),
        left: left.to_vec(),
    };
    let asked = [committed, f.id(), given, reserved, released, consumed];
    let wanted = [(consumed, told(&[(first, 10), (second, 2)])), (committed, told(&[(second, 5)]))];
    assert_eq!(spent(&f, id, &asked).await, wanted);
    assert_eq!(spent(&f, id, &[]).await, []);
    let ledger = f.ledger(id).await;
    assert!(ledger.iter().all(|it| it.movement.is_balanced()));
}

/// Grants that are used up are found with what spent them, since they get it back.
pub async fn used_up_grants_come_with_their_refund(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (id, now) = (organization.id, f.now());
    let (first, second) = (f.seed_credits(id, 10).await, f.seed_credits(id, 5).await);
    let both = f.seed_spend(id, owner.id, 15, now).await;
    let other = f.seed_credits(id, 3).await;
    let last = f.seed_spend(id, owner.id, 3, now).await;
    for (refunds, wanted) in
        [(vec![], vec![]), (vec![both], vec![first, second]), (vec![last, both], vec![first, second, other])]
    {
        let needs = CreditNeeds { refunds, ..f.credit_needs(now) };
        let grants = f.credit_state(id, &needs).await.grants;
        assert_eq!(grants.iter().map(|grant| grant.id).collect::<Vec<_>>(), wanted);
        assert!(grants.iter().all(|grant| grant.available == 0 && grant.reserved == 0));
    }
    f.order_one(id, now, CreditOrder::Refund(both)).await;
    assert_eq!((f.pool(id).await, f.used_credits(id, owner.id, now).await), ((15, 0), (3, 3)));
    let again = f.order_credits(id, now, &[CreditOrder::Refund(both), CreditOrder::Refund(f.id())]).await;
    assert_eq!(again, [Err(Refusal::NothingToRefund), Err(Refusal::NothingToRefund)]);
    assert_eq!(f.pool(id).await, (15, 0));
}

/// What was given back already, in one part or several, cannot be given back again.
pub async fn what_was_given_back_is_not_left(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (id, now) = (organization.id, f.now());
    let (first, second) = (f.seed_credits(id, 10).await, f.seed_credits(id, 10).await);
    let transaction = f.seed_spend(id, owner.id, 14, now).await;
    let same = f.seed_spend(id, owner.id, 4, now).await;
    let spend = f.ledger(id).await.into_iter().find(|it| it.id == transaction).unwrap();
    for (parts, wanted) in [
        (vec![(first, 3)], vec![(first, 7), (second, 4)]),
        (vec![(first, 2), (second, 1)], vec![(first, 5), (second, 3)]),
        (vec![(first, 5)], vec![(second, 3)]),
        (vec![(second, 3)], vec![]),
    ] {
        give_back(&f, &spend, &parts).await;
        let left = spent(&f, id, &[same, transaction]).await;
        assert_eq!(left.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [transaction, same]);
        assert_eq!(left[0].1.left, wanted);
        assert_eq!(left[1].1.left, [(second, 4)], "the other is as it was");
    }
}

/// Credits come back into a grant that is over, and are gone at once; what was taken back by hand comes back.
pub async fn refunds_go_where_they_came_from(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (id, now) = (organization.id, f.now());
    let soon = f.id();
    let terms = GrantTerms { expires_at: Some(now + Duration::HOUR), ..GrantTerms::of(f.amount(5)) };
    f.order_one(id, now, CreditRequest::Grant { id: soon, terms }).await;
    let stays = f.seed_credits(id, 10).await;
    let transaction = f.seed_spend(id, owner.id, 8, now).await;
    f.order_one(id, now, CreditRequest::Revoke { grant: stays }).await;
    assert_eq!(f.pool(id).await, (0, 0));
    f.order_one(id, now + Duration::DAY, CreditOrder::Refund(transaction)).await;
    assert_eq!(f.pool(id).await, (3, 0));
    let newest = &f.ledger(id).await[..2];
    assert_eq!(
        newest.iter().map(|it| it.movement.kind).collect::<Vec<_>>(),
        [MovementKind::Expire, MovementKind::Refund]
    );
    assert_eq!((newest[0].movement.amount, newest[1].reverses), (5, Some(transaction)));
    assert_eq!(f.used_credits(id, owner.id, now).await, (0, 0));
}
