//! What the store in memory refuses though it could do it, because a database would not.

use std::sync::Arc;

use guildhall_domain::{Limit, MemberRole};
use guildhall_ports::store::{Constraint, Mode, Store, StoreError};
use guildhall_store_memory::MemoryStore;
use guildhall_testkit::fixtures::Fixture;

/// After an error a unit of work can only be rolled back: a use case that goes
/// on would be found by PostgreSQL only in production.
#[tokio::test]
async fn failed_unit_can_only_be_rolled_back() {
    let f = Fixture::new(Arc::new(MemoryStore::new()));
    let (owner, organization) = f.seed_owned("Acme").await;
    let before = f.state(organization.id).await;
    let again = f.membership(organization.id, owner.id, MemberRole::Member);

    let mut unit = f.begin(organization.id).await;
    unit.insert_role(&f.role(organization.id, "Reader", &[])).await.unwrap();
    assert_eq!(
        unit.add_member(&again, Limit::Unlimited).await,
        Err(StoreError::Conflict(Constraint::MembershipExists))
    );
    assert!(matches!(unit.organization().await, Err(StoreError::Corrupt(_))));
    assert!(matches!(unit.insert_role(&f.role(organization.id, "Other", &[])).await, Err(StoreError::Corrupt(_))));
    assert!(matches!(unit.commit().await, Err(StoreError::Corrupt(_))));
    assert_eq!(f.state(organization.id).await, before);

    let mut unit = f.begin(organization.id).await;
    assert_eq!(unit.remove_member(f.id(), f.now()).await, Err(StoreError::NotFound));
    assert!(unit.into_user(owner.id).await.is_err());
    assert_eq!(f.state(organization.id).await, before);
}

/// What a lock is taken for is not for reading units of work.
#[tokio::test]
async fn reading_unit_takes_nothing() {
    let f = Fixture::new(Arc::new(MemoryStore::new()));
    let (owner, _) = f.seed_owned("Acme").await;
    let mut unit = f.store.begin_user(owner.id, Mode::Read).await.unwrap();
    assert_eq!(unit.default_organization(false).await, Ok(None));
    assert!(matches!(unit.default_organization(true).await, Err(StoreError::Corrupt(_))));
}

/// A mail is queued where it belongs: an organization's with the organization, an account's own with the account.
#[tokio::test]
async fn mail_is_queued_where_it_belongs() {
    let f = Fixture::new(Arc::new(MemoryStore::new()));
    let (owner, organization) = f.seed_owned("Acme").await;
    let own = f.mail(None, "owner@acme.example", f.now());
    assert!(f.try_write(organization.id, async |unit| unit.queue_mail(&own).await).await.is_err());
    let ours = f.mail(Some(organization.id), "bob@acme.example", f.now());
    assert!(f.try_write_user(owner.id, async |unit| unit.queue_mail(&ours).await).await.is_err());
    assert_eq!(f.read_platform(async |unit| unit.next_mail_due().await).await, None);
}

/// Clones are the same store, and two stores are two.
#[tokio::test]
async fn clones_share_what_they_keep() {
    let store = MemoryStore::new();
    let f = Fixture::new(Arc::new(store.clone()));
    let (_, organization) = f.seed_owned("Acme").await;
    let mut unit = store.begin_org(organization.id, Mode::Read).await.unwrap();
    assert_eq!(unit.organization().await.unwrap(), Some(organization.clone()));
    let mut unit = MemoryStore::new().begin_org(organization.id, Mode::Read).await.unwrap();
    assert_eq!(unit.organization().await.unwrap(), None);
}
