//! Who was removed, or left, and did not come back since.

use std::sync::Arc;

use guildhall_domain::{MemberRole, OrganizationId, UserId};
use guildhall_ports::store::Store;

use crate::fixtures::Fixture;

async fn departed(f: &Fixture, organization: OrganizationId, user: UserId) -> bool {
    f.read(organization, async |unit| unit.has_departed(user).await).await
}

async fn depart(f: &Fixture, organization: OrganizationId, user: UserId) {
    f.write(organization, async |unit| unit.note_departure(user, f.now()).await).await;
}

/// A departure is noted for one user and one organization, as often as it is told.
pub async fn departure_is_noted(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let (user, membership) = f.seed_member(organization.id, "bob@acme.example", MemberRole::Member).await;
    assert!(!departed(&f, organization.id, user.id).await);
    f.write(organization.id, async |unit| {
        unit.remove_member(membership.id, f.now()).await?;
        unit.note_departure(user.id, f.now()).await
    })
    .await;
    assert!(departed(&f, organization.id, user.id).await);
    depart(&f, organization.id, user.id).await;
    assert!(departed(&f, organization.id, user.id).await);
    for (organization, user) in [(other.id, user.id), (organization.id, owner.id), (organization.id, f.id())] {
        assert!(!departed(&f, organization, user).await);
    }
}

/// Only that somebody is removed notes nothing: the caller says so.
pub async fn removal_alone_is_no_departure(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (user, membership) = f.seed_member(organization.id, "bob@acme.example", MemberRole::Member).await;
    f.write(organization.id, async |unit| unit.remove_member(membership.id, f.now()).await).await;
    assert!(!departed(&f, organization.id, user.id).await);
}

/// Who becomes a member again did not depart; another organization remembers.
pub async fn departure_is_forgotten_on_return(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let user = f.seed_user("bob@acme.example").await;
    let neighbour = f.seed_user("carol@acme.example").await;
    for (organization, user) in [(organization.id, user.id), (other.id, user.id), (organization.id, neighbour.id)] {
        depart(&f, organization, user).await;
    }
    let membership = f.membership(organization.id, user.id, MemberRole::Member);
    let mut unit = f.begin(organization.id).await;
    unit.add_member(&membership).await.unwrap();
    assert!(!unit.has_departed(user.id).await.unwrap());
    unit.rollback().await.unwrap();
    assert!(departed(&f, organization.id, user.id).await);

    f.write(organization.id, async |unit| unit.add_member(&membership).await).await;
    assert!(!departed(&f, organization.id, user.id).await);
    assert!(departed(&f, other.id, user.id).await);
    assert!(departed(&f, organization.id, neighbour.id).await);
    // And may depart again.
    f.write(organization.id, async |unit| {
        unit.remove_member(membership.id, f.now()).await?;
        unit.note_departure(user.id, f.now()).await
    })
    .await;
    assert!(departed(&f, organization.id, user.id).await);
}

/// What is remembered of a user does not keep the account, and goes with it.
pub async fn departure_goes_with_the_account(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let user = f.seed_user("bob@acme.example").await;
    depart(&f, organization.id, user.id).await;
    f.write_user(user.id, async |unit| unit.delete_user().await).await;
    assert!(!departed(&f, organization.id, user.id).await);
    // Whoever has the same id then, as from a backup, is a stranger.
    f.write_user(user.id, async |unit| unit.insert_user(&user, &f.password("secret")).await).await;
    assert!(!departed(&f, organization.id, user.id).await);
}
