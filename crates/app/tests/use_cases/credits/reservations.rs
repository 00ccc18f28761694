//! Credits held for what is under way.

use guildhall_app::credits::{NewReservation, Spending};
use guildhall_app::{AppError, Conflict, Missing};
use guildhall_domain::credits::{Amount, GrantTerms};
use guildhall_domain::policy::Denied;
use guildhall_domain::{Permission, ReservationId};
use time::Duration;
use uuid::Uuid;

use super::{Pool, amount, key, new_key, quota, repeated, spending};
use crate::world::Person;

const MINUTES: Duration = Duration::minutes(5);

async fn commit(pool: &Pool, who: &Person, id: ReservationId, most: Option<u64>) -> Result<(u64, u64), AppError> {
    let most = most.map(|most| Amount::new(most).unwrap());
    let done = pool.world.guildhall.commit_reservation(&who.caller, pool.at, id, most, &new_key()).await?;
    Ok((done.amount, done.balance))
}

async fn release(pool: &Pool, who: &Person, id: ReservationId) -> Result<(u64, u64), AppError> {
    let done = pool.world.guildhall.release_reservation(&who.caller, pool.at, id, &new_key()).await?;
    Ok((done.amount, done.balance))
}

#[tokio::test]
async fn what_is_held_is_spent_or_returns() {
    let pool = Pool::of(100).await;
    let bob = pool.member("Bob").await;
    pool.set_quota(&bob, quota(0, 90)).await;
    let first = pool.reserve(&bob, 80, MINUTES).await.unwrap();
    assert_eq!((pool.balance().await, pool.used(&bob).await), ((20, 80), (80, 80)));
    assert!(matches!(pool.reserve(&bob, 11, MINUTES).await, Err(AppError::CreditsNotCovered { balance: None, .. })));
    let over = commit(&pool, &bob, first, Some(81)).await;
    assert!(matches!(over, Err(AppError::Invalid(fields)) if fields[0].code == "more_than_reserved"));
    assert_eq!(commit(&pool, &bob, first, Some(30)).await, Ok((30, 70)));
    for closed in [commit(&pool, &bob, first, None).await, release(&pool, &bob, first).await] {
        assert_eq!(closed, Err(Conflict::ReservationClosed.into()));
    }
    let second = pool.reserve(&bob, 10, MINUTES).await.unwrap();
    assert_eq!(release(&pool, &bob, second).await, Ok((10, 70)));
    assert_eq!(commit(&pool, &bob, second, None).await, Err(Conflict::ReservationClosed.into()));
    let third = pool.reserve(&bob, 10, MINUTES).await.unwrap();
    assert_eq!(commit(&pool, &bob, third, None).await, Ok((10, 60)), "all where nothing is said");
    assert_eq!((pool.balance().await, pool.used(&bob).await), ((60, 0), (40, 40)));
    pool.verify().await;
}

/// R-LED-5: nobody has to come back for it.
#[tokio::test]
async fn what_nobody_comes_back_for_returns_by_itself() {
    let pool = Pool::of(1_000).await;
    let bob = pool.member("Bob").await;
    let mut held = Vec::new();
    for _ in 0..230 {
        held.push(pool.reserve(&bob, 2, MINUTES).await.unwrap());
    }
    assert_eq!(pool.balance().await, (540, 460));
    pool.wait(MINUTES);
    assert_eq!(pool.balance().await, (1_000, 0), "however many there are");
    assert_eq!(pool.used(&bob).await, (0, 0));
    assert_eq!(commit(&pool, &bob, held[3], None).await, Err(Conflict::ReservationClosed.into()));
    assert_eq!(pool.verify().await, 461);
}

/// Everything that is due is done before anything is decided, however much it is.
#[tokio::test]
async fn what_is_overdue_is_free_for_the_next_who_asks() {
    let pool = Pool::of(250).await;
    let bob = pool.member("Bob").await;
    pool.set_quota(&bob, quota(250, 250)).await;
    for _ in 0..250 {
        pool.reserve(&bob, 1, MINUTES).await.unwrap();
    }
    assert!(pool.spend(&bob, 1).await.is_err());
    pool.wait(MINUTES);
    assert_eq!(pool.spend(&bob, 250).await.unwrap().balance, 0);
    pool.verify().await;
}

