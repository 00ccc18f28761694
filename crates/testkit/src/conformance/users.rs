//! Accounts: made, changed, deleted.

use std::sync::Arc;

use guildhall_domain::page::{PageRequest, PageSize};
use guildhall_domain::{Description, Email, MemberRole, TimeZone, User, Version};
use guildhall_ports::store::{Constraint, Store};

use super::expect;
use crate::fixtures::Fixture;

fn filled(f: &Fixture, mut user: User) -> User {
    user.name = f.name("Zoë \"Z\" O'Hara");
    user.preferred_name = Some(f.name("Zoë"));
    user.pronouns = Some(f.name("she/her"));
    user.timezone = Some(TimeZone::parse("Europe/Berlin").unwrap());
    user.notes = Some(Description::parse("First line\nsecond line").unwrap());
    user.context = Some(Description::parse("Prefers short answers ✓").unwrap());
    user.superadmin = true;
    user.email_verified_at = Some(f.now());
    user.disabled_at = Some(f.now());
    user.updated_at = f.now();
    user
}

/// A new account is kept as it was given, with its password (C-136).
pub async fn new_account_is_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let bare = f.user("bare@acme.example");
    let full = filled(&f, f.user("full@acme.example"));
    for user in [&bare, &full] {
        let password = f.password(user.email.as_str());
        f.write_user(user.id, async |unit| unit.insert_user(user, &password).await).await;
        assert_eq!(f.stored_user(user.id).await, *user);
        assert_eq!(f.read_user(user.id, async |unit| unit.password().await).await, Some(password));
    }
}

/// An id that stands for nobody finds nothing.
pub async fn unknown_account_is_none(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    f.seed_owned("Acme").await;
    let unknown = f.id();
    assert_eq!(f.read_user(unknown, async |unit| unit.user().await).await, None);
    assert_eq!(f.read_user(unknown, async |unit| unit.password().await).await, None);
    assert_eq!(f.read_user(unknown, async |unit| unit.active_organization().await).await, None);
}

/// An address belongs to one account.
pub async fn email_is_unique(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let first = f.seed_user("alice@acme.example").await;
    let second = f.user("ALICE@acme.example");
    let result = f.try_write_user(second.id, async |unit| unit.insert_user(&second, &f.password("other")).await).await;
    expect::conflict(result, Constraint::UserEmail);
    assert_eq!(f.stored_user(first.id).await, first);
    assert_eq!(f.read_user(second.id, async |unit| unit.user().await).await, None);
}

/// Update writes everything but id, address, time of making and version, raises the version, and gives the row.
pub async fn account_update_writes_what_is_documented(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let before = f.seed_user("alice@acme.example").await;
    let organization = f.seed_organization("Acme", &before).await;
    let mut change = filled(&f, before.clone());
    change.active_organization_id = Some(organization.id);
    let wanted = User { version: before.version.next(), ..change.clone() };
    change.email = Email::parse("mallory@acme.example").unwrap();
    change.created_at = f.now();
    change.version = Version(77);

    let given = f.write_user(before.id, async |unit| unit.update_user(&change).await).await;
    assert_eq!(given, wanted);
    assert_eq!(f.stored_user(before.id).await, wanted);
    // The address that was not written is still free.
    f.seed_user("mallory@acme.example").await;

    let cleared = User { version: wanted.version, ..before.clone() };
    let given = f.write_user(before.id, async |unit| unit.update_user(&cleared).await).await;
    assert_eq!(given, User { version: wanted.version.next(), ..before });
}

/// Since when the address is known to be the person's is kept, changed and cleared (N-13).
pub async fn verified_address_is_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let other = f.seed_verified_user("bob@acme.example").await;
    let mut user = f.seed_user("alice@acme.example").await;
    for email_verified_at in [Some(f.now()), Some(f.now()), None, Some(f.now())] {
        let version = user.version.next();
        user.email_verified_at = email_verified_at;
        let given = f.write_user(user.id, async |unit| unit.update_user(&user).await).await;
        user.version = version;
        assert_eq!(given, user);
        assert_eq!(f.stored_user(user.id).await, user);
        assert_eq!(f.read_platform(async |unit| unit.user(user.id).await).await, Some(user.clone()));
    }
    assert_eq!(f.stored_user(other.id).await, other);
}

/// A new password takes the place of the old one.
pub async fn password_is_replaced(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    let other = f.seed_user("bob@acme.example").await;
    f.write_user(user.id, async |unit| unit.set_password(&f.password("changed")).await).await;
    assert_eq!(f.read_user(user.id, async |unit| unit.password().await).await, Some(f.password("changed")));
    assert_eq!(f.read_user(other.id, async |unit| unit.password().await).await, Some(f.password("secret")));
}

/// What is not there can be neither changed nor deleted.
pub async fn absent_account_is_not_found(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let absent = f.user("absent@acme.example");
    expect::not_found(f.try_write_user(absent.id, async |unit| unit.update_user(&absent).await).await);
    expect::not_found(f.try_write_user(absent.id, async |unit| unit.delete_user().await).await);
    expect::not_found(f.try_write_user(absent.id, async |unit| unit.set_password(&f.password("x")).await).await);
}

/// A deleted account is gone with its sessions, and its address is free (C-137).
pub async fn deleted_account_is_gone(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    let other = f.seed_user("bob@acme.example").await;
    let sessions = [f.seed_session(user.id).await, f.seed_session(user.id).await];
    let others = f.seed_session(other.id).await;
    f.write_user(user.id, async |unit| unit.delete_user().await).await;

    assert_eq!(f.read_user(user.id, async |unit| unit.user().await).await, None);
    assert_eq!(f.read_user(user.id, async |unit| unit.password().await).await, None);
    assert_eq!(f.read_platform(async |unit| unit.credentials(&user.email).await).await, None);
    assert_eq!(f.read_platform(async |unit| unit.user(user.id).await).await, None);
    for session in sessions {
        assert_eq!(f.store.authenticate(session.token_digest).await, Ok(None));
    }
    let left = f.read_user(user.id, async |unit| unit.list_sessions(&PageRequest::first(PageSize::MAX)).await).await;
    assert_eq!(left.items, []);
    assert!(f.store.authenticate(others.token_digest).await.unwrap().is_some());
    f.seed_user("alice@acme.example").await;
}

/// Who is still a member somewhere cannot go.
pub async fn member_account_cannot_be_deleted(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (user, membership) = f.seed_member(organization.id, "bob@acme.example", MemberRole::Member).await;
    let session = f.seed_session(user.id).await;
    let result = f.try_write_user(user.id, async |unit| unit.delete_user().await).await;
    expect::conflict(result, Constraint::UserHasMemberships);
    assert_eq!(f.stored_user(user.id).await, user);
    assert!(f.store.authenticate(session.token_digest).await.unwrap().is_some());

    f.write(organization.id, async |unit| unit.remove_member(membership.id, f.now()).await).await;
    f.write_user(user.id, async |unit| unit.delete_user().await).await;
}
