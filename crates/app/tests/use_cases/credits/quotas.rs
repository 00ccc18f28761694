//! How much of the pool one member may spend (M-23 to M-26, M-31, M-32).

use guildhall_app::organization::OrganizationChanges;
use guildhall_app::{AppError, OrganizationRef, Precondition};
use guildhall_domain::blueprint::Blueprint;
use guildhall_domain::credits::{Amount, GrantTerms, QuotaScope};
use guildhall_domain::policy::Denied;
use guildhall_domain::{Permission, TimeZone};
use time::Duration;
use time::macros::datetime;

use super::{Pool, quota};
use crate::world::World;

fn scopes(refused: AppError) -> Vec<(QuotaScope, u64, u64)> {
    let AppError::CreditsNotCovered { quotas, .. } = refused else { panic!("{refused:?}") };
    quotas.iter().map(|quota| (quota.scope, quota.limit, quota.used)).collect()
}

/// M-25, M-26: blocked until the period begins anew, by itself.
#[tokio::test]
async fn quotas_block_and_begin_anew() {
    let pool = Pool::of(1_000).await;
    let bob = pool.member("Bob").await;
    pool.set_quota(&bob, quota(30, 20)).await;
    pool.spend(&bob, 15).await.unwrap();
    let refused = pool.spend(&bob, 6).await.unwrap_err();
    let AppError::CreditsNotCovered { requested: 6, balance: None, quotas } = &refused else { panic!("{refused:?}") };
    assert_eq!(quotas[0].resets_at, datetime!(2026-01-03 00:00 UTC));
    assert_eq!(scopes(refused), [(QuotaScope::Day, 20, 15)]);
    let refused = pool.spend(&bob, 16).await.unwrap_err();
    assert_eq!(scopes(refused), [(QuotaScope::Day, 20, 15), (QuotaScope::Month, 30, 15)], "all that bind");
    pool.wait(Duration::days(1));
    pool.spend(&bob, 15).await.unwrap();
    assert_eq!(scopes(pool.spend(&bob, 1).await.unwrap_err()), [(QuotaScope::Month, 30, 30)]);
    pool.spend(&pool.owner, 500).await.unwrap();
    pool.wait(Duration::days(31));
    assert_eq!(pool.used(&bob).await, (0, 0));
    pool.spend(&bob, 20).await.unwrap();
    // R-LED-6: a clock that is set back takes nothing away and gives nothing twice.
    pool.wait(-Duration::days(31));
    assert_eq!(pool.used(&bob).await, (15, 30));
    assert!(pool.spend(&bob, 1).await.is_err());
    pool.verify().await;
}

/// M-26: days and months begin where the organization is.
#[tokio::test]
async fn in_the_time_zone_of_the_organization() {
    let pool = Pool::of(1_000).await;
    let changes = OrganizationChanges {
        time_zone: Some(TimeZone::parse("Pacific/Kiritimati").unwrap()),
        ..OrganizationChanges::default()
    };
    let guildhall = &pool.world.guildhall;
    guildhall.update_organization(&pool.owner.caller, pool.at, changes, &Precondition::None).await.unwrap();
    pool.spend(&pool.owner, 1).await.unwrap();
    pool.wait(Duration::hours(7));
    // 10:04 UTC is the day after there.
    assert_eq!(pool.used(&pool.owner).await, (0, 1));
}

