//! Claims to internet domains (N-13, N-14).

use std::sync::Arc;

use guildhall_domain::page::PageRequest;
use guildhall_domain::{DomainClaim, DomainStatus, Enrolment, Organization, OrganizationId, Version};
use guildhall_ports::store::{Constraint, Store};

use super::expect;
use crate::fixtures::{Fixture, page_size, walk};

async fn owner_of(f: &Fixture, domain: &str) -> Option<OrganizationId> {
    let domain = f.domain(domain);
    let found = f.read_platform(async |unit| unit.organization_by_domain(&domain).await).await;
    found.map(|organization| organization.id)
}

/// A new claim is kept as it was given, and counts for nothing yet.
pub async fn new_claim_is_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    for (domain, enrolment) in ["acme.com", "mail.acme.com", "acme.co.uk", "münchen.example"]
        .into_iter()
        .zip(Enrolment::ALL.iter().copied().cycle())
    {
        let claim = DomainClaim { enrolment, ..f.claim(id, domain) };
        f.write(id, async |unit| unit.insert_domain(&claim).await).await;
        assert_eq!(f.read(id, async |unit| unit.domain(claim.id).await).await, Some(claim));
        assert_eq!(owner_of(&f, domain).await, None);
    }
    assert_eq!(f.read(id, async |unit| unit.domain(f.id()).await).await, None);
    let nowhere = f.claim(f.id(), "acme.org");
    let result = f.try_write(nowhere.organization_id, async |unit| unit.insert_domain(&nowhere).await).await;
    assert!(result.is_err(), "a claim for nobody was made");
}

/// An organization claims a domain once, whatever came of it.
pub async fn domain_is_claimed_once_per_organization(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let claim = f.seed_claim(organization.id, "acme.com").await;
    for status in DomainStatus::ALL.iter().copied() {
        f.change_claim(&f.looked_up(&claim, status)).await;
        let before = f.state(organization.id).await;
        let again = f.claim(organization.id, "ACME.com");
        let result = f.try_write(organization.id, async |unit| unit.insert_domain(&again).await).await;
        expect::conflict(result, Constraint::DomainClaimed);
        assert_eq!(f.state(organization.id).await, before);
    }
    // Another part of the same tree is another domain.
    f.seed_claim(organization.id, "mail.acme.com").await;
}

/// Many claim a domain, and one has it verified.
pub async fn domain_is_verified_for_one_organization(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, first) = f.seed_owned("Acme").await;
    let (_, second) = f.seed_owned("Beta").await;
    let theirs = f.seed_claim(first.id, "acme.com").await;
    let mine = f.seed_claim(second.id, "acme.com").await;
    let verified = f.change_claim(&f.verified(&theirs)).await;
    assert_eq!(owner_of(&f, "acme.com").await, Some(first.id));

    let before = (f.state(first.id).await, f.state(second.id).await);
    let change = f.verified(&mine);
    let result = f.try_write(second.id, async |unit| unit.update_domain(&change).await).await;
    expect::conflict(result, Constraint::DomainTaken);
    assert_eq!((f.state(first.id).await, f.state(second.id).await), before);
    // That it was looked up in vain can be written, and the owner's own claim stays changeable.
    f.change_claim(&f.looked_up(&mine, DomainStatus::Failed)).await;
    f.change_claim(&DomainClaim { enrolment: Enrolment::Automatic, ..f.verified(&verified) }).await;
    assert_eq!(owner_of(&f, "acme.com").await, Some(first.id));
}

/// A domain that is no longer verified, or was given up, or whose organization is gone, is free for the next.
pub async fn freed_domain_can_be_verified(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let mut organizations = Vec::new();
    let mut claims = Vec::new();
    for name in ["Acme", "Beta", "Gamma", "Delta"] {
        let (_, organization) = f.seed_owned(name).await;
        claims.push(f.seed_claim(organization.id, "acme.com").await);
        organizations.push(organization.id);
    }
    f.change_claim(&f.verified(&claims[0])).await;
    f.change_claim(&f.looked_up(&claims[0], DomainStatus::Failed)).await;
    assert_eq!(owner_of(&f, "acme.com").await, None);

    f.change_claim(&f.verified(&claims[1])).await;
    assert_eq!(owner_of(&f, "acme.com").await, Some(organizations[1]));
    f.write(organizations[1], async |unit| unit.delete_domain(claims[1].id).await).await;
    assert_eq!(owner_of(&f, "acme.com").await, None);
    assert_eq!(f.read(organizations[1], async |unit| unit.domain(claims[1].id).await).await, None);

    f.change_claim(&f.verified(&claims[2])).await;
    f.write(organizations[2], async |unit| unit.delete_organization().await).await;
    assert_eq!(owner_of(&f, "acme.com").await, None);

    f.change_claim(&f.verified(&claims[3])).await;
    assert_eq!(owner_of(&f, "acme.com").await, Some(organizations[3]));
    // Who gave it up may claim it again.
    f.seed_claim(organizations[1], "acme.com").await;
}

