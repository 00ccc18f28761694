//! What the domain of a user's address offers them (N-13).

use std::sync::Arc;

use guildhall_domain::{DomainClaim, DomainOffer, DomainStatus, Enrolment, Organization, OrganizationStatus, UserId};
use guildhall_ports::store::Store;

use crate::fixtures::Fixture;

async fn offer(f: &Fixture, user: UserId) -> Option<DomainOffer> {
    f.read_user(user, async |unit| unit.domain_offer().await).await
}

/// A verified domain offers its organization, with the name, status and enrolment of now.
pub async fn verified_domain_offers_its_organization(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, mut organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let mut claim = f.seed_domain(id, "acme.com", Enrolment::Manual).await;
    // Whether the address is known to be theirs, the caller asks.
    let users = [f.seed_user("bob@acme.com").await, f.seed_verified_user("carol@ACME.com").await];
    for (enrolment, status) in Enrolment::ALL.iter().copied().zip(OrganizationStatus::ALL.iter().copied().cycle()) {
        claim = f.change_claim(&DomainClaim { enrolment, ..claim }).await;
        let name = f.name(&format!("{} & Sons", organization.name));
        let changed = Organization { name, status, ..organization };
        organization = f.write(id, async |unit| unit.update_organization(&changed).await).await;
        let wanted = DomainOffer {
            organization_id: id,
            organization_name: organization.name.clone(),
            organization_status: status,
            enrolment,
        };
        for user in &users {
            assert_eq!(offer(&f, user.id).await, Some(wanted.clone()));
        }
    }
}

/// A claim that was not shown to be true offers nothing.
pub async fn unverified_domain_offers_nothing(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let user = f.seed_verified_user("bob@acme.com").await;
    let claim = f.seed_claim(organization.id, "acme.com").await;
    let claim = DomainClaim { enrolment: Enrolment::Automatic, ..claim };
    for status in [DomainStatus::Pending, DomainStatus::Failed] {
        f.change_claim(&f.looked_up(&claim, status)).await;
        assert_eq!(offer(&f, user.id).await, None, "{status:?}");
    }
    // Of two claims only the verified one counts.
    f.seed_domain(other.id, "acme.com", Enrolment::Manual).await;
    let found = offer(&f, user.id).await.unwrap();
    assert_eq!((found.organization_id, found.enrolment), (other.id, Enrolment::Manual));
}

/// Only exactly the domain of the address counts: what stands behind its last `@`.
pub async fn offer_is_for_the_exact_domain(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    f.seed_domain(organization.id, "acme.com", Enrolment::Automatic).await;
    for email in [
        "bob@mail.acme.com",
        "bob@xacme.com",
        "bob@acme.co",
        "bob@acme.com.example",
        "bob@com",
        "acme.com@beta.com",
        "\"bob@acme.com\"@beta.com",
        "root@localhost",
    ] {
        let user = f.seed_verified_user(email).await;
        assert_eq!(offer(&f, user.id).await, None, "{email}");
    }
    let quoted = f.seed_verified_user("\"bob@beta.com\"@acme.com").await;
    assert_eq!(offer(&f, quoted.id).await.unwrap().organization_id, organization.id);
    assert_eq!(offer(&f, f.id()).await, None, "nobody has no address");
}

/// An offer is no place in the organization.
pub async fn offer_is_no_membership(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    f.seed_domain(organization.id, "acme.com", Enrolment::Automatic).await;
    let user = f.seed_verified_user("bob@acme.com").await;
    assert!(offer(&f, user.id).await.is_some());
    assert_eq!(f.read_user(user.id, async |unit| unit.organization(organization.id).await).await, None);
    assert_eq!(f.read_user(user.id, async |unit| unit.active_organization().await).await, None);
    let opened = f.read(organization.id, async |unit| unit.open(user.id).await).await.unwrap();
    assert_eq!(opened.member, None);
}
