use std::sync::Arc;
use std::time::Duration as StdDuration;

use guildhall_app::{AppError, ListRequest, OrganizationRef};
use guildhall_domain::page::PageSize;
use guildhall_security::Argon2Parameters;
use guildhall_store_memory::MemoryStore;
use time::Duration;

use crate::world::{PASSWORD, World, request};

/// ASVS 7.3.1, 7.3.2: a session ends when it is not used, and when it is old.
#[tokio::test]
async fn sessions_end_by_themselves() {
    let world = World::new();
    let ann = world.register("Ann").await;
    for _ in 0..29 {
        world.clock.advance(Duration::hours(23));
        world.guildhall.authenticate(&ann.token, request()).await.expect("a session in use goes on");
    }
    world.clock.advance(Duration::hours(25));
    let error = world.guildhall.authenticate(&ann.token, request()).await.unwrap_err();
    assert_eq!(error, AppError::Unauthenticated, "idle for more than a day");
    let ann = world.person(world.login("Ann", PASSWORD).await.unwrap()).await;
    for _ in 0..31 {
        world.clock.advance(Duration::hours(23));
        let _ = world.guildhall.authenticate(&ann.token, request()).await;
    }
    world.clock.advance(Duration::hours(23));
    let error = world.guildhall.authenticate(&ann.token, request()).await.unwrap_err();
    assert_eq!(error, AppError::Unauthenticated, "older than thirty days");
}

/// R-LOGIN-1: an unknown e-mail, a wrong password, a disabled account: one answer.
#[tokio::test]
async fn failed_logins_are_alike() {
    let world = World::new();
    world.register("Ann").await;
    for (name, password) in [("Ann", "wrong"), ("Nobody", PASSWORD), ("Nobody", "")] {
        assert_eq!(world.login(name, password).await.unwrap_err(), AppError::InvalidCredentials);
    }
    for garbage in ["", "x", "ghs_", &"ghs_A".repeat(1000), "ghs_\u{0}"] {
        assert_eq!(world.guildhall.authenticate(garbage, request()).await.unwrap_err(), AppError::Unauthenticated);
    }
}

/// R-LOGIN-2: attempts are bounded per account, whatever their outcome, and the
/// bound passes: nobody is locked out for ever.
#[tokio::test]
async fn password_guessing_is_throttled() {
    let world = World::new();
    world.register("Ann").await;
    let mut throttled = None;
    for _ in 0..20 {
        if let AppError::Throttled { retry_after } = world.login("Ann", "wrong").await.unwrap_err() {
            throttled = Some(retry_after);
        }
    }
    let retry_after = throttled.expect("20 attempts at once are too many");
    assert!(retry_after <= StdDuration::from_secs(60));
    // Somebody else is not touched by it.
    world.register("Bob").await;
    world.login("Bob", PASSWORD).await.unwrap();
}

/// A hash made with yesterday's parameters is renewed at login.
#[tokio::test]
async fn outdated_hashes_are_renewed() {
    let store = Arc::new(MemoryStore::new());
    let old = World::on(Arc::clone(&store) as _);
    let ann = old.register("Ann").await;
    let hash = async || {
        let id = ann.caller.actor.user_id;
        use guildhall_ports::store::{Mode, Store};
        let mut tx = store.begin_user(id, Mode::Read).await.unwrap();
        tx.password().await.unwrap().unwrap()
    };
    let before = hash().await;
    let new = World::with_parameters(
        Arc::clone(&store) as _,
        Argon2Parameters { memory_kib: 16, iterations: 2, parallelism: 1 },
    );
    new.login("Ann", PASSWORD).await.unwrap();
    let after = hash().await;
    assert!(before != after && after.as_phc().contains("m=16,t=2"));
    new.login("Ann", PASSWORD).await.unwrap();
    assert!(hash().await == after, "renewed once");
}

/// R-TEN-3: a cursor is good for the list and the user that it was made for.
#[tokio::test]
async fn cursors_are_not_transferable() {
    let world = World::new();
    let (ann, bob) = (world.register("Ann").await, world.register("Bob").await);
    for person in [&ann, &bob] {
        for _ in 0..2 {
            world.login(if person.organization == ann.organization { "Ann" } else { "Bob" }, PASSWORD).await.unwrap();
        }
    }
    let one = ListRequest { size: PageSize::new(1).unwrap(), after: None };
    let page = world.guildhall.list_sessions(&ann.caller, &one).await.unwrap();
    let next = ListRequest { after: page.next, ..one.clone() };
    assert_eq!(world.guildhall.list_sessions(&ann.caller, &next).await.unwrap().items.len(), 1);
    let error = world.guildhall.list_sessions(&bob.caller, &next).await.unwrap_err();
    assert!(matches!(&error, AppError::Invalid(fields) if fields[0].code == "invalid_cursor"), "{error:?}");
    let elsewhere =
        world.guildhall.list_members(&ann.caller, OrganizationRef::Active, &Default::default(), &next).await;
    assert!(elsewhere.is_err());
}
