//! How much is used of resources whose use the product reports (N-18).

use std::collections::BTreeMap;
use std::sync::Arc;

use guildhall_domain::{Limit, LimitName, OrganizationId};
use guildhall_ports::store::{Constraint, Store, StoreError};

use super::expect;
use crate::fixtures::Fixture;

async fn acquire(
    f: &Fixture,
    organization: OrganizationId,
    quota: &str,
    amount: u64,
    limit: Limit,
) -> Result<u64, StoreError> {
    let quota = f.limit_name(quota);
    f.try_write(organization, async |unit| unit.acquire_quota(&quota, amount, limit).await).await
}

async fn release(f: &Fixture, organization: OrganizationId, quota: &str, amount: u64) -> Result<u64, StoreError> {
    let quota = f.limit_name(quota);
    f.try_write(organization, async |unit| unit.release_quota(&quota, amount).await).await
}

async fn used(f: &Fixture, organization: OrganizationId) -> BTreeMap<LimitName, u64> {
    f.state(organization).await.workspaces.counts.quotas
}

/// What is acquired is counted, and what is released no more; each says what is used then.
pub async fn use_is_counted(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, before) = f.seed_owned("Acme").await;
    let id = before.id;
    assert_eq!(used(&f, id).await, BTreeMap::new());
    assert_eq!(acquire(&f, id, "storage", 3, Limit::Unlimited).await, Ok(3));
    assert_eq!(acquire(&f, id, "storage", 4, Limit::Unlimited).await, Ok(7));
    assert_eq!(release(&f, id, "storage", 2).await, Ok(5));
    assert_eq!(used(&f, id).await, BTreeMap::from([(f.limit_name("storage"), 5)]));
    assert_eq!(release(&f, id, "storage", 5).await, Ok(0));
    assert_eq!(used(&f, id).await, BTreeMap::new());
    assert_eq!(acquire(&f, id, "storage", 1, Limit::Unlimited).await, Ok(1));
    assert_eq!(f.stored_organization(id).await, before, "the organization is as it was");
}

/// Up to the limit there is room, and not for one more; a refusal changes nothing.
pub async fn use_stays_within_the_limit(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let limit = Limit::AtMost(10);
    expect::conflict(acquire(&f, id, "cpu", 11, limit).await, Constraint::LimitReached);
    assert_eq!(used(&f, id).await, BTreeMap::new());
    assert_eq!(acquire(&f, id, "cpu", 9, limit).await, Ok(9));
    expect::conflict(acquire(&f, id, "cpu", 2, limit).await, Constraint::LimitReached);
    assert_eq!(acquire(&f, id, "cpu", 1, limit).await, Ok(10));
    expect::conflict(acquire(&f, id, "cpu", 1, limit).await, Constraint::LimitReached);
    assert_eq!(used(&f, id).await, BTreeMap::from([(f.limit_name("cpu"), 10)]));
    assert_eq!(release(&f, id, "cpu", 1).await, Ok(9));
    assert_eq!(acquire(&f, id, "cpu", 1, limit).await, Ok(10));
}

/// Under a limit below what is used, as after a downgrade, nothing is taken away and nothing added.
pub async fn lower_quota_takes_nothing_away(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    acquire(&f, id, "cpu", 10, Limit::Unlimited).await.unwrap();
    for most in [1, 9, 10] {
        expect::conflict(acquire(&f, id, "cpu", 1, Limit::AtMost(most)).await, Constraint::LimitReached);
    }
    assert_eq!(release(&f, id, "cpu", 3).await, Ok(7));
    expect::conflict(acquire(&f, id, "cpu", 1, Limit::AtMost(7)).await, Constraint::LimitReached);
    assert_eq!(acquire(&f, id, "cpu", 1, Limit::AtMost(8)).await, Ok(8));
}

