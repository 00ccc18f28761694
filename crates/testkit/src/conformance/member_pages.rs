//! The list of members: order, pages, search, role.

use std::sync::Arc;

use guildhall_domain::page::PageRequest;
use guildhall_domain::{Email, MemberRole, OrganizationId, Permission};
use guildhall_ports::store::{MemberFilter, Store};

use crate::fixtures::{Fixture, page_size, walk};

async fn emails(f: &Fixture, organization: OrganizationId, filter: &MemberFilter, size: u64) -> Vec<String> {
    let profiles =
        f.read(organization, async |unit| walk(size, async |page| unit.list_members(filter, &page).await).await).await;
    profiles.into_iter().map(|profile| profile.email.as_str().to_owned()).collect()
}

async fn found(f: &Fixture, organization: OrganizationId, search: &str) -> Vec<String> {
    let filter = MemberFilter { search: Some(search.to_owned()), role: None };
    let found = emails(f, organization, &filter, 2).await;
    found.into_iter().map(|email| email.split('@').next().unwrap_or_default().to_owned()).collect()
}

async fn seed_named(f: &Fixture, organization: OrganizationId, local: &str, name: &str) {
    let mut user = f.user(&format!("{local}@acme.example"));
    user.name = f.name(name);
    f.write_user(user.id, async |unit| unit.insert_user(&user, &f.password("secret")).await).await;
    f.seed_membership(organization, user.id, MemberRole::Member).await;
}

/// Members come in the order of their addresses, character by character, not
/// in that of some language (M-09).
pub async fn members_come_in_order_of_email(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    for local in ["zoe", "a.b", "ab", "a-b", "a_b", "a1", "b", "a", "été", "aa"] {
        f.seed_member(organization.id, &format!("{local}@acme.example"), MemberRole::Member).await;
    }
    let listed = emails(&f, organization.id, &MemberFilter::default(), 3).await;
    assert_eq!(listed.len(), 11);
    assert!(listed.is_sorted(), "{listed:?}");
}

/// Pages have exactly the size asked for, none is empty, and the last says that it is the last.
pub async fn pages_have_exact_sizes(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    for n in 0..5 {
        f.seed_member(organization.id, &format!("user{n}@acme.example"), MemberRole::Member).await;
    }
    for (size, sizes) in
        [(1, vec![1, 1, 1, 1, 1, 1]), (2, vec![2, 2, 2]), (4, vec![4, 2]), (6, vec![6]), (100, vec![6])]
    {
        let mut request = PageRequest::first(page_size(size));
        let mut seen = Vec::new();
        loop {
            let page =
                f.read(organization.id, async |unit| unit.list_members(&MemberFilter::default(), &request).await).await;
            seen.push(page.items.len());
            request.after = page.next;
            if request.after.is_none() {
                break;
            }
        }
        assert_eq!(seen, sizes, "pages of {size}");
    }
}

/// Who joins or leaves between two pages makes nobody appear twice or be left out.
pub async fn pages_are_stable(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let owner = f.seed_user("m5@acme.example").await;
    let organization = f.seed_organization("Acme", &owner).await;
    let id = organization.id;
    let mut memberships = Vec::new();
    for local in ["m1", "m2", "m3", "m4"] {
        memberships.push(f.seed_member(id, &format!("{local}@acme.example"), MemberRole::Member).await.1);
    }
    let everybody = MemberFilter::default();
    let mut request = PageRequest::first(page_size(2));
    let first = f.read(id, async |unit| unit.list_members(&everybody, &request).await).await;
    assert_eq!(first.items[1].membership.id, memberships[1].id);

    f.seed_member(id, "m0@acme.example", MemberRole::Member).await;
    f.seed_member(id, "m1a@acme.example", MemberRole::Member).await;
    f.seed_member(id, "m2a@acme.example", MemberRole::Member).await;
    // The very member that the position names is gone.
    f.write(id, async |unit| unit.remove_member(memberships[1].id, f.now()).await).await;

    request.after = first.next;
    request.size = page_size(100);
    let rest = f.read(id, async |unit| unit.list_members(&everybody, &request).await).await;
    let rest: Vec<_> = rest.items.iter().map(|profile| profile.email.as_str()).collect();
    assert_eq!(rest, ["m2a@acme.example", "m3@acme.example", "m4@acme.example", "m5@acme.example"]);
}

