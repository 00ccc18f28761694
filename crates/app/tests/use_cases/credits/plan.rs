//! Credits that come with the plan (M-21).

use guildhall_app::Precondition;
use guildhall_app::organization::OrganizationChanges;
use guildhall_domain::audit::{AuditAction, AuditRecord};
use guildhall_domain::blueprint::Blueprint;
use guildhall_domain::credits::{Amount, GrantTerms};
use guildhall_domain::{PlanName, TimeZone};
use time::Duration;

use super::{Pool, amount};
use crate::world::World;

fn with_monthly_credits(credits: u64) -> World {
    let mut blueprint = Blueprint::default();
    blueprint.plans.0[0].monthly_credits = credits;
    World::with_blueprint(blueprint)
}

#[tokio::test]
async fn once_a_month_for_the_month() {
    let pool = Pool::in_world(with_monthly_credits(100), 0).await;
    assert_eq!(pool.balance().await, (100, 0), "who looks finds them");
    assert_eq!(pool.balance().await, (100, 0));
    pool.spend(&pool.owner, 30).await.unwrap();
    assert_eq!(pool.balance().await, (70, 0));
    // What is left is gone with the month; nothing has to run for that.
    pool.wait(Duration::days(30));
    pool.spend(&pool.owner, 100).await.unwrap();
    assert_eq!(pool.balance().await, (0, 0));
    pool.wait(-Duration::days(30));
    assert_eq!(pool.balance().await, (0, 0), "R-LED-6: not twice, though the clock was set back");
    assert_eq!(pool.verify().await, 5);
}

/// What was given for the month stays; another plan's credits come with the next month.
#[tokio::test]
async fn on_another_plan() {
    let pool = Pool::in_world(with_monthly_credits(100), 0).await;
    let root = pool.world.superadmin("Root").await;
    assert_eq!(pool.balance().await, (100, 0));
    let starter = PlanName::parse("STARTER").unwrap();
    pool.world.guildhall.change_plan(&root.caller, pool.at, &starter, false, &Precondition::None).await.unwrap();
    assert_eq!(pool.balance().await, (100, 0));
    pool.wait(Duration::days(30));
    assert_eq!(pool.balance().await, (1_000, 0));
}

#[tokio::test]
async fn into_a_pool_that_is_full() {
    let pool = Pool::in_world(with_monthly_credits(100), 0).await;
    let root = pool.world.superadmin("Root").await;
    let free = PlanName::parse("ENTERPRISE").unwrap();
    pool.world.guildhall.change_plan(&root.caller, pool.at, &free, false, &Precondition::None).await.unwrap();
    pool.grant(GrantTerms::of(amount(Amount::MAX))).await.unwrap();
    let first = PlanName::parse("FREE").unwrap();
    pool.world.guildhall.change_plan(&root.caller, pool.at, &first, false, &Precondition::None).await.unwrap();
    assert_eq!(pool.balance().await, (Amount::MAX, 0));
    pool.spend(&pool.owner, 100).await.unwrap();
    assert_eq!(pool.balance().await, (Amount::MAX, 0), "once there is room");
    pool.verify().await;
}

/// Whoever moves the organization back over the month's beginning gets nothing of the month before.
#[tokio::test]
async fn where_the_month_is_another_one() {
    let pool = Pool::in_world(with_monthly_credits(100), 0).await;
    // 1 February, 03:04 UTC.
    pool.wait(Duration::days(30));
    assert_eq!(pool.balance().await, (100, 0));
    let time_zone = Some(TimeZone::parse("America/Los_Angeles").unwrap());
    let changes = OrganizationChanges { time_zone, ..OrganizationChanges::default() };
    let guildhall = &pool.world.guildhall;
    guildhall.update_organization(&pool.owner.caller, pool.at, changes, &Precondition::None).await.unwrap();
    assert_eq!(pool.balance().await, (100, 0));
    assert_eq!(pool.verify().await, 1);
    let granted = |record: &&AuditRecord| record.event.action == AuditAction::GrantCredits;
    let log = pool.world.log(&pool.owner).await;
    let granted: Vec<_> = log.iter().filter(granted).collect();
    assert_eq!((granted.len(), granted[0].event.details["month"].as_str()), (1, "2026-02"));
}
