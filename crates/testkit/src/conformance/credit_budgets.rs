//! How much of the pool may be spent for a workspace, by all its members together (M-25).

use std::sync::Arc;

use guildhall_domain::credits::{CreditQuota, CreditRequest, QuotaScope, Refusal, SpendBy};
use guildhall_domain::{Limit, MemberRole, Organization, OrganizationId, User, WorkspaceId};
use guildhall_ports::store::{CreditNeeds, Store, StoreError, WorkspaceCredits};
use time::Duration;

use super::expect;
use crate::fixtures::{CreditOrder, Fixture, assert_kept};

/// What is told of a workspace that somebody is named with.
async fn credits(f: &Fixture, id: OrganizationId, at: WorkspaceId, user: &User) -> Option<WorkspaceCredits> {
    let needs = CreditNeeds { workspaces: vec![(at, user.id)], ..f.credit_needs(f.now()) };
    f.credit_state(id, &needs).await.budgets.remove(&at)
}

async fn set(f: &Fixture, id: OrganizationId, at: WorkspaceId, budget: CreditQuota) -> Result<(), StoreError> {
    let now = f.now();
    f.try_write(id, async |unit| unit.credits().set_budget(at, budget, now).await).await
}

fn budget(monthly: u64, daily: u64) -> CreditQuota {
    let limit = |number| if number == 0 { Limit::Unlimited } else { Limit::AtMost(number) };
    CreditQuota { monthly: limit(monthly), daily: limit(daily) }
}

fn spend(f: &Fixture, user: &User, at: WorkspaceId, credits: u64) -> CreditOrder {
    let by = SpendBy { workspace_id: Some(at), ..SpendBy::member(user.id) };
    CreditRequest::Spend { by, amount: f.amount(credits) }.into()
}

/// A budget is kept as it was set, without a new version of the workspace; there is none before.
pub async fn budgets_are_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let (board, desk) = (f.seed_workspace(id, "Board").await.id, f.seed_workspace(id, "Desk").await.id);
    let before = f.state(id).await;
    assert_eq!(credits(&f, id, board, &owner).await, Some(WorkspaceCredits::default()));
    for wanted in [budget(30, 5), budget(0, 1), budget(Limit::MAX, 0), budget(1, Limit::MAX), budget(0, 0)] {
        set(&f, id, board, wanted).await.unwrap();
        let told = WorkspaceCredits { quota: Some(wanted), ..WorkspaceCredits::default() };
        assert_eq!(credits(&f, id, board, &owner).await, Some(told));
        assert_eq!(credits(&f, id, desk, &owner).await, Some(WorkspaceCredits::default()), "no other's");
    }
    assert_eq!(f.state(id).await, before);
}

/// Only workspaces that are there have a budget, each in its own organization.
pub async fn no_budget_without_workspace(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (theirs, other) = f.seed_owned("Beta").await;
    let id = organization.id;
    let foreign = f.seed_workspace(other.id, "Board").await.id;
    set(&f, other.id, foreign, budget(7, 3)).await.unwrap();
    for nowhere in [foreign, f.id(), WorkspaceId::from(owner.id.uuid())] {
        expect::not_found(set(&f, id, nowhere, budget(1, 1)).await);
        assert_eq!(credits(&f, id, nowhere, &owner).await, None);
    }
    assert!(set(&f, f.id(), foreign, budget(1, 1)).await.is_err());
    assert_eq!(credits(&f, other.id, foreign, &theirs).await.and_then(|told| told.quota), Some(budget(7, 3)));
}

/// Members and those who are named for others are told the same, once for each workspace.
pub async fn budgets_count_all_members(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let (bob, _) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    let stranger = f.seed_user("stranger@acme.example").await;
    let (board, desk) = (f.seed_workspace(id, "Board").await.id, f.seed_workspace(id, "Desk").await.id);
    f.seed_credits(id, 100).await;
    set(&f, id, board, budget(50, 40)).await.unwrap();
    let now = f.now();
    let yesterday = [spend(&f, &owner, board, 6)];
    f.order_credits(id, now - Duration::DAY, &yesterday).await;
    let by_both = [spend(&f, &owner, board, 10), spend(&f, &bob, board, 4), spend(&f, &bob, desk, 9)];
    assert!(f.order_credits(id, now, &by_both).await.iter().all(Result::is_ok));
    let pairs = [(board, owner.id), (board, bob.id), (board, stranger.id), (desk, stranger.id)];
    let needs = CreditNeeds { workspaces: pairs.to_vec(), ..f.credit_needs(now) };
    let state = f.credit_state(id, &needs).await;
    assert_eq!(state.workspaces.len(), 4);
    let of_board = WorkspaceCredits { quota: Some(budget(50, 40)), day: 14, month: 20 };
    let of_desk = WorkspaceCredits { quota: None, day: 9, month: 9 };
    assert_eq!(state.budgets, [(board, of_board), (desk, of_desk)].into());
    assert_kept(&f.ledger(id).await, &f.kept_credits(id).await);
}

