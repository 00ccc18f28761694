//! What has been spent, by whom, on what (M-27, M-28, M-30, N-19).

use guildhall_app::credits::{CreditUsageQuery, Spending};
use guildhall_app::{AppError, ListRequest};
use guildhall_domain::page::PageSize;
use guildhall_domain::policy::Denied;
use guildhall_ports::store::CreditTransactionFilter;
use time::Duration;

use super::{Pool, new_key, quota, spending};
use crate::workspaces::workspace;

#[tokio::test]
async fn usage_of_every_member() {
    let pool = Pool::of(1_000).await;
    let (bob, carol) = (pool.member("Bob").await, pool.member("Carol").await);
    let guildhall = &pool.world.guildhall;
    let board = workspace(&pool.world, &bob, pool.at, "Board").await;
    pool.set_quota(&bob, quota(500, 50)).await;
    pool.spend(&bob, 10).await.unwrap();
    let for_board = Spending { workspace_id: Some(board), ..spending(7) };
    pool.spend_as(&bob.caller, for_board, &new_key()).await.unwrap();
    pool.wait(Duration::days(1));
    pool.spend(&bob, 5).await.unwrap();
    pool.reserve(&carol, 3, Duration::minutes(1)).await.unwrap();

    let seen = async |query: CreditUsageQuery| {
        let (mut seen, mut request) = (Vec::new(), ListRequest { size: PageSize::new(2).unwrap(), after: None });
        loop {
            let page = guildhall.list_credit_usage(&pool.owner.caller, pool.at, &query, &request).await.unwrap();
            seen.extend(page.members.items.iter().map(|member| {
                let spending = &member.usage.spending;
                (member.name.to_string(), spending.day, spending.month, spending.quota)
            }));
            request.after = page.members.next;
            if request.after.is_none() {
                return seen;
            }
        }
    };
    let row = |name: &str, day, month, quota| (name.to_owned(), day, month, quota);
    let (none, bobs) = (quota(0, 0), quota(500, 50));
    let now = CreditUsageQuery::default();
    assert_eq!(seen(now.clone()).await, [row("Bob", 5, 22, bobs), row("Carol", 3, 3, none), row("Olga", 0, 0, none)]);
    let at = |period: &str| CreditUsageQuery { period: Some(period.parse().unwrap()), workspace_id: None };
    assert_eq!(seen(at("2026-01-02")).await[0], row("Bob", 17, 22, bobs));
    assert_eq!(seen(at("2026-01")).await[0], row("Bob", 0, 22, bobs));
    assert_eq!(seen(at("2025-12")).await[0], row("Bob", 0, 0, bobs));
    let of_board = CreditUsageQuery { workspace_id: Some(board), ..at("2026-01-02") };
    assert_eq!(seen(of_board).await[0], row("Bob", 7, 7, bobs));
    pool.wait(Duration::minutes(1));
    assert_eq!(seen(now).await[1], row("Carol", 0, 0, none), "as the ledger has it now");
    let denied = guildhall.list_credit_usage(&bob.caller, pool.at, &at("2026-01"), &ListRequest::default()).await;
    assert!(matches!(denied, Err(AppError::Denied(Denied::Forbidden(_)))));
}

#[tokio::test]
async fn transactions_of_ones_own_or_all() {
    let pool = Pool::of(100).await;
    let (bob, carol) = (pool.member("Bob").await, pool.member("Carol").await);
    pool.spend(&bob, 1).await.unwrap();
    pool.spend(&carol, 2).await.unwrap();
    let list = async |who: &crate::world::Person, of: Option<&crate::world::Person>| {
        let user_id = of.map(|of| of.caller.actor.user_id);
        let filter = CreditTransactionFilter { user_id, ..CreditTransactionFilter::default() };
        let first = ListRequest::default();
        let page = pool.world.guildhall.list_credit_transactions(&who.caller, pool.at, &filter, &first).await?;
        Ok::<_, AppError>(page.items.iter().map(|it| it.movement.amount).collect::<Vec<_>>())
    };
    assert_eq!(list(&pool.owner, None).await, Ok(vec![2, 1, 100]));
    assert_eq!(list(&bob, Some(&bob)).await, Ok(vec![1]));
    for of in [None, Some(&carol)] {
        assert!(matches!(list(&bob, of).await, Err(AppError::Denied(Denied::Forbidden(_)))));
    }
    let denied = pool.world.guildhall.credit_balance(&bob.caller, pool.at).await;
    assert!(matches!(denied, Err(AppError::Denied(Denied::Forbidden(_)))));
}
