//! What the operator and login read.

use std::sync::Arc;

use guildhall_domain::page::PageRequest;
use guildhall_domain::{Email, OrganizationStatus};
use guildhall_ports::store::{AccountRef, AccountSummary, Credentials, Mode, OrganizationFilter, Store};

use crate::fixtures::{Fixture, page_size, walk};

/// A login is checked against the account and its password.
pub async fn credentials_are_found_by_email(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let mut user = f.seed_user("alice@acme.example").await;
    f.seed_user("bob@acme.example").await;
    user.disabled_at = Some(f.now());
    let user = f.write_user(user.id, async |unit| unit.update_user(&user).await).await;
    f.write_user(user.id, async |unit| unit.set_password(&f.password("changed")).await).await;
    let found = f.read_platform(async |unit| unit.credentials(&user.email).await).await;
    assert_eq!(found, Some(Credentials { user: user.clone(), password: Some(f.password("changed")) }));
    let upper = Email::parse("ALICE@ACME.example").unwrap();
    assert!(f.read_platform(async |unit| unit.credentials(&upper).await).await.is_some());
    let unknown = Email::parse("nobody@acme.example").unwrap();
    assert_eq!(f.read_platform(async |unit| unit.credentials(&unknown).await).await, None);
}

/// An account is found by its id.
pub async fn account_is_found_by_id(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    assert_eq!(f.read_platform(async |unit| unit.user(user.id).await).await, Some(user));
    assert_eq!(f.read_platform(async |unit| unit.user(f.id()).await).await, None);
}

/// An account to add is found by address and by id, as inside an organization (M-07, M-57, N-13).
pub async fn account_to_add_is_found(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let mut user = f.seed_user("alice@acme.example").await;
    f.seed_user("bob@acme.example").await;
    for (email_verified, disabled) in [(false, false), (true, false), (false, true), (true, true)] {
        user.email_verified_at = email_verified.then(|| f.now());
        user.disabled_at = disabled.then(|| f.now());
        f.write_user(user.id, async |unit| unit.update_user(&user).await).await;
        let (email, name) = (user.email.clone(), user.name.clone());
        let wanted = AccountSummary { id: user.id, email, name, email_verified, disabled, superadmin: user.superadmin };
        for account in [AccountRef::Email(f.email("ALICE@acme.example")), AccountRef::Id(user.id)] {
            let found = f.read_platform(async |unit| unit.find_account(&account).await).await;
            assert_eq!(found, Some(wanted.clone()));
        }
    }
    for account in [AccountRef::Email(f.email("nobody@acme.example")), AccountRef::Id(f.id())] {
        assert_eq!(f.read_platform(async |unit| unit.find_account(&account).await).await, None);
    }
}

/// Accounts come in the order of their addresses, in pages, and are searched as members are (M-57).
pub async fn accounts_come_in_order_of_email(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    for (local, name) in
        [("zoe", "Zoë"), ("a.b", "100%"), ("ab", "snake_case"), ("a-b", "Ökonom"), ("b", r"back\slash")]
    {
        let mut user = f.user(&format!("{local}@acme.example"));
        user.name = f.name(name);
        f.write_user(user.id, async |unit| unit.insert_user(&user, &f.password("secret")).await).await;
    }
    let listed = async |search: Option<&str>, size| -> Vec<String> {
        let users =
            f.read_platform(async |unit| walk(size, async |page| unit.list_users(search, &page).await).await).await;
        users.into_iter().map(|user| user.email.as_str().split('@').next().unwrap_or_default().to_owned()).collect()
    };
    for size in [1, 2, 5, 100] {
        assert_eq!(listed(None, size).await, ["a-b", "a.b", "ab", "b", "zoe"], "pages of {size}");
    }
    for (search, wanted) in
        [("ÖKO", vec!["a-b"]), ("%", vec!["a.b"]), ("_", vec!["ab"]), (r"\", vec!["b"]), ("ZOË", vec!["zoe"])]
    {
        assert_eq!(listed(Some(search), 2).await, wanted, "search for {search}");
    }
    assert_eq!(listed(Some("B@ACME"), 2).await, ["a-b", "a.b", "ab", "b"]);
    assert!(listed(Some("nobody"), 2).await.is_empty());
}

/// Organizations come newest first, in pages, all or those of one status (N-32).
pub async fn organizations_come_newest_first(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let owner = f.seed_user("alice@acme.example").await;
    let mut wanted = Vec::new();
    for n in 0..6 {
        let mut organization = f.seed_organization(&format!("Organization {n}"), &owner).await;
        if n % 2 == 1 {
            organization.status = OrganizationStatus::Suspended;
            organization = f.write(organization.id, async |unit| unit.update_organization(&organization).await).await;
        }
        wanted.insert(0, organization);
    }
    for status in [None, Some(OrganizationStatus::Suspended), Some(OrganizationStatus::Lockdown)] {
        let filter = OrganizationFilter { status };
        let wanted: Vec<_> =
            wanted.iter().filter(|o| status.is_none_or(|status| o.status == status)).cloned().collect();
        for size in [1, 2, 3, 6, 100] {
            let listed = f
                .read_platform(async |unit| {
                    walk(size, async |page| unit.list_organizations(&filter, &page).await).await
                })
                .await;
            assert_eq!(listed, wanted, "pages of {size}");
        }
    }
}

/// What comes and goes between two pages makes nothing appear twice or be left out.
pub async fn platform_pages_are_stable(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let owner = f.seed_user("alice@acme.example").await;
    let mut ids = Vec::new();
    for n in 0..4 {
        ids.push(f.seed_organization(&format!("Organization {n}"), &owner).await.id);
    }
    let filter = OrganizationFilter::default();
    let mut request = PageRequest::first(page_size(2));
    let first = f.read_platform(async |unit| unit.list_organizations(&filter, &request).await).await;
    f.seed_organization("Organization 5", &owner).await;
    f.write(ids[2], async |unit| unit.delete_organization().await).await;
    request.after = first.next;
    let rest = f.read_platform(async |unit| unit.list_organizations(&filter, &request).await).await;
    assert_eq!(rest.items.iter().map(|o| o.id).collect::<Vec<_>>(), [ids[1], ids[0]]);
    assert_eq!(rest.next, None);
}

/// A unit of work of the operator ends in every way and mode.
pub async fn operator_unit_ends(store: Arc<dyn Store>) {
    for mode in [Mode::Read, Mode::Write] {
        store.begin_platform(mode).await.unwrap().commit().await.unwrap();
        store.begin_platform(mode).await.unwrap().rollback().await.unwrap();
        drop(store.begin_platform(mode).await.unwrap());
    }
}
