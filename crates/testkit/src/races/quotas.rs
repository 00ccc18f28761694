//! Many use a resource at once (N-18).

use std::sync::Arc;

use guildhall_domain::{Limit, LimitName, OrganizationId, Timestamp};
use guildhall_ports::store::{Constraint, IdempotentRequest, Mode, OrgTx, Store, StoreError};

use super::finish::finish;
use super::together;
use crate::fixtures::Fixture;

#[derive(Clone, Copy)]
enum Use {
    Acquire(u64),
    Release(u64),
}

async fn make(
    store: Arc<dyn Store>,
    organization: OrganizationId,
    quota: LimitName,
    what: Use,
    limit: Limit,
) -> Result<u64, StoreError> {
    let mut unit = store.begin_org(organization, Mode::Write).await?;
    let done = match what {
        Use::Acquire(amount) => unit.acquire_quota(&quota, amount, limit).await,
        Use::Release(amount) => unit.release_quota(&quota, amount).await,
    };
    finish(unit, done).await
}

async fn race(
    store: &Arc<dyn Store>,
    organization: OrganizationId,
    quota: &LimitName,
    uses: &[Use],
    limit: Limit,
) -> Vec<Result<u64, StoreError>> {
    let works: Vec<_> = uses
        .iter()
        .map(|what| {
            let (store, quota, what) = (Arc::clone(store), quota.clone(), *what);
            move || make(Arc::clone(&store), organization, quota.clone(), what, limit)
        })
        .collect();
    together(works).await
}

async fn used(f: &Fixture, organization: OrganizationId, quota: &LimitName) -> u64 {
    f.state(organization).await.workspaces.counts.quotas.get(quota).copied().unwrap_or_default()
}

/// Fifty want one of five at once: five get one, each another, and the others are told why.
pub async fn fifty_acquire_where_five_are_left(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let (_, organization) = f.seed_owned("Acme").await;
    let (id, cpu) = (organization.id, f.limit_name("cpu"));
    for before in [0, 2] {
        // Once where nothing was used ever before, and once where something is.
        let limit = Limit::AtMost(before + 5);
        let results = race(&store, id, &cpu, &[Use::Acquire(1); 50], limit).await;
        let mut gave: Vec<u64> = results.iter().filter_map(|result| result.as_ref().ok().copied()).collect();
        gave.sort_unstable();
        assert_eq!(gave, (before + 1..=before + 5).collect::<Vec<_>>());
        let full = Err(StoreError::Conflict(Constraint::LimitReached));
        assert_eq!(results.iter().filter(|result| **result == full).count(), 45, "{results:?}");
        assert_eq!(used(&f, id, &cpu).await, before + 5);
        f.write(id, async |unit| unit.release_quota(&cpu, before + 3).await).await;
    }
}

/// Many acquire and give back at once: never more than there may be, never less
/// than nothing, and in the end what those who succeeded say.
pub async fn use_is_the_sum_of_what_succeeded(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let (_, organization) = f.seed_owned("Acme").await;
    let (id, cpu) = (organization.id, f.limit_name("cpu"));
    f.seed_quota(id, &cpu, 5).await;
    let uses: Vec<_> = (0..60)
        .map(|n| match n % 5 {
            0 | 1 => Use::Acquire(3),
            2 | 3 => Use::Release(2),
            _ => Use::Release(7),
        })
        .collect();
    let results = race(&store, id, &cpu, &uses, Limit::AtMost(11)).await;
    let mut sum: i64 = 5;
    for (what, result) in uses.iter().zip(&results) {
        match (what, result) {
            (Use::Acquire(amount), Ok(after)) => {
                assert!((*amount..=11).contains(after), "{after}");
                sum += 3;
            }
            (Use::Release(amount), Ok(after)) => {
                assert!(*after + amount <= 11, "{after}");
                sum -= *amount as i64;
            }
            (Use::Acquire(_), Err(error)) => assert_eq!(*error, StoreError::Conflict(Constraint::LimitReached)),
            (Use::Release(_), Err(error)) => assert_eq!(*error, StoreError::Conflict(Constraint::NotAcquired)),
        }
    }
    assert_eq!(used(&f, id, &cpu).await as i64, sum);
    assert!((0..=11).contains(&sum));
}

async fn once(
    unit: &mut dyn OrgTx,
    request: &IdempotentRequest,
    quota: &LimitName,
    at: Timestamp,
) -> Result<String, StoreError> {
    if let Some(before) = unit.idempotent_answer(request).await? {
        return Ok(before.answer);
    }
    let answer = unit.acquire_quota(quota, 1, Limit::Unlimited).await?.to_string();
    unit.keep_idempotent_answer(request, &answer, at, at).await?;
    Ok(answer)
}

/// The same request comes twenty times at once: it is carried out once, and all get that answer (R-IDEM).
pub async fn same_request_is_carried_out_once(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let (owner, organization) = f.seed_owned("Acme").await;
    let (id, cpu, at) = (organization.id, f.limit_name("cpu"), f.now());
    for key in ["first", "second", "third"] {
        let before = used(&f, id, &cpu).await;
        let works: Vec<_> = (0..20)
            .map(|_| {
                let (store, cpu) = (Arc::clone(&store), cpu.clone());
                let request = f.idempotent_request(owner.id, key);
                move || {
                    let (store, cpu, request) = (Arc::clone(&store), cpu.clone(), request.clone());
                    async move {
                        let mut unit = store.begin_org(id, Mode::Write).await?;
                        let done = once(unit.as_mut(), &request, &cpu, at).await;
                        finish(unit, done).await
                    }
                }
            })
            .collect();
        let wanted = Ok((before + 1).to_string());
        let results = together(works).await;
        assert!(results.iter().all(|result| *result == wanted), "{results:?}");
        assert_eq!(used(&f, id, &cpu).await, before + 1);
    }
}
