//! What requests on an account that are carried out once were answered (R-IDEM).

use std::sync::Arc;

use guildhall_domain::{Timestamp, User, UserId};
use guildhall_ports::store::{IdempotentAnswer, IdempotentRequest, Mode, Store};
use time::Duration;

use super::expect;
use crate::fixtures::Fixture;

async fn answer(f: &Fixture, request: &IdempotentRequest) -> Option<IdempotentAnswer> {
    f.read_user(request.user_id, async |unit| unit.idempotent_answer(request).await).await
}

async fn keep(f: &Fixture, request: &IdempotentRequest, answer: &str, at: Timestamp, forget_before: Timestamp) {
    let user = request.user_id;
    f.write_user(user, async |unit| unit.keep_idempotent_answer(request, answer, at, forget_before).await).await;
}

fn kept(request: &IdempotentRequest, answer: &str, at: Timestamp) -> Option<IdempotentAnswer> {
    let (fingerprint, answer) = (request.fingerprint.clone(), answer.to_owned());
    Some(IdempotentAnswer { fingerprint, answer, created_at: at })
}

/// An answer is kept as it was given, however long, and found whatever the request says.
pub async fn user_answer_is_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    let (longest, large) = ("k".repeat(255), "ß".repeat(512 * 1024));
    for (key, text) in [("plain", "{\"id\":5}"), ("Schlüssel ' \"", "Größe\n'\"%_\\"), (&longest, ""), ("1", &large)]
    {
        let operation = "POST /".repeat(40)[..200].to_owned();
        let request = IdempotentRequest { operation: operation.into(), ..f.idempotent_request(user.id, key) };
        assert_eq!(answer(&f, &request).await, None);
        let at = f.now();
        keep(&f, &request, text, at, at - Duration::DAY).await;
        assert!(answer(&f, &request).await == kept(&request, text, at), "{key}");
        let other = IdempotentRequest { fingerprint: "something else".to_owned(), ..request.clone() };
        assert!(answer(&f, &other).await == kept(&request, text, at), "{key}");
    }
    assert_eq!(f.read_user(user.id, async |unit| unit.user().await).await, Some(user), "the account is as it was");
}

/// An organization keeps answers as long, and operations as long.
pub async fn long_answers_are_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let large = "ß".repeat(512 * 1024);
    let request =
        IdempotentRequest { operation: "o".repeat(200).into(), ..f.idempotent_request(owner.id, &"k".repeat(255)) };
    f.seed_answer(organization.id, &request, &large).await;
    let found = f.read(organization.id, async |unit| unit.idempotent_answer(&request).await).await;
    assert!(found.is_some_and(|found| found.answer == large));
}

/// Requests of other users, operations and keys never meet, nor do those inside an organization.
pub async fn user_answers_are_apart(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let second = f.seed_user("bob@acme.example").await;
    let first = f.idempotent_request(owner.id, "key");
    let requests = [
        first.clone(),
        IdempotentRequest { user_id: second.id, ..first.clone() },
        IdempotentRequest { operation: "release_quota".into(), ..first.clone() },
        IdempotentRequest { key: "KEY".to_owned(), ..first.clone() },
    ];
    f.seed_answer(organization.id, &first, "inside").await;
    for (n, request) in requests.iter().enumerate() {
        assert_eq!(answer(&f, request).await, None, "{request:?}");
        keep(&f, request, &n.to_string(), f.now(), f.now() - Duration::DAY).await;
    }
    for (n, request) in requests.iter().enumerate() {
        assert_eq!(answer(&f, request).await.unwrap().answer, n.to_string());
    }
    let inside = f.read(organization.id, async |unit| unit.idempotent_answer(&first).await).await;
    assert_eq!(inside.unwrap().answer, "inside");
    f.write(organization.id, async |unit| unit.delete_organization().await).await;
    assert_eq!(answer(&f, &first).await.unwrap().answer, "0");
}

/// A unit of work on an account keeps and tells its own answers only.
pub async fn foreign_user_answers_are_refused(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (mine, theirs) = (f.seed_user("alice@acme.example").await, f.seed_user("bob@acme.example").await);
    let request = f.idempotent_request(theirs.id, "key");
    let at = f.now();
    let kept = f.try_write_user(mine.id, async |unit| unit.keep_idempotent_answer(&request, "1", at, at).await).await;
    assert!(kept.is_err());
    assert_eq!(answer(&f, &request).await, None);
    keep(&f, &request, "2", at, at).await;
    let mut unit = f.store.begin_user(mine.id, Mode::Read).await.unwrap();
    assert!(!matches!(unit.idempotent_answer(&request).await, Ok(Some(_))));
    unit.rollback().await.unwrap();
}

