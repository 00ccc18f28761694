//! How much of the pool may be spent for a workspace (M-25, M-30).

use guildhall_app::credits::{NewReservation, Spending};
use guildhall_app::{AppError, OrganizationRef};
use guildhall_domain::blueprint::{Blueprint, DefaultWorkspaceAccess};
use guildhall_domain::credits::{CreditQuota, QuotaScope};
use guildhall_domain::policy::Denied;
use guildhall_domain::{Permission, WorkspaceId};
use time::Duration;

use super::{Pool, new_key, quota, spending};
use crate::workspaces::{named, workspace};
use crate::world::{Person, World};

fn into(workspace: WorkspaceId, credits: u64) -> Spending {
    Spending { workspace_id: Some(workspace), ..spending(credits) }
}

async fn set(pool: &Pool, by: &Person, board: WorkspaceId, budget: CreditQuota) -> Result<(u64, u64), AppError> {
    let set = pool.world.guildhall.set_workspace_budget(&by.caller, pool.at, board, budget).await?;
    assert_eq!((set.workspace_id, set.spending.quota), (board, budget));
    Ok((set.spending.day, set.spending.month))
}

async fn used(pool: &Pool, by: &Person, board: WorkspaceId) -> Result<(u64, u64), AppError> {
    let told = pool.world.guildhall.workspace_budget(&by.caller, pool.at, board).await?;
    Ok((told.spending.day, told.spending.month))
}

/// It binds all who spend for the workspace, beside their quotas, and holds from the next request on.
#[tokio::test]
async fn budgets_bind_all_members_together() {
    let mut blueprint = Blueprint::default();
    blueprint.workspace_kinds.0[0].default_access = DefaultWorkspaceAccess::Write;
    let pool = Pool::in_world(World::with_blueprint(blueprint), 1_000).await;
    let bob = pool.member("Bob").await;
    let board = workspace(&pool.world, &pool.owner, pool.at, "Board").await;
    let guildhall = &pool.world.guildhall;
    let unset = guildhall.workspace_budget(&bob.caller, pool.at, board).await.unwrap();
    assert_eq!(unset.spending.quota, quota(0, 0));
    pool.spend_as(&bob.caller, into(board, 12), &new_key()).await.unwrap();
    assert_eq!(set(&pool, &pool.owner, board, quota(30, 20)).await.unwrap(), (12, 12), "what is spent counts");
    pool.spend_as(&pool.owner.caller, into(board, 5), &new_key()).await.unwrap();
    pool.set_quota(&bob, quota(0, 14)).await;
    let refused = pool.spend_as(&bob.caller, into(board, 14), &new_key()).await.unwrap_err();
    let AppError::CreditsNotCovered { requested: 14, balance: None, quotas } = refused else { panic!("{refused:?}") };
    let told: Vec<_> = quotas.iter().map(|quota| (quota.scope, quota.limit, quota.used)).collect();
    let wanted = [(QuotaScope::Day, 14, 12), (QuotaScope::WorkspaceDay, 20, 17), (QuotaScope::WorkspaceMonth, 30, 17)];
    assert_eq!(told, wanted, "all that bind");
    // Elsewhere there is no budget; and what is held counts until it returns.
    pool.spend(&pool.owner, 100).await.unwrap();
    let reservation = NewReservation { spending: into(board, 3), lasts: Duration::minutes(1) };
    guildhall.reserve_credits(&pool.owner.caller, pool.at, &reservation, &new_key()).await.unwrap();
    let one = || into(board, 1);
    assert!(pool.spend_as(&pool.owner.caller, one(), &new_key()).await.is_err());
    assert_eq!(used(&pool, &bob, board).await.unwrap(), (20, 20));
    pool.wait(Duration::minutes(1));
    assert_eq!(used(&pool, &bob, board).await.unwrap(), (17, 17), "as the ledger has it now");
    let spent = pool.spend_as(&pool.owner.caller, one(), &new_key()).await.unwrap();
    let (owner, spent) = (&pool.owner.caller, spent.transaction_id);
    guildhall.refund_credits(owner, pool.at, spent, None, &new_key()).await.unwrap();
    assert_eq!(used(&pool, &bob, board).await.unwrap(), (17, 17));
    pool.wait(Duration::days(1));
    pool.spend_as(&pool.owner.caller, into(board, 13), &new_key()).await.unwrap();
    assert!(pool.spend_as(&pool.owner.caller, one(), &new_key()).await.is_err(), "of the month");
    assert_eq!(set(&pool, &pool.owner, board, quota(0, 0)).await.unwrap(), (13, 30));
    pool.spend_as(&pool.owner.caller, into(board, 500), &new_key()).await.unwrap();
    pool.verify().await;
}

