//! Organizations: made, read, opened, changed.

use std::sync::Arc;

use guildhall_domain::page::{PageRequest, PageSize};
use guildhall_domain::{
    Description, DomainName, Enrolment, Limit, MemberRole, Organization, OrganizationStatus, Permission, PermissionSet,
    PlanName, Slug, TimeZone, Version,
};
use guildhall_ports::store::{Constraint, OrganizationFilter, Store};

use super::expect;
use crate::fixtures::Fixture;

/// A new organization is kept as it was given, but for its counters, which start at zero (N-16).
pub async fn new_organization_is_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let mut given = f.organization("Ärzte & Söhne \"GmbH\"");
    given.slug = Slug::parse("aerzte").unwrap();
    given.description = Some(Description::parse("First line\nsecond line: 100 % 'quoted'").unwrap());
    given.domain = Some(DomainName::parse("aerzte.example").unwrap());
    given.plan = PlanName::parse("TEAM").unwrap();
    given.users_count = 17;
    given.owners_count = 4;
    f.write(given.id, async |unit| unit.insert_organization(&given).await).await;

    let stored = f.stored_organization(given.id).await;
    given.users_count = 0;
    given.owners_count = 0;
    assert_eq!(stored, given);
}

/// An id that stands for nothing finds nothing.
pub async fn unknown_organization_is_none(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, _) = f.seed_owned("Acme").await;
    let unknown = f.id();
    assert_eq!(f.read(unknown, async |unit| unit.organization().await).await, None);
    assert_eq!(f.read(unknown, async |unit| unit.open(owner.id).await).await, None);
    assert_eq!(f.read(unknown, async |unit| unit.audit_head().await).await, None);
}

/// A slug is unique, and after the conflict the same unit of work can go on with another (M-02).
pub async fn taken_slug_leaves_the_unit_usable(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, first) = f.seed_owned("Acme").await;
    let mut second = f.organization("Acme");
    assert_eq!(first.slug, second.slug);

    let mut unit = f.begin_user(owner.id).await;
    unit.set_password(&f.password("changed before")).await.unwrap();
    let mut unit = unit.into_org(second.id).await.unwrap();
    expect::conflict(unit.insert_organization(&second).await, Constraint::OrganizationSlug);
    expect::conflict(unit.insert_organization(&second).await, Constraint::OrganizationSlug);
    second.slug = second.slug.with_suffix("2");
    unit.insert_organization(&second).await.unwrap();
    unit.add_member(&f.membership(second.id, owner.id, MemberRole::Owner), Limit::Unlimited).await.unwrap();
    unit.commit().await.unwrap();

    assert_eq!(f.stored_organization(second.id).await.slug.as_str(), "acme-2");
    assert_eq!(f.stored_organization(first.id).await, first);
    let password = f.read_user(owner.id, async |unit| unit.password().await).await;
    assert_eq!(password, Some(f.password("changed before")), "what was done before the conflict is kept");
}

/// Names are not unique: one tenant's name blocks nobody.
pub async fn name_is_not_unique(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, first) = f.seed_owned("Acme").await;
    let mut second = f.organization("Acme");
    second.slug = Slug::parse("acme-too").unwrap();
    f.write(second.id, async |unit| unit.insert_organization(&second).await).await;
    assert_eq!(f.stored_organization(second.id).await.name, first.name);
}

/// One id is one organization.
pub async fn id_is_taken_once(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let mut again = organization.clone();
    again.slug = Slug::parse("other").unwrap();
    let result = f.try_write(again.id, async |unit| unit.insert_organization(&again).await).await;
    assert!(result.is_err(), "an organization was made over another");
    assert_eq!(f.stored_organization(organization.id).await, organization);
}

/// Update writes the documented fields, leaves the others, raises the version and gives the row.
pub async fn update_writes_what_is_documented(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, before) = f.seed_owned("Acme").await;
    let mut change = before.clone();
    change.name = f.name("Acme Renamed");
    change.slug = Slug::parse("acme-renamed").unwrap();
    change.description = Some(Description::parse("What it is for").unwrap());
    change.domain = Some(DomainName::parse("acme.example").unwrap());
    change.status = OrganizationStatus::Suspended;
    change.plan = PlanName::parse("TEAM").unwrap();
    change.updated_at = f.now();
    let mut wanted = change.clone();
    wanted.version = before.version.next();
    change.users_count = 99;
    change.owners_count = 99;
    change.created_at = f.now();
    change.version = Version(77);

    let given = f.write(before.id, async |unit| unit.update_organization(&change).await).await;
    assert_eq!(given, wanted);
    assert_eq!(f.stored_organization(before.id).await, wanted);
}

/// Update clears what is not there any more.
pub async fn update_clears_optional_fields(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, mut organization) = f.seed_owned("Acme").await;
    organization.description = Some(Description::parse("text").unwrap());
    organization.domain = Some(DomainName::parse("acme.example").unwrap());
    f.write(organization.id, async |unit| unit.update_organization(&organization).await).await;
    organization.description = None;
    organization.domain = None;
    f.write(organization.id, async |unit| unit.update_organization(&organization).await).await;
    let stored = f.stored_organization(organization.id).await;
    assert_eq!((stored.description, stored.domain), (None, None));
}

/// Every status is kept (N-35, N-36).
pub async fn every_status_is_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, mut organization) = f.seed_owned("Acme").await;
    for status in OrganizationStatus::ALL.into_iter().rev() {
        organization.status = status;
        let given = f.write(organization.id, async |unit| unit.update_organization(&organization).await).await;
        assert_eq!(given.status, status);
        assert_eq!(f.stored_organization(organization.id).await.status, status);
    }
}

