//! Sessions: started, listed, noted, ended.

use std::sync::Arc;

use guildhall_domain::{Session, UserId};
use guildhall_ports::store::Store;

use crate::fixtures::{Fixture, walk};

async fn listed(f: &Fixture, user: UserId, size: u64) -> Vec<Session> {
    f.read_user(user, async |unit| walk(size, async |page| unit.list_sessions(&page).await).await).await
}

/// A session is kept as it was given, with or without what the client told.
pub async fn session_is_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    let first = f.seed_session(user.id).await;
    let mut second = f.session(user.id);
    second.user_agent = None;
    second.ip_address = None;
    f.write_user(user.id, async |unit| unit.insert_session(&second).await).await;
    assert_eq!(listed(&f, user.id, 10).await, [second, first]);
}

/// A user's sessions come newest first, in pages, and nobody else's with them.
pub async fn sessions_come_newest_first(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    let other = f.seed_user("bob@acme.example").await;
    let mut wanted = Vec::new();
    for _ in 0..6 {
        wanted.insert(0, f.seed_session(user.id).await);
        f.seed_session(other.id).await;
    }
    for size in [1, 2, 4, 6, 100] {
        assert_eq!(listed(&f, user.id, size).await, wanted, "pages of {size}");
    }
    assert_eq!(listed(&f, f.id(), 10).await, []);
}

/// A user ends one of their sessions; somebody else's, or one that is gone, is not theirs to end.
pub async fn session_is_ended_by_its_user(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    let other = f.seed_user("bob@acme.example").await;
    let (first, second) = (f.seed_session(user.id).await, f.seed_session(user.id).await);
    let others = f.seed_session(other.id).await;

    assert!(f.write_user(user.id, async |unit| unit.delete_session(first.id).await).await);
    assert_eq!(f.store.authenticate(first.token_digest).await, Ok(None));
    assert!(!f.write_user(user.id, async |unit| unit.delete_session(first.id).await).await);
    assert!(!f.write_user(user.id, async |unit| unit.delete_session(others.id).await).await);
    assert_eq!(listed(&f, user.id, 10).await, [second]);
    assert_eq!(listed(&f, other.id, 10).await, std::slice::from_ref(&others));
    assert!(f.store.authenticate(others.token_digest).await.unwrap().is_some());
}

/// All sessions but one, or all, are ended and counted; others' go on (ASVS 7.4.3).
pub async fn all_sessions_are_ended_but_one(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    let other = f.seed_user("bob@acme.example").await;
    let others = f.seed_session(other.id).await;
    f.seed_session(user.id).await;
    let kept = f.seed_session(user.id).await;
    f.seed_session(user.id).await;

    assert_eq!(f.write_user(user.id, async |unit| unit.delete_sessions(Some(kept.id)).await).await, 2);
    assert_eq!(listed(&f, user.id, 10).await, std::slice::from_ref(&kept));
    assert_eq!(f.write_user(user.id, async |unit| unit.delete_sessions(Some(kept.id)).await).await, 0);
    assert_eq!(f.write_user(user.id, async |unit| unit.delete_sessions(Some(others.id)).await).await, 1);
    assert_eq!(f.store.authenticate(kept.token_digest).await, Ok(None));
    f.seed_session(user.id).await;
    assert_eq!(f.write_user(user.id, async |unit| unit.delete_sessions(None).await).await, 1);
    assert_eq!(listed(&f, user.id, 10).await, []);
    assert_eq!(listed(&f, other.id, 10).await, [others]);
}

/// Only an account can have a session.
pub async fn session_needs_an_account(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let nobody = f.id();
    let session = f.session(nobody);
    assert!(f.try_write_user(nobody, async |unit| unit.insert_session(&session).await).await.is_err());
    assert_eq!(f.store.authenticate(session.token_digest).await, Ok(None));
}

/// A unit of work on one account cannot start a session for another.
pub async fn session_cannot_be_started_for_another(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    let victim = f.seed_user("bob@acme.example").await;
    let session = f.session(victim.id);
    let _ = f.try_write_user(user.id, async |unit| unit.insert_session(&session).await).await;
    assert_eq!(listed(&f, victim.id, 10).await, []);
    let holder = f.store.authenticate(session.token_digest).await.unwrap();
    assert!(holder.is_none_or(|holder| holder.user_id == user.id));
}

/// The last use is noted, and nothing else changes; a session that is gone is no error.
pub async fn use_of_a_session_is_noted(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    let (mut session, other) = (f.seed_session(user.id).await, f.seed_session(user.id).await);
    session.last_seen_at = f.now();
    f.store.touch_session(session.id, session.last_seen_at).await.unwrap();
    assert_eq!(listed(&f, user.id, 10).await, [other, session.clone()]);
    let authenticated = f.store.authenticate(session.token_digest).await.unwrap().unwrap();
    assert_eq!(authenticated.last_seen_at, session.last_seen_at);
    assert_eq!(f.store.touch_session(f.id(), f.now()).await, Ok(()));
}
