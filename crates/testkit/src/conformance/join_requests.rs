//! Requests to join an organization.

use std::sync::Arc;

use guildhall_domain::page::PageRequest;
use guildhall_domain::{JoinRequest, JoinRequestStatus, MemberRole, OrganizationId, User};
use guildhall_ports::store::{Constraint, Store};

use super::expect;
use crate::fixtures::{Fixture, page_size, walk};

async fn change(f: &Fixture, request: &JoinRequest) {
    f.write(request.organization_id, async |unit| unit.update_join_request(request).await).await;
}

async fn of(f: &Fixture, organization: OrganizationId, user: &User) -> Option<JoinRequest> {
    f.read(organization, async |unit| unit.join_request_of(user.id).await).await
}

/// A new request is kept, and found by its id and by its user.
pub async fn new_join_request_is_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let user = f.seed_user("bob@acme.example").await;
    let other = f.seed_user("carol@acme.example").await;
    let request = f.seed_join_request(id, &user).await;
    assert_eq!(f.read(id, async |unit| unit.join_request(request.id).await).await, Some(request.clone()));
    assert_eq!(of(&f, id, &user).await, Some(request));
    assert_eq!(of(&f, id, &other).await, None);
    assert_eq!(f.read(id, async |unit| unit.join_request(f.id()).await).await, None);
    // Only an account asks, and only an organization is asked.
    let nobody = f.join_request(id, &f.user("nobody@acme.example"));
    assert!(f.try_write(id, async |unit| unit.insert_join_request(&nobody).await).await.is_err());
    let nowhere = f.join_request(f.id(), &other);
    let result = f.try_write(nowhere.organization_id, async |unit| unit.insert_join_request(&nowhere).await).await;
    assert!(result.is_err());
}

/// A user asks an organization once, even after a no; others they may ask too.
pub async fn user_asks_once_per_organization(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let user = f.seed_user("bob@acme.example").await;
    let mut request = f.seed_join_request(organization.id, &user).await;
    for status in JoinRequestStatus::ALL.iter().copied() {
        request.status = status;
        change(&f, &request).await;
        let again = f.join_request(organization.id, &user);
        let result = f.try_write(organization.id, async |unit| unit.insert_join_request(&again).await).await;
        expect::conflict(result, Constraint::JoinRequestExists);
        assert_eq!(of(&f, organization.id, &user).await, Some(request.clone()));
    }
    f.seed_join_request(other.id, &user).await;
}

/// Address and name are the account's of today.
pub async fn join_request_shows_the_account_of_today(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let user = f.seed_user("bob@acme.example").await;
    let false_name = User { name: f.name("Mallory"), email: f.email("mallory@acme.example"), ..user.clone() };
    let request = f.seed_join_request(id, &false_name).await;
    let renamed = User { name: f.name("Robert"), ..user.clone() };
    for user in [user.clone(), renamed] {
        f.write_user(user.id, async |unit| unit.update_user(&user).await).await;
        let wanted = JoinRequest { name: user.name.clone(), email: user.email.clone(), ..request.clone() };
        assert_eq!(f.read(id, async |unit| unit.join_request(request.id).await).await, Some(wanted.clone()));
        assert_eq!(of(&f, id, &user).await, Some(wanted.clone()));
        assert_eq!(f.state(id).await.join_requests, [wanted]);
    }
}

/// Who becomes a member, in whatever way, asks no more; the others' requests stay.
pub async fn new_member_asks_no_more(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    for (n, status) in JoinRequestStatus::ALL.iter().copied().enumerate() {
        let user = f.seed_user(&format!("bob{n}@acme.example")).await;
        let neighbour = f.seed_user(&format!("carol{n}@acme.example")).await;
        let request = f.seed_join_request(organization.id, &user).await;
        change(&f, &JoinRequest { status, ..request.clone() }).await;
        let elsewhere = f.seed_join_request(other.id, &user).await;
        let neighbours = f.seed_join_request(organization.id, &neighbour).await;
        let member = f.seed_membership(organization.id, user.id, MemberRole::Member).await;
        assert_eq!(of(&f, organization.id, &user).await, None);
        assert_eq!(f.read(organization.id, async |unit| unit.join_request(request.id).await).await, None);
        assert_eq!(of(&f, other.id, &user).await, Some(elsewhere));
        assert_eq!(of(&f, organization.id, &neighbour).await, Some(neighbours));
        // Who goes again may ask again.
        f.write(organization.id, async |unit| unit.remove_member(member.id, f.now()).await).await;
        f.seed_join_request(organization.id, &user).await;
    }
}

/// Pending requests come newest first, in pages of exact size; declined ones are kept and not listed.
pub async fn pending_join_requests_come_newest_first(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let id = organization.id;
    let mut wanted = Vec::new();
    for n in 0..7 {
        let user = f.seed_user(&format!("user{n}@acme.example")).await;
        let request = f.seed_join_request(id, &user).await;
        f.seed_join_request(other.id, &user).await;
        if n % 3 == 1 {
            let declined = JoinRequest { status: JoinRequestStatus::Declined, ..request };
            change(&f, &declined).await;
            assert_eq!(f.read(id, async |unit| unit.join_request(declined.id).await).await, Some(declined));
        } else {
            wanted.insert(0, request);
        }
    }
    for size in [1, 2, 5, 100] {
        let listed = f.read(id, async |unit| walk(size, async |page| unit.list_join_requests(&page).await).await).await;
        assert_eq!(listed, wanted, "pages of {size}");
    }
    let mut request = PageRequest::first(page_size(2));
    let first = f.read(id, async |unit| unit.list_join_requests(&request).await).await;
    f.seed_membership(id, wanted[1].user_id, MemberRole::Member).await;
    request.after = first.next;
    let rest = f.read(id, async |unit| unit.list_join_requests(&request).await).await;
    assert_eq!(rest.items, wanted[2..4]);
}

/// Update writes the status and nothing else; what is not there is not found.
pub async fn join_request_update_writes_the_status(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let user = f.seed_user("bob@acme.example").await;
    let other = f.seed_user("carol@acme.example").await;
    let request = f.seed_join_request(organization.id, &user).await;
    let others = f.seed_join_request(organization.id, &other).await;
    for status in JoinRequestStatus::ALL.iter().copied().rev() {
        let wanted = JoinRequest { status, ..request.clone() };
        change(&f, &JoinRequest { user_id: other.id, created_at: f.now(), ..wanted.clone() }).await;
        assert_eq!(of(&f, organization.id, &user).await, Some(wanted));
        assert_eq!(of(&f, organization.id, &other).await, Some(others.clone()));
    }
    let absent = f.join_request(organization.id, &f.user("nobody@acme.example"));
    expect::not_found(f.try_write(organization.id, async |unit| unit.update_join_request(&absent).await).await);
}

/// With the account its requests go.
pub async fn join_request_goes_with_the_account(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let user = f.seed_user("bob@acme.example").await;
    let request = f.seed_join_request(organization.id, &user).await;
    f.write_user(user.id, async |unit| unit.delete_user().await).await;
    assert_eq!(f.read(organization.id, async |unit| unit.join_request(request.id).await).await, None);
    assert_eq!(f.state(organization.id).await.join_requests, []);
    assert!(f.read(organization.id, async |unit| unit.is_vacant().await).await, "nothing of it is left");
    // Whoever has the same id then, as from a backup, may ask.
    f.write_user(user.id, async |unit| unit.insert_user(&user, &f.password("secret")).await).await;
    assert_eq!(of(&f, organization.id, &user).await, None);
    f.seed_join_request(organization.id, &user).await;
}
