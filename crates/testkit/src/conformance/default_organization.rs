//! The organization that users without one share (N-05).

use std::sync::Arc;
use std::time::Duration;

use guildhall_domain::{Limit, MemberRole, OrganizationId, UserId};
use guildhall_ports::store::Store;

use crate::fixtures::Fixture;

async fn shared(f: &Fixture, user: UserId) -> Option<OrganizationId> {
    f.read_user(user, async |unit| unit.default_organization(false).await).await
}

/// There is none at first; the one that is set is everybody's, until another is.
pub async fn default_organization_is_set(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (alice, first) = f.seed_owned("Acme").await;
    let (bob, second) = f.seed_owned("Beta").await;
    for user in [alice.id, bob.id, f.id()] {
        assert_eq!(shared(&f, user).await, None);
    }
    for organization in [first.id, first.id, second.id] {
        f.write_user(alice.id, async |unit| unit.set_default_organization(organization).await).await;
        for user in [alice.id, bob.id, f.id()] {
            assert_eq!(shared(&f, user).await, Some(organization));
        }
        let taken = f.write_user(bob.id, async |unit| unit.default_organization(true).await).await;
        assert_eq!(taken, Some(organization));
    }
    let result = f.try_write_user(alice.id, async |unit| unit.set_default_organization(f.id()).await).await;
    assert!(result.is_err(), "an organization that does not exist became the shared one");
    assert_eq!(shared(&f, alice.id).await, Some(second.id));
}

/// It is made and set in one unit of work, or not at all.
pub async fn default_organization_is_made_in_one_unit(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    for commits in [false, true] {
        let organization = f.organization("Default Organization");
        let mut unit = f.begin_user(user.id).await;
        assert_eq!(unit.default_organization(true).await.unwrap(), None);
        let mut unit = unit.into_org(organization.id).await.unwrap();
        unit.insert_organization(&organization).await.unwrap();
        unit.add_member(&f.membership(organization.id, user.id, MemberRole::Owner), Limit::Unlimited).await.unwrap();
        let mut unit = unit.into_user(user.id).await.unwrap();
        unit.set_default_organization(organization.id).await.unwrap();
        assert_eq!(unit.default_organization(false).await.unwrap(), Some(organization.id));
        if commits {
            unit.commit().await.unwrap();
            assert_eq!(shared(&f, user.id).await, Some(organization.id));
        } else {
            unit.rollback().await.unwrap();
            assert_eq!(shared(&f, user.id).await, None);
        }
    }
}

/// When it is deleted there is none again, and a new one can be set.
pub async fn deleted_default_organization_is_none(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (user, other) = f.seed_owned("Acme").await;
    for _ in 0..2 {
        let organization = f.seed_organization("Default Organization", &user).await;
        f.write_user(user.id, async |unit| unit.set_default_organization(organization.id).await).await;
        f.write(organization.id, async |unit| unit.delete_organization().await).await;
        assert_eq!(shared(&f, user.id).await, None);
        assert_eq!(f.write_user(user.id, async |unit| unit.default_organization(true).await).await, None);
    }
    // Deleting any other changes nothing.
    let organization = f.seed_organization("Default Organization", &user).await;
    f.write_user(user.id, async |unit| unit.set_default_organization(organization.id).await).await;
    f.write(other.id, async |unit| unit.delete_organization().await).await;
    assert_eq!(shared(&f, user.id).await, Some(organization.id));
}

/// Who only looks waits for nobody who takes it.
pub async fn looking_does_not_wait(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (alice, organization) = f.seed_owned("Acme").await;
    let mut taking = f.begin_user(alice.id).await;
    assert_eq!(taking.default_organization(true).await.unwrap(), None);
    taking.set_default_organization(organization.id).await.unwrap();
    let looked = tokio::time::timeout(Duration::from_secs(10), shared(&f, alice.id)).await;
    assert_eq!(looked.expect("a reading unit of work waits for nobody"), None);
    taking.commit().await.unwrap();
    assert_eq!(shared(&f, alice.id).await, Some(organization.id));
}
