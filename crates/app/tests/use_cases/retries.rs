//! What the use cases do with a store that gets in the way (mocks, since no
//! real store fails on demand).

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use guildhall_app::AppError;
use guildhall_ports::store::{MockStore, MockUserTx, StoreError};

use crate::world::World;

/// A store whose unit of work on a user fails `failures` times before it finds no account.
fn store_failing(failures: u32, error: StoreError, begun: Arc<AtomicU32>) -> Arc<MockStore> {
    let mut store = MockStore::new();
    store.expect_authenticate().returning(|_| {
        Ok(Some(guildhall_ports::store::Authenticated {
            session_id: uuid::Uuid::from_u128(1).into(),
            user_id: uuid::Uuid::from_u128(2).into(),
            email: crate::world::email("Ann"),
            name: guildhall_domain::Name::parse("Ann").unwrap(),
            superadmin: false,
            disabled: false,
            last_seen_at: guildhall_testkit::fixtures::BASE_TIME,
            expires_at: guildhall_testkit::fixtures::BASE_TIME + time::Duration::days(1),
            active_organization: None,
        }))
    });
    store.expect_begin_user().returning(move |_, _| {
        let attempt = begun.fetch_add(1, Ordering::Relaxed);
        let error = error.clone();
        let mut tx = MockUserTx::new();
        tx.expect_delete_sessions().returning(move |_| if attempt < failures { Err(error.clone()) } else { Ok(3) });
        tx.expect_append_audit().returning(|_| Ok(()));
        tx.expect_commit().times(u32::from(attempt >= failures) as usize).returning(|| Ok(()));
        Ok(Box::new(tx))
    });
    Arc::new(store)
}

async fn end_sessions(store: Arc<MockStore>) -> Result<u64, AppError> {
    let world = World::on(store);
    let token = world_token();
    let caller = world.guildhall.authenticate(&token, crate::world::request()).await?;
    world.guildhall.end_other_sessions(&caller).await
}

fn world_token() -> String {
    use guildhall_ports::{ExposeSecret, TokenKind, TokenMint};
    guildhall_security::RandomTokenMint.mint(TokenKind::Session).secret.expose_secret().to_owned()
}

#[tokio::test]
async fn serialization_failures_are_tried_again() {
    let begun = Arc::new(AtomicU32::new(0));
    let ended = end_sessions(store_failing(3, StoreError::Serialization, Arc::clone(&begun))).await;
    assert_eq!((ended, begun.load(Ordering::Relaxed)), (Ok(3), 4));
}

#[tokio::test]
async fn trying_again_has_an_end() {
    let begun = Arc::new(AtomicU32::new(0));
    let ended = end_sessions(store_failing(u32::MAX, StoreError::Serialization, Arc::clone(&begun))).await;
    assert_eq!((ended, begun.load(Ordering::Relaxed)), (Err(AppError::Contended), 8));
}

#[tokio::test]
async fn other_failures_are_not() {
    let begun = Arc::new(AtomicU32::new(0));
    let gone = StoreError::Unavailable("connection refused".to_owned());
    let ended = end_sessions(store_failing(u32::MAX, gone, Arc::clone(&begun))).await;
    assert_eq!(begun.load(Ordering::Relaxed), 1);
    assert!(matches!(ended, Err(AppError::Unavailable(_))));
}
