//! Who was removed, or left, and did not come back since.

use std::sync::Arc;

use guildhall_domain::{Email, Limit, MemberRole, OrganizationId};
use guildhall_ports::store::Store;

use crate::fixtures::Fixture;

async fn departed(f: &Fixture, organization: OrganizationId, email: &Email) -> bool {
    f.read(organization, async |unit| unit.has_departed(email).await).await
}

async fn depart(f: &Fixture, organization: OrganizationId, email: &Email) {
    f.write(organization, async |unit| unit.note_departure(email, f.now()).await).await;
}

/// A departure is noted for one address and one organization, as often as it is told.
pub async fn departure_is_noted(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let (user, membership) = f.seed_member(organization.id, "bob@acme.example", MemberRole::Member).await;
    assert!(!departed(&f, organization.id, &user.email).await);
    f.write(organization.id, async |unit| {
        unit.remove_member(membership.id, f.now()).await?;
        unit.note_departure(&user.email, f.now()).await
    })
    .await;
    assert!(departed(&f, organization.id, &user.email).await);
    depart(&f, organization.id, &user.email).await;
    assert!(departed(&f, organization.id, &user.email).await);
    assert!(!departed(&f, other.id, &user.email).await);
    assert!(!departed(&f, f.id(), &user.email).await);
    assert!(!departed(&f, organization.id, &owner.email).await);
    for nobody in ["bo_@acme.example", "bobby@acme.example", "bob@acme.example.org", "%@acme.example"] {
        assert!(!departed(&f, organization.id, &f.email(nobody)).await, "{nobody}");
    }
    // No organization, nobody to leave it.
    let result = f.try_write(f.id(), async |unit| unit.note_departure(&user.email, f.now()).await).await;
    assert!(result.is_err(), "somebody left nothing");
}

/// Only that somebody is removed notes nothing: the caller says so.
pub async fn removal_alone_is_no_departure(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (user, membership) = f.seed_member(organization.id, "bob@acme.example", MemberRole::Member).await;
    f.write(organization.id, async |unit| unit.remove_member(membership.id, f.now()).await).await;
    assert!(!departed(&f, organization.id, &user.email).await);
}

/// Who becomes a member again did not depart; another organization remembers.
pub async fn departure_is_forgotten_on_return(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let user = f.seed_user("bob@acme.example").await;
    let neighbour = f.seed_user("carol@acme.example").await;
    for (organization, user) in [(&organization, &user), (&other, &user), (&organization, &neighbour)] {
        depart(&f, organization.id, &user.email).await;
    }
    let membership = f.membership(organization.id, user.id, MemberRole::Member);
    let mut unit = f.begin(organization.id).await;
    unit.add_member(&membership, Limit::Unlimited).await.unwrap();
    assert!(!unit.has_departed(&user.email).await.unwrap());
    unit.rollback().await.unwrap();
    assert!(departed(&f, organization.id, &user.email).await);

    f.write(organization.id, async |unit| unit.add_member(&membership, Limit::Unlimited).await).await;
    assert!(!departed(&f, organization.id, &user.email).await);
    assert!(departed(&f, other.id, &user.email).await);
    assert!(departed(&f, organization.id, &neighbour.email).await);
    // And may depart again.
    f.write(organization.id, async |unit| {
        unit.remove_member(membership.id, f.now()).await?;
        unit.note_departure(&user.email, f.now()).await
    })
    .await;
    assert!(departed(&f, organization.id, &user.email).await);
}

/// What is remembered of an address does not keep the account, stays when it
/// goes, and holds for whoever registers with the address then.
pub async fn departure_outlives_the_account(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let user = f.seed_user("bob@acme.example").await;
    for organization in [organization.id, other.id] {
        depart(&f, organization, &user.email).await;
    }
    f.write_user(user.id, async |unit| unit.delete_user().await).await;
    assert!(departed(&f, organization.id, &user.email).await);
    // It can be noted of an address that has no account, too.
    depart(&f, organization.id, &user.email).await;

    let again = f.seed_user("Bob@acme.example").await;
    assert_ne!(again.id, user.id);
    assert!(departed(&f, organization.id, &again.email).await);
    f.seed_membership(organization.id, again.id, MemberRole::Member).await;
    assert!(!departed(&f, organization.id, &user.email).await);
    assert!(departed(&f, other.id, &user.email).await);
}
