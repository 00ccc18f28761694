//! What comes while others are carried out is carried out together.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::time::Duration;

use guildhall_app::credits::CreditReceipt;
use guildhall_app::{AppError, Conflict};
use guildhall_domain::credits::GrantTerms;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::store_in_between::StoreInBetween;
use super::{Pool, amount, key, new_key, quota, repeated, spending, world_on};

async fn pool(credits: u64) -> (Arc<StoreInBetween>, Arc<Pool>) {
    let store = StoreInBetween::new();
    let pool = Pool::in_world(world_on(Arc::clone(&store) as _), credits).await;
    (store, Arc::new(pool))
}

/// R-LED-7: exactly what fits, in few units of work.
#[tokio::test]
async fn many_spend_at_once() {
    let (store, pool) = pool(300).await;
    let bob = Arc::new(pool.member("Bob").await);
    pool.set_quota(&bob, quota(0, 120)).await;
    let before = store.begun.load(Ordering::Relaxed);
    let mut set = JoinSet::new();
    for n in 0..1_000 {
        let (pool, bob) = (Arc::clone(&pool), Arc::clone(&bob));
        set.spawn(async move { (n % 2, pool.spend(if n % 2 == 0 { &pool.owner } else { &bob }, 1).await) });
    }
    let all = set.join_all().await;
    let spent = |who| all.iter().filter(|(by, outcome)| *by == who && outcome.is_ok()).count();
    assert_eq!(spent(0) + spent(1), 300);
    assert!(spent(1) <= 120);
    let mut balances: Vec<_> = all.iter().filter_map(|(_, outcome)| Some(outcome.as_ref().ok()?.balance)).collect();
    balances.sort_unstable();
    assert!(balances.into_iter().eq(0..300), "each is answered for itself");
    let begun = store.begun.load(Ordering::Relaxed) - before;
    assert!(begun < 40, "{begun} units of work");
    assert_eq!(pool.balance().await, (0, 0));
    pool.verify().await;
}

/// C-12: who sends many requests at once is noted once, and once more where the first was alone.
#[tokio::test]
async fn activity_is_noted_once() {
    let (store, pool) = pool(1_000).await;
    let members = [Arc::new(pool.member("Bob").await), Arc::new(pool.member("Carol").await)];
    pool.wait(time::Duration::hours(1));
    store.touched.store(0, Ordering::Relaxed);
    let mut set = JoinSet::new();
    for n in 0..200 {
        let (pool, member) = (Arc::clone(&pool), Arc::clone(&members[n % 2]));
        set.spawn(async move { pool.spend(&member, 1).await.unwrap() });
    }
    set.join_all().await;
    let touched = store.touched.load(Ordering::Relaxed);
    assert!((2..=4).contains(&touched), "{touched} notes");
    // That it fails is no reason for a spend to fail, which is durable by then.
    pool.wait(time::Duration::hours(1));
    store.untouchable.store(true, Ordering::Relaxed);
    pool.spend(&members[0], 1).await.unwrap();
    assert_eq!(store.touched.load(Ordering::Relaxed), touched + 1);
}