/// Whoever manages the pool ends what others hold, without spending themself.
#[tokio::test]
async fn by_who_manages_the_pool() {
    let pool = Pool::of(100).await;
    let (bob, bill) = (pool.member("Bob").await, pool.world.register("Bill").await);
    let permissions = [Permission::OrganizationRead, Permission::BillingManage].into_iter().collect();
    pool.give_role(&bill, "billing", permissions).await;
    let guildhall = &pool.world.guildhall;
    let spending = Spending { member: Some(bob.caller.actor.user_id.uuid()), ..spending(5) };
    let reservation = NewReservation { spending, lasts: MINUTES };
    let held = guildhall.reserve_credits(&bill.caller, pool.at, &reservation, &new_key()).await.unwrap();
    assert_eq!(commit(&pool, &bill, held.reservation_id.unwrap(), Some(3)).await, Ok((3, 97)));
    assert_eq!(pool.used(&bob).await, (3, 3));
    assert!(matches!(pool.spend(&bill, 1).await, Err(AppError::Denied(Denied::Forbidden(Permission::CreditSpend)))));
}

/// What returns to a grant that has expired meanwhile is gone with it.
#[tokio::test]
async fn out_of_a_grant_that_expires() {
    let pool = Pool::of(0).await;
    let expires_at = Some(pool.world.guildhall_now() + MINUTES);
    pool.grant(GrantTerms { expires_at, ..GrantTerms::of(amount(50)) }).await.unwrap();
    let held = pool.reserve(&pool.owner, 20, Duration::hours(1)).await.unwrap();
    pool.wait(MINUTES);
    assert_eq!(pool.balance().await, (0, 20));
    assert_eq!(commit(&pool, &pool.owner, held, Some(5)).await.unwrap().0, 5);
    assert_eq!(pool.verify().await, 5, "the rest has gone at once: given, held, expired, spent, expired");
    assert_eq!(pool.balance().await, (0, 0));
    pool.verify().await;
}

#[tokio::test]
async fn whose_they_are() {
    let pool = Pool::of(100).await;
    let (bob, carol, eve) = (pool.member("Bob").await, pool.member("Carol").await, pool.world.register("Eve").await);
    let held = pool.reserve(&bob, 10, MINUTES).await.unwrap();
    assert!(matches!(commit(&pool, &carol, held, None).await, Err(AppError::Denied(Denied::Forbidden(_)))));
    assert!(matches!(
        commit(&pool, &eve, held, None).await,
        Err(AppError::NotFound { what: Missing::Organization, .. })
    ));
    let unknown = ReservationId::from(Uuid::from_u128(5));
    let missing = AppError::NotFound { what: Missing::Reservation, id: Some(unknown.uuid()) };
    assert_eq!(release(&pool, &bob, unknown).await, Err(missing));

    // A member who is removed with a reservation open: it waits for an owner, or for its time.
    let second = pool.reserve(&bob, 5, MINUTES).await.unwrap();
    let guildhall = &pool.world.guildhall;
    guildhall
        .remove_member(&pool.owner.caller, pool.at, bob.caller.actor.user_id.uuid(), &guildhall_app::Precondition::None)
        .await
        .unwrap();
    assert!(matches!(
        commit(&pool, &bob, held, None).await,
        Err(AppError::NotFound { what: Missing::Organization, .. })
    ));
    assert_eq!(commit(&pool, &pool.owner, held, None).await, Ok((10, 85)));
    pool.wait(MINUTES);
    assert_eq!(pool.balance().await, (90, 0));
    assert_eq!(release(&pool, &pool.owner, second).await, Err(Conflict::ReservationClosed.into()));
    pool.verify().await;
}

#[tokio::test]
async fn how_long_they_last() {
    let pool = Pool::of(10).await;
    for lasts in [Duration::ZERO, Duration::seconds(-1), Duration::hours(1) + Duration::SECOND] {
        let refused = pool.reserve(&pool.owner, 1, lasts).await;
        assert!(matches!(refused, Err(AppError::Invalid(fields)) if fields[0].pointer == "/ttl"));
    }
    let reservation = NewReservation { spending: spending(1), lasts: NewReservation::LASTS };
    let guildhall = &pool.world.guildhall;
    let first = guildhall.reserve_credits(&pool.owner.caller, pool.at, &reservation, &key("a")).await.unwrap();
    assert_eq!(first.expires_at, Some(pool.world.guildhall_now() + MINUTES));
    pool.wait(Duration::days(2));
    let again = guildhall.reserve_credits(&pool.owner.caller, pool.at, &reservation, &key("a")).await.unwrap();
    assert_eq!(again, repeated(&first));
    pool.verify().await;
}