/// Read by who may read the workspace, or the organization's credits, or sets quotas; set by who manages quotas, without
/// access to it.
#[tokio::test]
async fn who_reads_and_sets_budgets() {
    let mut blueprint = Blueprint::default();
    blueprint.workspace_kinds.0[0].default_access = DefaultWorkspaceAccess::None;
    let pool = Pool::in_world(World::with_blueprint(blueprint), 100).await;
    let (bob, carol) = (pool.member("Bob").await, pool.member("Carol").await);
    let (quinn, rita) = (pool.world.register("Quinn").await, pool.world.register("Rita").await);
    let role = |permission| [Permission::OrganizationRead, permission].into_iter().collect();
    pool.give_role(&quinn, "quotas", role(Permission::QuotaManage)).await;
    pool.give_role(&rita, "credits", role(Permission::CreditRead)).await;
    let guildhall = &pool.world.guildhall;
    let board = guildhall.create_workspace(&bob.caller, pool.at, &named("Board")).await.unwrap().workspace.id;
    assert_eq!(set(&pool, &quinn, board, quota(9, 8)).await.unwrap(), (0, 0));
    for reader in [&bob, &rita, &quinn, &pool.owner] {
        assert_eq!(used(&pool, reader, board).await.unwrap(), (0, 0));
    }
    let denied = used(&pool, &carol, board).await;
    assert!(matches!(denied, Err(AppError::Denied(Denied::WorkspaceDenied { .. }))), "{denied:?}");
    for setter in [&bob, &carol, &rita] {
        let denied = set(&pool, setter, board, quota(0, 0)).await;
        assert_eq!(denied.unwrap_err(), AppError::Denied(Denied::Forbidden(Permission::QuotaManage)));
    }
    let eve = pool.world.register("Eve").await;
    let foreign = workspace(&pool.world, &eve, OrganizationRef::Id(eve.organization), "Foreign").await;
    for nowhere in [foreign, WorkspaceId::NIL] {
        for by in [&pool.owner, &rita, &bob] {
            assert!(matches!(used(&pool, by, nowhere).await, Err(AppError::NotFound { .. })));
        }
        assert!(matches!(set(&pool, &quinn, nowhere, quota(1, 1)).await, Err(AppError::NotFound { .. })));
    }
    let log = pool.world.log(&pool.owner).await;
    let event = log.iter().find(|record| record.event.action.as_str() == "set_workspace_budget").unwrap();
    assert_eq!(
        (&event.event.details["monthly_limit"], &event.event.details["daily_limit"]),
        (&"9".into(), &"8".into())
    );
}

/// A workspace that is put away has a budget still; one that was deleted is not there.
#[tokio::test]
async fn a_workspace_that_is_put_away() {
    let pool = Pool::of(100).await;
    let board = workspace(&pool.world, &pool.owner, pool.at, "Board").await;
    let guildhall = &pool.world.guildhall;
    guildhall
        .set_workspace_archived(&pool.owner.caller, pool.at, board, true, &guildhall_app::Precondition::None)
        .await
        .unwrap();
    assert_eq!(set(&pool, &pool.owner, board, quota(5, 0)).await.unwrap(), (0, 0));
    guildhall.delete_workspace(&pool.owner.caller, pool.at, board, &guildhall_app::Precondition::None).await.unwrap();
    assert!(matches!(used(&pool, &pool.owner, board).await, Err(AppError::NotFound { .. })));
}