/// R-IDEM-3, R-IDEM-4: also when they are carried out together.
#[tokio::test]
async fn the_same_request_many_times_at_once() {
    let (_, pool) = pool(1_000).await;
    let mut set = JoinSet::new();
    for n in 0..100 {
        let pool = Arc::clone(&pool);
        let credits = if n == 99 { 8 } else { 7 };
        set.spawn(async move { pool.spend_as(&pool.owner.caller, spending(credits), &key("same")).await });
    }
    let all = set.join_all().await;
    let done = |answer: &&Result<CreditReceipt, AppError>| !answer.as_ref().unwrap().is_repeated;
    let first = all[..99].iter().find(done).unwrap().as_ref().unwrap();
    let again = repeated(first);
    assert_eq!(all[..99].iter().filter(|answer| answer.as_ref() == Ok(&again)).count(), 98);
    assert_eq!(all[99], Err(AppError::IdempotencyKeyReused));
    assert_eq!(pool.balance().await, (993, 0));

    let mut set = JoinSet::new();
    for n in 0..20 {
        let (pool, transaction) = (Arc::clone(&pool), first.transaction_id);
        set.spawn(async move {
            let key = key(&format!("refund-{n}"));
            pool.world.guildhall.refund_credits(&pool.owner.caller, pool.at, transaction, None, &key).await
        });
    }
    let all = set.join_all().await;
    assert_eq!(all.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert!(all.iter().all(|answer| answer.is_ok() || *answer == Err(Conflict::AlreadyRefunded.into())));
    assert_eq!(pool.balance().await, (1_000, 0));
    pool.verify().await;
}

/// Who goes away, be it while leading or while waiting, stops nobody.
#[tokio::test]
async fn who_goes_away_stops_nobody() {
    let (store, pool) = pool(1_000).await;
    let permits = Arc::new(Semaphore::new(0));
    *store.stuck.lock().unwrap() = Some((pool.owner.organization, Arc::clone(&permits)));
    let mut leading = Box::pin(pool.spend(&pool.owner, 1));
    let mut waiting: Vec<_> = (0..5).map(|_| Box::pin(pool.spend(&pool.owner, 10))).collect();
    let mut next = Box::pin(pool.spend(&pool.owner, 100));
    std::future::poll_fn(|context| {
        for _ in 0..10 {
            assert!(leading.as_mut().poll(context).is_pending());
        }
        assert!(waiting.iter_mut().all(|one| one.as_mut().poll(context).is_pending()));
        assert!(next.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
    waiting.truncate(2);
    drop(leading);
    // The turn went to one who goes away before it could look.
    drop(waiting.remove(0));
    permits.add_permits(100);
    let (last, next) = tokio::join!(waiting.remove(0), next);
    assert!(last.is_ok() && next.is_ok());
    *store.stuck.lock().unwrap() = None;
    assert_eq!(pool.balance().await, (890, 0));
    assert!(pool.spend(&pool.owner, 1).await.is_ok());
    pool.verify().await;
}

/// Whoever leads goes away while storage still has what they asked for: the next one has the turn all the same.
#[tokio::test]
async fn a_turn_does_not_stay_in_storage() {
    let (store, pool) = pool(10).await;
    store.keeping.store(true, Ordering::Relaxed);
    let leader = pool.spend(&pool.owner, 1);
    tokio::select! {
        biased;
        _ = leader => panic!("nothing is carried out"),
        () = async { while store.kept.lock().unwrap().is_empty() { tokio::task::yield_now().await } } => {}
    }
    store.keeping.store(false, Ordering::Relaxed);
    let next = tokio::time::timeout(Duration::from_secs(10), pool.spend(&pool.owner, 2)).await;
    assert_eq!(next.expect("it has the turn").unwrap().balance, 8);
    assert_eq!(store.kept.lock().unwrap().len(), 1);
}

/// One organization that stands still delays no other.
#[tokio::test]
async fn one_that_is_stuck_delays_no_other() {
    let store = StoreInBetween::new();
    let stuck = Pool::in_world(world_on(Arc::clone(&store) as _), 10).await;
    let other = stuck.world.register("Otto").await;
    let at = guildhall_app::OrganizationRef::Id(other.organization);
    let guildhall = stuck.world.guildhall.clone();
    let grant = guildhall_app::credits::NewGrant { terms: GrantTerms::of(amount(5)), reason: None };
    guildhall.grant_credits(&other.caller, at, &grant, &new_key()).await.unwrap();
    let permits = Arc::new(Semaphore::new(0));
    *store.stuck.lock().unwrap() = Some((stuck.owner.organization, Arc::clone(&permits)));
    let waits = stuck.spend(&stuck.owner, 1);
    tokio::pin!(waits);
    assert!(tokio::time::timeout(Duration::from_millis(20), &mut waits).await.is_err());
    for _ in 0..5 {
        guildhall.consume_credits(&other.caller, at, &spending(1), &new_key()).await.unwrap();
    }
    permits.add_permits(1);
    assert!(waits.await.is_ok());
}

/// Storage goes away while many wait: each is told so, and finds out with its key.
#[tokio::test]
async fn storage_that_is_away() {
    let (store, pool) = pool(1_000).await;
    store.away.store(true, Ordering::Relaxed);
    let mut set = JoinSet::new();
    for n in 0..50 {
        let pool = Arc::clone(&pool);
        set.spawn(async move { pool.spend_as(&pool.owner.caller, spending(1), &key(&format!("k{n}"))).await });
    }
    assert!(set.join_all().await.iter().all(|answer| matches!(answer, Err(AppError::Unavailable(_)))));
    store.away.store(false, Ordering::Relaxed);
    for n in 0..50 {
        pool.spend_as(&pool.owner.caller, spending(1), &key(&format!("k{n}"))).await.unwrap();
    }
    assert_eq!(pool.balance().await, (950, 0));
}
