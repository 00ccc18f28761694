//! What the store in memory refuses though it could do it, because a database would not.

use std::sync::Arc;

use guildhall_domain::{Limit, MemberRole, Workspace};
use guildhall_ports::store::{Constraint, Mode, Store, StoreError, WorkspaceLimits};
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

/// Only a slug that is taken for a new workspace leaves the unit of work usable.
#[tokio::test]
async fn refused_workspace_is_lost_but_for_its_slug() {
    let f = Fixture::new(Arc::new(MemoryStore::new()));
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    f.seed_workspace(id, "First").await;
    let second = f.seed_workspace(id, "Second").await;
    let (again, no_limits) = (f.workspace(id, "First"), WorkspaceLimits::default());

    let mut unit = f.begin(id).await;
    let taken = Err(StoreError::Conflict(Constraint::WorkspaceSlug));
    assert_eq!(unit.workspaces().insert(&again, None, no_limits).await, taken);
    assert!(unit.organization().await.is_ok());
    let change = Workspace { slug: again.slug.clone(), ..second };
    assert_eq!(unit.workspaces().update(&change).await.map(|_| ()), taken);
    assert!(matches!(unit.organization().await, Err(StoreError::Corrupt(_))));
    unit.rollback().await.unwrap();

    let mut unit = f.begin(id).await;
    let full = WorkspaceLimits { all: Limit::AtMost(2), of_kind: Limit::Unlimited };
    let third = f.workspace(id, "Third");
    let refused = unit.workspaces().insert(&third, None, full).await;
    assert_eq!(refused, Err(StoreError::Conflict(Constraint::LimitReached)));
    assert!(matches!(unit.commit().await, Err(StoreError::Corrupt(_))));
}

/// What names an account names one that is there.
#[tokio::test]
async fn unknown_account_makes_and_asks_nothing() {
    let f = Fixture::new(Arc::new(MemoryStore::new()));
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let before = f.state(id).await;
    let made = Workspace { created_by: Some(f.id()), ..f.workspace(id, "Board") };
    for workspace in [f.personal_workspace(id, f.id()), made] {
        let result = f.try_insert_workspace(&workspace, None, WorkspaceLimits::default()).await;
        assert!(matches!(result, Err(StoreError::Corrupt(_))));
    }
    let (request, at) = (f.idempotent_request(f.id(), "key"), f.now());
    let result = f.try_write(id, async |unit| unit.keep_idempotent_answer(&request, "1", at, at).await).await;
    assert!(matches!(result, Err(StoreError::Corrupt(_))));
    assert_eq!(f.state(id).await, before);
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