/// A budget binds whoever spends until its period is over, and then by itself no more; what is given back makes room.
pub async fn budget_binds_until_its_period_is_over(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (id, now) = (organization.id, f.now());
    let (bob, _) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    let board = f.seed_workspace(id, "Board").await.id;
    f.seed_credits(id, 100).await;
    set(&f, id, board, budget(12, 5)).await.unwrap();
    let mut last = None;
    // BASE_TIME is on the second of a month of 31 days.
    for (day, user, refused_by) in [
        (0, &owner, None),
        (0, &bob, Some(QuotaScope::WorkspaceDay)),
        (1, &bob, None),
        (2, &owner, Some(QuotaScope::WorkspaceMonth)),
        (30, &owner, None),
    ] {
        let outcome = f.order_credits(id, now + Duration::DAY * day, &[spend(&f, user, board, 5)]).await.remove(0);
        match outcome {
            Ok(id) => {
                assert_eq!(refused_by, None, "day {day}");
                last = Some(id);
            }
            Err(Refusal::NotCovered { balance, quotas, .. }) => {
                assert_eq!(balance, None);
                assert_eq!(Some(quotas[0].scope), refused_by, "day {day}");
            }
            Err(other) => panic!("day {day}: {other}"),
        }
    }
    assert_eq!(f.pool(id).await, (85, 0));
    let later = now + Duration::DAY * 30;
    let again = [spend(&f, &bob, board, 1), CreditOrder::Refund(last.unwrap())];
    let outcomes = f.order_credits(id, later, &again).await;
    assert!(outcomes[0].is_err() && outcomes[1].is_ok());
    assert!(f.order_credits(id, later, &[spend(&f, &bob, board, 5)]).await[0].is_ok());
}

/// The budget goes with the workspace, and with the organization; what was spent stays counted.
pub async fn budget_goes_with_the_workspace(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let board = f.seed_workspace(id, "Board").await;
    f.seed_credits(id, 10).await;
    set(&f, id, board.id, budget(7, 3)).await.unwrap();
    f.order_credits(id, f.now(), &[spend(&f, &owner, board.id, 2)]).await;
    let (by, amount) = (SpendBy { workspace_id: Some(board.id), ..SpendBy::member(owner.id) }, f.amount(1));
    let hold = CreditRequest::Reserve { id: f.id(), by, amount, expires_at: f.now() + Duration::MINUTE };
    f.order_one(id, f.now(), hold).await;
    f.write(id, async |unit| unit.workspaces().delete(board.id).await).await;
    assert_eq!(credits(&f, id, board.id, &owner).await, None);
    assert!(f.kept_credits(id).await.workspace_totals.values().eq(&[3, 3]));
    f.order_credits(id, f.now() + Duration::MINUTE, &[]).await;
    assert!(f.kept_credits(id).await.workspace_totals.values().eq(&[2, 2]), "what was held is free again");
    f.insert_workspace(board.clone(), None).await;
    let told = WorkspaceCredits { quota: None, day: 2, month: 2 };
    assert_eq!(credits(&f, id, board.id, &owner).await, Some(told));
    set(&f, id, board.id, budget(7, 3)).await.unwrap();
    f.write(id, async |unit| unit.delete_organization().await).await;
    let again = Organization { id, ..f.organization("Acme") };
    f.write(id, async |unit| unit.insert_organization(&again).await).await;
    f.insert_workspace(board.clone(), None).await;
    assert_eq!(credits(&f, id, board.id, &owner).await, Some(WorkspaceCredits::default()));
}