/// No more is counted than every reader keeps exactly, whether there is a limit or not.
pub async fn use_stays_exact(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    for limit in [Limit::Unlimited, Limit::AtMost(Limit::MAX)] {
        for amount in [Limit::MAX + 1, i64::MAX as u64, i64::MAX as u64 + 1, u64::MAX] {
            expect::conflict(acquire(&f, id, "cpu", amount, limit).await, Constraint::LimitReached);
        }
        assert_eq!(acquire(&f, id, "cpu", Limit::MAX, limit).await, Ok(Limit::MAX));
        for amount in [1, Limit::MAX, u64::MAX - Limit::MAX, u64::MAX] {
            expect::conflict(acquire(&f, id, "cpu", amount, limit).await, Constraint::LimitReached);
        }
        assert_eq!(used(&f, id).await, BTreeMap::from([(f.limit_name("cpu"), Limit::MAX)]));
        assert_eq!(release(&f, id, "cpu", Limit::MAX).await, Ok(0));
    }
}

/// No more is given back than is used.
pub async fn no_more_is_released_than_used(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    for amount in [1, u64::MAX] {
        expect::conflict(release(&f, id, "cpu", amount).await, Constraint::NotAcquired);
    }
    acquire(&f, id, "cpu", 3, Limit::Unlimited).await.unwrap();
    for amount in [4, Limit::MAX, i64::MAX as u64 + 1, u64::MAX] {
        expect::conflict(release(&f, id, "cpu", amount).await, Constraint::NotAcquired);
    }
    assert_eq!(used(&f, id).await, BTreeMap::from([(f.limit_name("cpu"), 3)]));
    assert_eq!(release(&f, id, "cpu", 3).await, Ok(0));
    expect::conflict(release(&f, id, "cpu", 1).await, Constraint::NotAcquired);
}

/// Each resource is counted for itself, and each organization's.
pub async fn uses_are_apart(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let limit = Limit::AtMost(5);
    for (id, quota, amount) in
        [(organization.id, "cpu", 5), (organization.id, "memory", 4), (other.id, "cpu", 3), (other.id, "memory", 5)]
    {
        assert_eq!(acquire(&f, id, quota, amount, limit).await, Ok(amount));
    }
    expect::conflict(release(&f, other.id, "cpu", 4).await, Constraint::NotAcquired);
    assert_eq!(release(&f, organization.id, "cpu", 5).await, Ok(0));
    assert_eq!(used(&f, organization.id).await, BTreeMap::from([(f.limit_name("memory"), 4)]));
    let theirs = BTreeMap::from([(f.limit_name("cpu"), 3), (f.limit_name("memory"), 5)]);
    assert_eq!(used(&f, other.id).await, theirs);
}

/// A unit of work sees its own use, and takes it back with it.
pub async fn use_is_rolled_back(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let (cpu, memory) = (f.limit_name("cpu"), f.limit_name("memory"));
    f.seed_quota(id, &cpu, 3).await;
    let mut unit = f.begin(id).await;
    assert_eq!(unit.acquire_quota(&cpu, 2, Limit::AtMost(5)).await, Ok(5));
    assert_eq!(unit.acquire_quota(&memory, 2, Limit::Unlimited).await, Ok(2));
    assert_eq!(unit.release_quota(&cpu, 4).await, Ok(1));
    let counts = unit.counts().await.unwrap();
    assert_eq!(counts.quotas, BTreeMap::from([(cpu.clone(), 1), (memory, 2)]));
    unit.rollback().await.unwrap();
    assert_eq!(used(&f, id).await, BTreeMap::from([(cpu, 3)]));
}

/// Where there is no organization, nothing is used.
pub async fn absent_organization_uses_nothing(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let id = f.id();
    assert!(acquire(&f, id, "cpu", 1, Limit::Unlimited).await.is_err());
    assert!(release(&f, id, "cpu", 1).await.is_err());
    assert_eq!(used(&f, id).await, BTreeMap::new());
}