/// A new answer takes the place of the one before.
pub async fn user_answer_is_replaced(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    let request = f.idempotent_request(user.id, "key");
    let at = f.now();
    keep(&f, &request, "first", at, at - Duration::DAY).await;
    let again = IdempotentRequest { fingerprint: "says more".to_owned(), ..request.clone() };
    let later = at + Duration::HOUR;
    keep(&f, &again, "second", later, at - Duration::DAY).await;
    assert_eq!(answer(&f, &request).await, kept(&again, "second", later));
    // Its time began anew.
    keep(&f, &f.idempotent_request(user.id, "other"), "third", later, at + Duration::MINUTE).await;
    assert_eq!(answer(&f, &request).await, kept(&again, "second", later));
}

/// What was answered before the time is forgotten, of this account, and nothing after it.
pub async fn old_user_answers_are_forgotten(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let users = [f.seed_user("alice@acme.example").await.id, f.seed_user("bob@acme.example").await.id];
    let start = f.now();
    let requests = |user: UserId| (0..6).map(move |n| (n, user));
    let request = |n: i32, user| f.idempotent_request(user, &format!("key {n}"));
    for (n, user) in users.into_iter().flat_map(requests) {
        keep(&f, &request(n, user), "kept", start + Duration::HOUR * n, start - Duration::DAY).await;
    }
    let last = f.idempotent_request(users[0], "last");
    keep(&f, &last, "kept", start + Duration::HOUR * 9, start + Duration::HOUR * 3).await;
    for n in 0..6 {
        assert_eq!(answer(&f, &request(n, users[0])).await.is_some(), n >= 3, "{n}");
        assert!(answer(&f, &request(n, users[1])).await.is_some());
    }
    assert!(answer(&f, &last).await.is_some());
}

/// However many are old, each request forgets some of them, the oldest first, until none is left.
pub async fn user_answers_are_forgotten_some_at_a_time(store: Arc<dyn Store>) {
    const OLD: i32 = 600;
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await.id;
    let start = f.now();
    let request = |n: i32| f.idempotent_request(user, &format!("key {n}"));
    let mut unit = f.begin_user(user).await;
    for n in 0..OLD {
        let at = start + Duration::SECOND * n;
        unit.keep_idempotent_answer(&request(n), "kept", at, start).await.unwrap();
    }
    unit.commit().await.unwrap();
    let left = async || {
        let mut unit = f.store.begin_user(user, Mode::Read).await.unwrap();
        let mut left = Vec::new();
        for n in 0..OLD {
            if unit.idempotent_answer(&request(n)).await.unwrap().is_some() {
                left.push(n);
            }
        }
        unit.rollback().await.unwrap();
        left
    };
    let later = start + Duration::DAY * 2;
    let mut before = OLD as usize;
    for n in 0..100 {
        keep(&f, &f.idempotent_request(user, &format!("new {n}")), "kept", later, start + Duration::DAY).await;
        let left = left().await;
        let forgotten = before - left.len();
        assert!((1..OLD as usize).contains(&forgotten), "{forgotten} at once");
        assert!(left.iter().copied().eq(OLD - left.len() as i32..OLD), "the oldest go first");
        before = left.len();
        if before == 0 {
            return;
        }
    }
    panic!("{before} are not forgotten");
}

/// An answer is kept with what it says was done, or neither is; a reading unit of work keeps none.
pub async fn user_answer_is_kept_with_what_was_done(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    let request = f.idempotent_request(user.id, "key");
    let renamed = User { name: f.name("Alicia"), ..user.clone() };
    let mut unit = f.begin_user(user.id).await;
    unit.update_user(&renamed).await.unwrap();
    unit.keep_idempotent_answer(&request, "1", f.now(), f.now()).await.unwrap();
    assert_eq!(unit.idempotent_answer(&request).await.unwrap().unwrap().answer, "1");
    unit.rollback().await.unwrap();
    assert_eq!(answer(&f, &request).await, None);
    let mut unit = f.store.begin_user(user.id, Mode::Read).await.unwrap();
    assert!(unit.keep_idempotent_answer(&request, "1", f.now(), f.now()).await.is_err());
    unit.rollback().await.unwrap();
    assert_eq!(answer(&f, &request).await, None);
    assert_eq!(f.read_user(user.id, async |unit| unit.user().await).await, Some(user));
}

/// Answers go with the account, and none is kept where there is no account.
pub async fn user_answers_go_with_the_account(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (user, other) = (f.seed_user("alice@acme.example").await, f.seed_user("bob@acme.example").await);
    let (request, others) = (f.idempotent_request(user.id, "key"), f.idempotent_request(other.id, "key"));
    let at = f.now();
    for request in [&request, &others] {
        keep(&f, request, "1", at, at - Duration::DAY).await;
    }
    f.write_user(user.id, async |unit| unit.delete_user().await).await;
    assert_eq!(answer(&f, &request).await, None);
    let kept = f.try_write_user(user.id, async |unit| unit.keep_idempotent_answer(&request, "2", at, at).await).await;
    expect::not_found(kept);
    f.write_user(user.id, async |unit| unit.insert_user(&user, &f.password("again")).await).await;
    assert_eq!(answer(&f, &request).await, None, "not even for one made in its place");
    assert!(answer(&f, &others).await.is_some());
}