/// Search finds parts of names and addresses, without regard to case, also beyond ASCII (C-105).
pub async fn search_disregards_case(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    seed_named(&f, organization.id, "a1", "Ärztin Öztürk").await;
    seed_named(&f, organization.id, "b2", "Алиса").await;
    seed_named(&f, organization.id, "c3", "plain").await;
    assert_eq!(found(&f, organization.id, "äRZTIN").await, ["a1"]);
    assert_eq!(found(&f, organization.id, "ÖZTÜRK").await, ["a1"]);
    assert_eq!(found(&f, organization.id, "алИСА").await, ["b2"]);
    assert_eq!(found(&f, organization.id, "LAI").await, ["c3"]);
    assert_eq!(found(&f, organization.id, "C3@ACME").await, ["c3"]);
    assert_eq!(found(&f, organization.id, "acme.example").await, ["a1", "b2", "c3", "owner"]);
    assert_eq!(found(&f, organization.id, "nobody").await, Vec::<String>::new());
}

/// In a search every character stands for itself.
pub async fn search_has_no_wildcards(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    seed_named(&f, organization.id, "a1", "100% sure").await;
    seed_named(&f, organization.id, "b2", "snake_case").await;
    seed_named(&f, organization.id, "c3", r"back\slash").await;
    seed_named(&f, organization.id, "d4", "O'Hara [x]*?").await;
    for (search, wanted) in [
        ("%", "a1"),
        ("0% s", "a1"),
        ("_", "b2"),
        ("e_c", "b2"),
        (r"\", "c3"),
        (r"k\s", "c3"),
        ("'", "d4"),
        ("[x]", "d4"),
        ("*", "d4"),
        ("?", "d4"),
    ] {
        assert_eq!(found(&f, organization.id, search).await, [wanted], "search for {search}");
    }
    for nothing in ["%%", "a%e", "snake%", "s_ake", r"\%", r"\_"] {
        assert!(found(&f, organization.id, nothing).await.is_empty(), "search for {nothing}");
    }
}

/// The list can be cut to one role, built in or custom, and searched at the same time (C-106).
pub async fn role_and_search_filter_together(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let auditor = f.seed_role(id, "Auditor", &[Permission::AuditRead]).await;
    let other = f.seed_role(id, "Other", &[]).await;
    for n in 0..3 {
        f.seed_member(id, &format!("member{n}@acme.example"), MemberRole::Member).await;
        f.seed_member(id, &format!("auditor{n}@acme.example"), MemberRole::Custom(auditor.id)).await;
    }
    f.seed_member(id, "admin@acme.example", MemberRole::Admin).await;

    let listed = async |role, search: Option<&str>| {
        let filter = MemberFilter { search: search.map(str::to_owned), role: Some(role) };
        emails(&f, id, &filter, 2).await.len()
    };
    assert_eq!(listed(MemberRole::Owner, None).await, 1);
    assert_eq!(listed(MemberRole::Admin, None).await, 1);
    assert_eq!(listed(MemberRole::Member, None).await, 3);
    assert_eq!(listed(MemberRole::Custom(auditor.id), None).await, 3);
    assert_eq!(listed(MemberRole::Custom(other.id), None).await, 0);
    assert_eq!(listed(MemberRole::Custom(f.id()), None).await, 0);
    assert_eq!(listed(MemberRole::Member, Some("MEMBER1")).await, 1);
    assert_eq!(listed(MemberRole::Member, Some("auditor")).await, 0);
}

/// A list holds everything that a single read gives.
pub async fn list_gives_whole_profiles(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let role = f.seed_role(organization.id, "Auditor", &[Permission::AuditRead]).await;
    f.seed_member(organization.id, "bob@acme.example", MemberRole::Custom(role.id)).await;
    let state = f.state(organization.id).await;
    assert_eq!(state.members.len(), 2);
    for profile in &state.members {
        let id = profile.membership.id.uuid();
        let single = f.read(organization.id, async |unit| unit.member(id).await).await;
        assert_eq!(single.as_ref(), Some(profile));
    }
    assert_eq!(state.members[0].email, Email::parse("bob@acme.example").unwrap());
    assert_eq!(state.members[0].custom_role, Some(role));
    assert_eq!(state.members[1].custom_role, None);
}