/// M-31, M-32: one's own to read, anybody's for those who may, and theirs to set.
#[tokio::test]
async fn who_reads_and_sets_quotas() {
    let mut blueprint = Blueprint::default();
    blueprint.credits.default_daily_quota = guildhall_domain::Limit::AtMost(5);
    let pool = Pool::in_world(World::with_blueprint(blueprint), 100).await;
    let (bob, carol) = (pool.member("Bob").await, pool.member("Carol").await);
    let guildhall = &pool.world.guildhall;
    let id = bob.caller.actor.user_id.uuid();
    let own = guildhall.member_quota(&bob.caller, OrganizationRef::Id(pool.owner.organization), id).await.unwrap();
    assert_eq!((own.is_default, own.spending.quota), (true, quota(0, 5)));
    assert!(pool.spend(&bob, 6).await.is_err(), "M-24: new members have the default");
    pool.set_quota(&bob, quota(0, 6)).await;
    pool.spend(&bob, 6).await.unwrap();
    let denied = guildhall.member_quota(&carol.caller, pool.at, id).await;
    assert!(matches!(denied, Err(AppError::Denied(Denied::Forbidden(_)))));
    let denied = guildhall.set_member_quota(&bob.caller, pool.at, id, quota(0, 0)).await;
    assert!(matches!(denied, Err(AppError::Denied(Denied::Forbidden(_)))));
    let eve = pool.world.register("Eve").await;
    let foreign = guildhall.set_member_quota(&pool.owner.caller, pool.at, eve.caller.actor.user_id.uuid(), quota(1, 1));
    assert!(matches!(foreign.await, Err(AppError::NotFound { .. })));
    assert_eq!(pool.used(&bob).await, (6, 6));
}

/// Who may set quotas and nothing else is told what they set.
#[tokio::test]
async fn by_who_manages_quotas() {
    let pool = Pool::of(100).await;
    let (bob, quinn) = (pool.member("Bob").await, pool.world.register("Quinn").await);
    let permissions = [Permission::OrganizationRead, Permission::QuotaManage].into_iter().collect();
    pool.give_role(&quinn, "quotas", permissions).await;
    pool.reserve(&bob, 7, Duration::minutes(5)).await.unwrap();
    let id = bob.caller.actor.user_id.uuid();
    let set = async || pool.world.guildhall.set_member_quota(&quinn.caller, pool.at, id, quota(9, 8)).await.unwrap();
    let read = async || pool.world.guildhall.member_quota(&quinn.caller, pool.at, id).await.unwrap();
    assert_eq!(read().await.spending.day, 7, "who sets them sees them before");
    let told = set().await;
    assert_eq!((told.spending.quota, told.spending.day, told.is_default), (quota(9, 8), 7, false));
    pool.wait(Duration::minutes(5));
    assert_eq!(set().await.spending.month, 0, "as the ledger has it");
    pool.verify().await;
}

/// Nobody passes a quota by another time zone who may not set quotas.
#[tokio::test]
async fn who_sets_the_time_zone() {
    let pool = Pool::of(100).await;
    let uma = pool.world.register("Uma").await;
    let permissions = [Permission::OrganizationRead, Permission::OrganizationUpdate].into_iter().collect();
    pool.give_role(&uma, "office", permissions).await;
    let changes = |zone: &str| OrganizationChanges {
        time_zone: Some(TimeZone::parse(zone).unwrap()),
        ..OrganizationChanges::default()
    };
    let guildhall = &pool.world.guildhall;
    let denied = guildhall.update_organization(&uma.caller, pool.at, changes("Asia/Tokyo"), &Precondition::None).await;
    assert_eq!(denied.unwrap_err(), AppError::Denied(Denied::Forbidden(Permission::QuotaManage)));
    guildhall.update_organization(&uma.caller, pool.at, changes("UTC"), &Precondition::None).await.unwrap();
    let log = pool.world.log(&pool.owner).await;
    assert_eq!(log[0].event.details["permission"], "quota.manage", "what is missing, not what was asked for first");
}

/// Beyond 2^53 - 1 numbers are not exact, so nobody gets there.
#[tokio::test]
async fn no_count_overflows() {
    let pool = Pool::of(Amount::MAX).await;
    pool.spend(&pool.owner, Amount::MAX).await.unwrap();
    pool.grant(GrantTerms::of(Amount::new(1).unwrap())).await.unwrap();
    let refused = scopes(pool.spend(&pool.owner, 1).await.unwrap_err());
    assert_eq!(refused[0], (QuotaScope::Day, Amount::MAX, Amount::MAX));
    assert_eq!(pool.used(&pool.owner).await, (Amount::MAX, Amount::MAX));
}
