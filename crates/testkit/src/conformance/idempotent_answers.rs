//! What requests that are carried out once were answered (R-IDEM).

use std::sync::Arc;

use guildhall_domain::{OrganizationId, Timestamp};
use guildhall_ports::store::{IdempotentAnswer, IdempotentRequest, Store};
use time::Duration;

use crate::fixtures::Fixture;

async fn answer(f: &Fixture, organization: OrganizationId, request: &IdempotentRequest) -> Option<IdempotentAnswer> {
    f.read(organization, async |unit| unit.idempotent_answer(request).await).await
}

async fn keep(
    f: &Fixture,
    organization: OrganizationId,
    request: &IdempotentRequest,
    answer: &str,
    at: Timestamp,
    forget_before: Timestamp,
) {
    f.write(organization, async |unit| unit.keep_idempotent_answer(request, answer, at, forget_before).await).await;
}

/// An answer is kept as it was given, and found whatever the request says.
pub async fn answer_is_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let longest = "k".repeat(255);
    for (key, text) in [("plain", "{\"used\":5}"), ("Schlüssel ' \"", "Größe\n'\"%_\\"), (longest.as_str(), "")] {
        let request = f.idempotent_request(owner.id, key);
        assert_eq!(answer(&f, id, &request).await, None);
        let at = f.now();
        keep(&f, id, &request, text, at, at - Duration::days(1)).await;
        let wanted =
            IdempotentAnswer { fingerprint: request.fingerprint.clone(), answer: text.to_owned(), created_at: at };
        assert_eq!(answer(&f, id, &request).await.as_ref(), Some(&wanted));
        let other = IdempotentRequest { fingerprint: "something else".to_owned(), ..request };
        assert_eq!(answer(&f, id, &other).await, Some(wanted));
    }
    assert_eq!(f.stored_organization(id).await, organization, "the organization is as it was");
}

/// Requests of other users, operations, keys and organizations never meet.
pub async fn answers_are_apart(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (second, other) = f.seed_owned("Beta").await;
    let id = organization.id;
    let first = f.idempotent_request(owner.id, "key");
    let requests = [
        first.clone(),
        IdempotentRequest { user_id: second.id, ..first.clone() },
        IdempotentRequest { operation: "release_quota".into(), ..first.clone() },
        IdempotentRequest { key: "KEY".to_owned(), ..first.clone() },
    ];
    for (n, request) in requests.iter().enumerate() {
        assert_eq!(answer(&f, id, request).await, None, "{request:?}");
        f.seed_answer(id, request, &n.to_string()).await;
    }
    for (n, request) in requests.iter().enumerate() {
        assert_eq!(answer(&f, id, request).await.unwrap().answer, n.to_string());
        assert_eq!(answer(&f, other.id, request).await, None);
    }
    f.seed_answer(other.id, &first, "elsewhere").await;
    assert_eq!(answer(&f, id, &first).await.unwrap().answer, "0");
}

/// A new answer takes the place of the one before.
pub async fn answer_is_replaced(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let request = f.idempotent_request(owner.id, "key");
    f.seed_answer(id, &request, "first").await;
    let again = IdempotentRequest { fingerprint: "says more".to_owned(), ..request.clone() };
    let at = f.now();
    keep(&f, id, &again, "second", at, at - Duration::days(1)).await;
    let wanted = IdempotentAnswer { fingerprint: "says more".to_owned(), answer: "second".to_owned(), created_at: at };
    assert_eq!(answer(&f, id, &request).await, Some(wanted));
}

/// What was answered before the time is forgotten, in this organization, and nothing after it.
pub async fn old_answers_are_forgotten(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let id = organization.id;
    let start = f.now();
    let requests: Vec<_> = (0..6).map(|n| f.idempotent_request(owner.id, &format!("key {n}"))).collect();
    for (n, request) in requests.iter().enumerate() {
        let at = start + Duration::hours(n as i64);
        for organization in [id, other.id] {
            keep(&f, organization, request, "kept", at, start - Duration::days(1)).await;
        }
    }
    let last = f.idempotent_request(owner.id, "last");
    keep(&f, id, &last, "kept", start + Duration::hours(9), start + Duration::hours(3)).await;
    for (n, request) in requests.iter().enumerate() {
        assert_eq!(answer(&f, id, request).await.is_some(), n >= 3, "{n}");
        assert!(answer(&f, other.id, request).await.is_some());
    }
    assert!(answer(&f, id, &last).await.is_some());
}

/// An answer is kept with what it says was done, or neither is.
pub async fn answer_is_kept_with_what_was_done(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let (request, cpu) = (f.idempotent_request(owner.id, "key"), f.limit_name("cpu"));
    let mut unit = f.begin(id).await;
    unit.acquire_quota(&cpu, 1, Default::default()).await.unwrap();
    unit.keep_idempotent_answer(&request, "1", f.now(), f.now()).await.unwrap();
    assert_eq!(unit.idempotent_answer(&request).await.unwrap().unwrap().answer, "1");
    unit.rollback().await.unwrap();
    assert_eq!(answer(&f, id, &request).await, None);
    assert!(f.state(id).await.workspaces.counts.quotas.is_empty());
}

/// An account is deleted, whatever it was answered.
pub async fn answers_do_not_keep_the_account(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let user = f.seed_user("bob@acme.example").await;
    let request = f.idempotent_request(user.id, "key");
    f.seed_answer(organization.id, &request, "1").await;
    f.write_user(user.id, async |unit| unit.delete_user().await).await;
    assert_eq!(f.read_user(user.id, async |unit| unit.user().await).await, None);
}