/// The time zone is kept as it was given and changed, wherever the organization is read (M-26).
pub async fn time_zone_is_kept_wherever_it_is_read(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    let time_zone = TimeZone::parse("America/Argentina/ComodRivadavia").unwrap();
    let mut organization = Organization { time_zone, ..f.organization("Acme") };
    let id = organization.id;
    let owner = f.membership(id, user.id, MemberRole::Owner);
    f.write(id, async |unit| {
        unit.insert_organization(&organization).await?;
        unit.add_member(&owner, Limit::Unlimited).await
    })
    .await;
    let domain = f.seed_domain(id, "acme.example", Enrolment::Suggest).await.domain;
    let page = PageRequest::first(PageSize::MAX);
    for name in ["America/Argentina/ComodRivadavia", "Pacific/Chatham", "UTC"] {
        organization.time_zone = TimeZone::parse(name).unwrap();
        if f.stored_organization(id).await.time_zone != organization.time_zone {
            let given = f.write(id, async |unit| unit.update_organization(&organization).await).await;
            assert_eq!(given.time_zone, organization.time_zone);
        }
        let mine = f.read_user(user.id, async |unit| unit.organization(id).await).await.unwrap();
        let listed = f
            .read_user(user.id, async |unit| unit.list_organizations(&PageRequest::first(PageSize::MAX)).await)
            .await
            .items;
        let filter = OrganizationFilter::default();
        let all = f.read_platform(async |unit| unit.list_organizations(&filter, &page).await).await.items;
        let claimed = f.read_platform(async |unit| unit.organization_by_domain(&domain).await).await;
        for found in [
            f.stored_organization(id).await,
            f.read(id, async |unit| unit.open(user.id).await).await.unwrap().organization,
            mine.organization,
            listed[0].organization.clone(),
            all[0].clone(),
            claimed.unwrap(),
        ] {
            assert_eq!(found.time_zone, organization.time_zone);
        }
    }
    let (_, other) = f.seed_owned("Beta").await;
    assert_eq!(other.time_zone, TimeZone::utc());
}

/// Update keeps slugs unique, and lets an organization keep its own.
pub async fn update_keeps_slugs_unique(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, first) = f.seed_owned("Acme").await;
    let (_, second) = f.seed_owned("Beta").await;
    let mut change = second.clone();
    change.slug = first.slug.clone();
    let result = f.try_write(second.id, async |unit| unit.update_organization(&change).await).await;
    expect::conflict(result, Constraint::OrganizationSlug);
    assert_eq!(f.stored_organization(second.id).await, second);
    f.write(second.id, async |unit| unit.update_organization(&second).await).await;
}

/// A slug that was given up can be taken.
pub async fn freed_slug_can_be_taken(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, mut first) = f.seed_owned("Acme").await;
    first.slug = Slug::parse("moved").unwrap();
    f.write(first.id, async |unit| unit.update_organization(&first).await).await;
    let second = f.seed_organization("Acme", &owner).await;
    f.write(second.id, async |unit| unit.delete_organization().await).await;
    assert_eq!(f.seed_organization("Acme", &owner).await.slug.as_str(), "acme");
}

/// What is not there can be neither changed nor deleted.
pub async fn absent_organization_is_not_found(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, _) = f.seed_owned("Acme").await;
    let absent = f.organization("Absent");
    expect::not_found(f.try_write(absent.id, async |unit| unit.update_organization(&absent).await).await);
    expect::not_found(f.try_write(absent.id, async |unit| unit.delete_organization().await).await);
    let membership = f.membership(absent.id, owner.id, MemberRole::Owner);
    assert!(f.try_write(absent.id, async |unit| unit.add_member(&membership, Limit::Unlimited).await).await.is_err());
    let role = f.role(absent.id, "Reader", &[]);
    assert!(f.try_write(absent.id, async |unit| unit.insert_role(&role).await).await.is_err());
}

/// Opening tells the organization and the caller's place in it, whatever the role.
pub async fn open_tells_organization_and_place(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let role = f.seed_role(id, "Auditor", &[Permission::AuditRead, Permission::MemberRead]).await;
    let (admin, _) = f.seed_member(id, "admin@acme.example", MemberRole::Admin).await;
    let (member, _) = f.seed_member(id, "member@acme.example", MemberRole::Member).await;
    let (auditor, _) = f.seed_member(id, "auditor@acme.example", MemberRole::Custom(role.id)).await;
    let stranger = f.seed_user("stranger@acme.example").await;
    let stored = f.stored_organization(id).await;

    for (user, wanted, permissions) in [
        (&owner, MemberRole::Owner, PermissionSet::OWNER),
        (&admin, MemberRole::Admin, PermissionSet::ADMIN),
        (&member, MemberRole::Member, PermissionSet::MEMBER),
        (&auditor, MemberRole::Custom(role.id), role.permissions),
    ] {
        let opened = f.read(id, async |unit| unit.open(user.id).await).await.unwrap();
        assert_eq!(opened.organization, stored);
        let found = opened.member.unwrap();
        let profile = f.read(id, async |unit| unit.member(user.id.uuid()).await).await.unwrap();
        assert_eq!(found.facts.member_id, profile.membership.id);
        assert_eq!((found.facts.role, found.facts.permissions), (wanted, permissions));
        assert_eq!(found.last_active_at, None);
    }
    for nobody in [stranger.id, f.id()] {
        let opened = f.read(id, async |unit| unit.open(nobody).await).await.unwrap();
        assert_eq!(opened.organization, stored);
        assert_eq!(opened.member, None);
    }
}