/// Update writes status, enrolment and times, raises the version, and gives the row.
pub async fn claim_update_writes_what_is_documented(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let mut before = f.seed_claim(organization.id, "acme.com").await;
    let other = f.seed_claim(organization.id, "acme.org").await;
    for status in DomainStatus::ALL.iter().copied().rev() {
        for enrolment in Enrolment::ALL.iter().copied() {
            let wanted = DomainClaim {
                status,
                enrolment,
                updated_at: f.now(),
                checked_at: (status != DomainStatus::Pending).then(|| f.now()),
                verified_at: (status == DomainStatus::Verified).then(|| f.now()),
                version: before.version.next(),
                ..before.clone()
            };
            let change = DomainClaim {
                domain: f.domain("mallory.com"),
                challenge: "other".to_owned(),
                created_at: f.now(),
                version: Version(77),
                ..wanted.clone()
            };
            assert_eq!(f.change_claim(&change).await, wanted);
            assert_eq!(f.read(organization.id, async |unit| unit.domain(before.id).await).await, Some(wanted.clone()));
            before = wanted;
        }
    }
    assert_eq!(f.read(organization.id, async |unit| unit.domain(other.id).await).await, Some(other));
    assert_eq!(owner_of(&f, "mallory.com").await, None);
}

/// What is not there can be neither changed nor given up.
pub async fn absent_claim_is_not_found(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let absent = f.claim(organization.id, "acme.com");
    expect::not_found(f.try_write(organization.id, async |unit| unit.update_domain(&absent).await).await);
    expect::not_found(f.try_write(organization.id, async |unit| unit.delete_domain(absent.id).await).await);
}

/// Claims come newest first, in pages of exact size, and nobody else's with them.
pub async fn claims_come_newest_first(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let id = organization.id;
    let mut wanted = Vec::new();
    for n in 0..6 {
        wanted.insert(0, f.seed_claim(id, &format!("acme{n}.com")).await);
        f.seed_claim(other.id, &format!("acme{n}.com")).await;
    }
    for size in [1, 2, 4, 6, 100] {
        let listed = f.read(id, async |unit| walk(size, async |page| unit.list_domains(&page).await).await).await;
        assert_eq!(listed, wanted, "pages of {size}");
    }
    // What goes between two pages is not missed.
    let mut request = PageRequest::first(page_size(2));
    let first = f.read(id, async |unit| unit.list_domains(&request).await).await;
    f.write(id, async |unit| unit.delete_domain(wanted[1].id).await).await;
    request.after = first.next;
    let rest = f.read(id, async |unit| unit.list_domains(&request).await).await;
    assert_eq!(rest.items, wanted[2..4]);
}

/// The organization of a verified domain is given whole, for exactly that domain.
pub async fn organization_is_found_by_domain(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let claim = f.seed_domain(organization.id, "acme.com", Enrolment::Manual).await;
    // The domain that an organization only states grants nothing (N-02).
    let stated = Organization { domain: Some(f.domain("stated.com")), ..organization };
    let wanted = f.write(stated.id, async |unit| unit.update_organization(&stated).await).await;
    let domain = f.domain("Acme.com");
    assert_eq!(f.read_platform(async |unit| unit.organization_by_domain(&domain).await).await, Some(wanted));
    for other in ["stated.com", "mail.acme.com", "me.com", "acme.co", "acme.com.example", "xacme.com"] {
        assert_eq!(owner_of(&f, other).await, None, "{other}");
    }
    for status in [DomainStatus::Pending, DomainStatus::Failed] {
        f.change_claim(&f.looked_up(&claim, status)).await;
        assert_eq!(owner_of(&f, "acme.com").await, None, "{status:?}");
    }
}
