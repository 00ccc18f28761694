//! What is kept beside the ledger is made from it again (R-LED-8).

use std::sync::Arc;

use guildhall_domain::credits::{GrantTerms, KeptCredits};
use guildhall_ports::store::{Mode, Store};
use guildhall_store_memory::MemoryStore;
use time::Duration;

use super::{Pool, amount, world_on};

async fn tamper(store: &dyn Store, pool: &Pool, change: impl Fn(&mut KeptCredits)) {
    let mut tx = store.begin_org(pool.owner.organization, Mode::Write).await.unwrap();
    let mut kept = tx.credits().kept().await.unwrap();
    change(&mut kept);
    tx.credits().rebuild(&kept).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn whatever_became_of_it() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let pool = Pool::in_world(world_on(Arc::clone(&store)), 100).await;
    pool.spend(&pool.owner, 30).await.unwrap();
    pool.reserve(&pool.owner, 20, Duration::minutes(5)).await.unwrap();
    let guildhall = &pool.world.guildhall;
    let rebuild = async || guildhall.rebuild_credits(pool.owner.organization).await.unwrap();
    let whole = rebuild().await;
    assert_eq!((whole.transactions, &whole.rebuilt[..], &whole.left[..]), (3, &[][..], &[][..]));
    let count = pool.world.log(&pool.owner).await.len();

    tamper(&*store, &pool, |kept| {
        kept.grants[0].available = 7;
        kept.usage.clear();
    })
    .await;
    assert_eq!(guildhall.verify_credits(pool.owner.organization).await.unwrap().faults.len(), 3);
    let mended = rebuild().await;
    assert_eq!((mended.rebuilt.len(), mended.left.len()), (3, 0), "{mended:?}");
    pool.verify().await;
    assert_eq!((pool.balance().await, pool.used(&pool.owner).await), ((50, 20), (50, 50)));
    let log = pool.world.log(&pool.owner).await;
    assert_eq!((log.len(), log[0].event.action.as_str()), (count + 1, "rebuild_credits"));
    assert_eq!((&log[0].event.details["rebuilt"], log[0].event.actor.user_id), (&"3".into(), None));
    assert_eq!(rebuild().await.rebuilt, [], "once");
    pool.spend(&pool.owner, 50).await.unwrap();
    pool.grant(GrantTerms::of(amount(1))).await.unwrap();
    pool.verify().await;
    let mut all = Vec::new();
    guildhall.rebuild_all_credits(|rebuilding| all.push(rebuilding)).await.unwrap();
    assert!(all.iter().any(|it| it.organization == pool.owner.organization && it.transactions == 5));
}
