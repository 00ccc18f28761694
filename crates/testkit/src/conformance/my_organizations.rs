//! The list of a user's organizations (N-04, C-101).

use std::sync::Arc;

use guildhall_domain::page::PageRequest;
use guildhall_domain::{Limit, MemberRole, OrganizationMembership, Permission, UserId};
use guildhall_ports::store::Store;

use crate::fixtures::{Fixture, page_size, walk};

async fn listed(f: &Fixture, user: UserId, size: u64) -> Vec<OrganizationMembership> {
    f.read_user(user, async |unit| walk(size, async |page| unit.list_organizations(&page).await).await).await
}

/// Each comes with the user's own place in it, and a single one is found alike.
pub async fn organizations_come_with_my_place(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, first) = f.seed_owned("Acme").await;
    let (_, second) = f.seed_owned("Beta").await;
    let role = f.seed_role(second.id, "Auditor", &[Permission::AuditRead]).await;
    let membership = f.seed_membership(second.id, owner.id, MemberRole::Custom(role.id)).await;

    let mine = listed(&f, owner.id, 10).await;
    assert_eq!(mine.len(), 2);
    assert_eq!(mine[0].organization, f.stored_organization(first.id).await);
    assert_eq!(mine[0].membership.role, MemberRole::Owner);
    assert_eq!(mine[0].custom_role_name, None);
    assert_eq!(mine[1].organization, f.stored_organization(second.id).await);
    assert_eq!(mine[1].membership, membership);
    assert_eq!(mine[1].custom_role_name, Some(role.name));
    for place in mine {
        let id = place.organization.id;
        assert_eq!(f.read_user(owner.id, async |unit| unit.organization(id).await).await, Some(place));
    }
}

/// A stranger's organizations are not theirs, nor is one that does not exist.
pub async fn stranger_finds_nothing(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let stranger = f.seed_user("bob@acme.example").await;
    assert_eq!(listed(&f, stranger.id, 10).await, []);
    for id in [organization.id, f.id()] {
        assert_eq!(f.read_user(stranger.id, async |unit| unit.organization(id).await).await, None);
    }
}

/// They come in the order of their lower-case names, then ids, in pages of exact size.
pub async fn organizations_come_in_order_of_name(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    for (n, name) in ["beta", "Alpha", "gamma", "BETA", "Zeta", "Ökonom", "beta", "be-ta", "Be ta"].iter().enumerate()
    {
        let mut organization = f.organization(name);
        organization.slug = organization.slug.with_suffix(&n.to_string());
        let membership = f.membership(organization.id, user.id, MemberRole::Owner);
        f.write(organization.id, async |unit| {
            unit.insert_organization(&organization).await?;
            unit.add_member(&membership, Limit::Unlimited).await
        })
        .await;
    }
    for size in [1, 2, 3, 9, 100] {
        let keys: Vec<_> = listed(&f, user.id, size)
            .await
            .into_iter()
            .map(|place| (place.organization.name.sort_key(), place.organization.id))
            .collect();
        assert_eq!(keys.len(), 9);
        assert!(keys.is_sorted(), "pages of {size}: {keys:?}");
    }
}

/// A new name takes a new place in the list, for every member.
pub async fn renamed_organization_moves(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (user, mut first) = f.seed_owned("Acme").await;
    f.seed_organization("Beta", &user).await;
    first.name = f.name("Zeta");
    f.write(first.id, async |unit| unit.update_organization(&first).await).await;
    let names: Vec<_> =
        listed(&f, user.id, 1).await.into_iter().map(|place| place.organization.name.to_string()).collect();
    assert_eq!(names, ["Beta", "Zeta"]);
}

/// What comes and goes between two pages makes nothing appear twice or be left out.
pub async fn my_pages_are_stable(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    let mut organizations = Vec::new();
    for name in ["o1", "o2", "o3", "o4"] {
        organizations.push(f.seed_organization(name, &user).await);
    }
    let mut request = PageRequest::first(page_size(2));
    let first = f.read_user(user.id, async |unit| unit.list_organizations(&request).await).await;
    f.seed_organization("o0", &user).await;
    f.seed_organization("o2 and more", &user).await;
    f.write(organizations[1].id, async |unit| unit.delete_organization().await).await;
    request.after = first.next;
    request.size = page_size(100);
    let rest = f.read_user(user.id, async |unit| unit.list_organizations(&request).await).await;
    let names: Vec<_> = rest.items.into_iter().map(|place| place.organization.name.to_string()).collect();
    assert_eq!(names, ["o2 and more", "o3", "o4"]);
}
