//! A long ledger, of which a store may keep lists in a way of its own, is listed as a short one (M-27).

use std::sync::Arc;

use guildhall_domain::credits::{
    CreditGrant, CreditTransaction, Entry, GrantTerms, LedgerAccount, Movement, MovementKind,
};
use guildhall_domain::page::PageRequest;
use guildhall_domain::{OrganizationId, UserId, WorkspaceId};
use guildhall_ports::store::{CreditTransactionFilter, CreditWrites, Store};
use uuid::Uuid;

use crate::fixtures::{Fixture, page_size, walk};

const KINDS: [MovementKind; 4] =
    [MovementKind::Consume, MovementKind::Consume, MovementKind::Refund, MovementKind::Commit];

/// What is spent of.
const GRANT: Uuid = Uuid::from_u128(7);

/// Who and what transactions are about.
struct Subjects {
    users: [UserId; 2],
    workspaces: [WorkspaceId; 2],
}

/// How many are written before the clock is set back, to before the first of them.
const UNTIL_SET_BACK: usize = 354;

/// The `n`th that is written. One in eleven has an id from some time ago, as of another server whose clock is behind,
/// and one in sixteen one that ends in zero: what lists are kept by must not matter.
fn transaction(f: &Fixture, organization: OrganizationId, of: &Subjects, n: usize) -> CreditTransaction {
    let ago = if n % 11 == 10 { n.min(60) } else { 0 };
    let low = if n.is_multiple_of(16) { 0 } else { 1 + n % 255 };
    let place = match n.checked_sub(UNTIL_SET_BACK) {
        None => 10_000 + 2 * (n - ago) + usize::from(ago > 0),
        Some(n) => 2 * n,
    };
    let id = (1_u128 << 100) + u128::try_from(place * 256 + low).expect("a number of a test is small");
    let needs = f.credit_needs(f.now());
    let entry = |account, amount| Entry { account, grant: GRANT.into(), amount };
    let entries = vec![entry(LedgerAccount::Pool, -1), entry(LedgerAccount::Consumed, 1)];
    CreditTransaction {
        id: Uuid::from_u128(id).into(),
        organization_id: organization,
        movement: Movement { kind: KINDS[n / 3 % 4], amount: 1, entries },
        user_id: [None, Some(of.users[0]), Some(of.users[1])][n % 3],
        actor_id: None,
        workspace_id: [None, Some(of.workspaces[0]), None, Some(of.workspaces[1])][n / 2 % 4],
        operation: None,
        reservation_id: None,
        reverses: None,
        day: needs.day,
        month: needs.month,
        reason: None,
        created_at: needs.now,
    }
}

fn filters(of: &Subjects) -> impl Iterator<Item = CreditTransactionFilter> {
    let users = [None, Some(of.users[0])];
    let workspaces = [None, Some(of.workspaces[0]), Some(of.workspaces[1])];
    let kinds = [None, Some(MovementKind::Consume), Some(MovementKind::Refund), Some(MovementKind::Grant)];
    users.into_iter().flat_map(move |user_id| {
        workspaces
            .into_iter()
            .flat_map(move |workspace_id| kinds.map(|kind| CreditTransactionFilter { user_id, workspace_id, kind }))
    })
}

/// Whether a filter finds a transaction.
fn is_found(filter: &CreditTransactionFilter, it: &CreditTransaction) -> bool {
    filter.user_id.is_none_or(|user| it.user_id == Some(user))
        && filter.workspace_id.is_none_or(|workspace| it.workspace_id == Some(workspace))
        && filter.kind.is_none_or(|kind| it.movement.kind == kind)
}

/// Every filter finds all that it says, once and newest first, on pages of any size, however long the ledger is and in
/// whatever order it was written; and nothing of another organization's.
pub async fn long_ledgers_are_listed(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Other").await;
    let of = Subjects { users: [f.id(), f.id()], workspaces: [f.id(), f.id()] };
    for id in [organization.id, other.id] {
        let terms = GrantTerms::of(f.amount(10_000));
        let grant = CreditGrant { id: GRANT.into(), terms, available: 10_000, reserved: 0 };
        let mut writes = CreditWrites::default();
        writes.changes.grants.insert(grant.id, grant);
        f.write_credits(id, &writes).await;
    }
    let mut written: Vec<CreditTransaction> = Vec::new();
    for number in [1, 2, 7, 40, 1, 90, 150, 3, 60, 300, 300, 1] {
        for id in [organization.id, other.id] {
            let transactions = (written.len()..written.len() + number).map(|n| transaction(&f, id, &of, n)).collect();
            f.write_credits(id, &CreditWrites { transactions, ..CreditWrites::default() }).await;
        }
        let more = written.len()..written.len() + number;
        written.extend(more.map(|n| transaction(&f, organization.id, &of, n)));
        let mut newest = written.clone();
        newest.sort_by_key(|it| std::cmp::Reverse(it.id));
        for filter in filters(&of) {
            let wanted: Vec<_> = newest.iter().filter(|it| is_found(&filter, it)).map(|it| it.id).collect();
            for size in [9, 100] {
                let page = f.read(organization.id, async |unit| {
                    let list = async |page: PageRequest<Uuid>| unit.credits().list(&filter, &page).await;
                    walk(size, list).await
                });
                let found: Vec<_> = page.await.iter().map(|it| it.id).collect();
                assert_eq!(found, wanted, "{filter:?} of {}, by {size}", written.len());
            }
        }
    }
    let (first, kind) = (PageRequest::first(page_size(100)), Some(MovementKind::Consume));
    let filter = CreditTransactionFilter { kind, ..CreditTransactionFilter::default() };
    let page = f.read(other.id, async |unit| unit.credits().list(&filter, &first).await).await;
    assert!(page.items.iter().all(|it| it.organization_id == other.id));
}
