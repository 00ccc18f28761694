//! The ledger, and what members spent, as they are listed (M-27, M-30).

use std::sync::Arc;

use guildhall_domain::credits::{CreditQuota, CreditRequest, CreditTransaction, MovementKind, SpendBy};
use guildhall_domain::page::{KeyPosition, PageRequest};
use guildhall_domain::{Limit, MemberRole, OrganizationId, Timestamp};
use guildhall_ports::store::{CreditTransactionFilter, MemberCreditUsage, Store};
use time::Duration;
use uuid::Uuid;

use crate::fixtures::{CreditOrder, Fixture, page_size, walk};

async fn listed(
    f: &Fixture,
    organization: OrganizationId,
    filter: &CreditTransactionFilter,
    size: u64,
) -> Vec<CreditTransaction> {
    f.read(organization, async |unit| {
        walk(size, async |page: PageRequest<Uuid>| unit.credits().list(filter, &page).await).await
    })
    .await
}

async fn usage(f: &Fixture, organization: OrganizationId, now: Timestamp, size: u64) -> Vec<MemberCreditUsage> {
    let needs = f.credit_needs(now);
    f.read(organization, async |unit| {
        let page = async |page: PageRequest<KeyPosition>| {
            unit.credits().list_usage(&needs.day, &needs.month, None, &page).await
        };
        walk(size, page).await
    })
    .await
}

/// Each filter finds what it says and all of it, newest first, whatever the size of the pages.
pub async fn filters_find_transactions(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (id, now) = (organization.id, f.now());
    let (user, _) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    let (board, desk) = (f.seed_workspace(id, "Board").await, f.seed_workspace(id, "Desk").await);
    f.seed_credits(id, 1000).await;
    for n in 0..24 {
        let user_id = if n % 3 == 0 { owner.id } else { user.id };
        let workspace_id = [None, Some(board.id), Some(desk.id), Some(board.id)][n % 4];
        let by = SpendBy { workspace_id, ..SpendBy::member(user_id) };
        let done = f.order_one(id, now, CreditRequest::Spend { by, amount: f.amount(1 + n as u64) }).await;
        if n % 5 == 0 {
            f.order_one(id, now, CreditOrder::Refund(done)).await;
        }
    }
    let all = f.ledger(id).await;
    assert_eq!(all.len(), 30);
    assert!(all.is_sorted_by(|a, b| a.id > b.id));
    for user_id in [None, Some(owner.id), Some(user.id), Some(f.id())] {
        for workspace_id in [None, Some(board.id), Some(f.id())] {
            for kind in [None, Some(MovementKind::Consume), Some(MovementKind::Refund), Some(MovementKind::Lapse)] {
                let filter = CreditTransactionFilter { user_id, workspace_id, kind };
                let wanted: Vec<_> = all
                    .iter()
                    .filter(|it| user_id.is_none() || it.user_id == user_id)
                    .filter(|it| workspace_id.is_none() || it.workspace_id == workspace_id)
                    .filter(|it| kind.is_none_or(|kind| it.movement.kind == kind))
                    .cloned()
                    .collect();
                assert_eq!(listed(&f, id, &filter, 4).await, wanted, "{filter:?}");
            }
        }
    }
    for size in [1, 7, 29, 30, 31] {
        assert_eq!(listed(&f, id, &CreditTransactionFilter::default(), size).await, all);
    }
}

/// What comes while somebody reads shifts nothing: a position is a place between transactions.
pub async fn transaction_pages_are_stable(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (id, now) = (organization.id, f.now());
    f.seed_credits(id, 100).await;
    for _ in 0..5 {
        f.seed_spend(id, owner.id, 1, now).await;
    }
    let (all, filter) = (f.ledger(id).await, CreditTransactionFilter::default());
    let first = PageRequest::first(page_size(2));
    let page = f.read(id, async |unit| unit.credits().list(&filter, &first).await).await;
    f.seed_spend(id, owner.id, 1, now).await;
    let rest = PageRequest { size: page_size(100), after: page.next };
    let rest = f.read(id, async |unit| unit.credits().list(&filter, &rest).await).await;
    assert_eq!(([page.items, rest.items].concat(), rest.next), (all, None));
}

/// Every member is listed with what they spent and may spend, those who spent nothing too, in the
/// order of e-mail (M-27, M-30).
pub async fn usage_lists_every_member(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (id, now) = (organization.id, f.now());
    let tomorrow = now + Duration::DAY;
    f.seed_credits(id, 1000).await;
    let mut wanted = vec![(owner.email.clone(), None, 0, 0)];
    f.seed_spend(id, owner.id, 9, now - Duration::DAY * 40).await;
    for n in [5, 1, 4, 2, 3, 0] {
        let (user, member) = f.seed_member(id, &format!("user-{n}@acme.example"), MemberRole::Member).await;
        let quota = CreditQuota { monthly: Limit::AtMost(50 + n), daily: Limit::Unlimited };
        if n % 2 == 0 {
            f.write(id, async |unit| unit.credits().set_quota(member.id, quota, now).await).await;
        }
        if n > 0 {
            f.seed_spend(id, user.id, n, now).await;
            f.seed_spend(id, user.id, 10, tomorrow).await;
        }
        let month = if n > 0 { n + 10 } else { 0 };
        wanted.push((user.email, (n % 2 == 0).then_some(quota), n, month));
    }
    let (gone, member) = f.seed_member(id, "gone@acme.example", MemberRole::Member).await;
    f.seed_spend(id, gone.id, 1, now).await;
    f.write(id, async |unit| unit.remove_member(member.id, f.now()).await).await;
    wanted.sort_by(|a, b| a.0.as_str().cmp(b.0.as_str()));

    let members = f.state(id).await.members;
    for size in [1, 3, 7, 100] {
        let found = usage(&f, id, now, size).await;
        let what = |it: &MemberCreditUsage| (it.email.clone(), it.credits.quota, it.credits.day, it.credits.month);
        assert_eq!(found.iter().map(what).collect::<Vec<_>>(), wanted);
        for (usage, profile) in found.iter().zip(&members) {
            assert_eq!((usage.member_id, usage.user_id), (profile.membership.id, profile.membership.user_id));
            assert_eq!(usage.name, profile.name);
            let opened = f.read(id, async |unit| unit.open(usage.user_id).await).await.unwrap();
            assert_eq!(usage.credits.facts, opened.member.map(|member| member.facts));
        }
    }
    let later = usage(&f, id, tomorrow, 100).await;
    let days: Vec<_> = later.iter().map(|it| it.credits.day).collect();
    assert_eq!(days, wanted.iter().map(|(.., month)| if *month > 0 { 10 } else { 0 }).collect::<Vec<_>>());
}
