//! `Mode::Read`: writing methods fail, and change nothing.

use std::fmt::Debug;
use std::sync::Arc;

use guildhall_domain::audit::AuditAction;
use guildhall_domain::{MemberRole, OrganizationId, UserId};
use guildhall_ports::store::{Mode, OrgTx, Store, StoreError, UserTx};

use crate::fixtures::Fixture;

async fn refused<T: Debug>(
    f: &Fixture,
    organization: OrganizationId,
    what: &str,
    work: impl AsyncFnOnce(&mut dyn OrgTx) -> Result<T, StoreError>,
) {
    let mut unit = f.store.begin_org(organization, Mode::Read).await.unwrap();
    let result = work(unit.as_mut()).await;
    assert!(result.is_err(), "{what} in a reading unit of work gave {result:?}");
    unit.rollback().await.unwrap();
}

async fn refused_user<T: Debug>(
    f: &Fixture,
    user: UserId,
    what: &str,
    work: impl AsyncFnOnce(&mut dyn UserTx) -> Result<T, StoreError>,
) {
    let mut unit = f.store.begin_user(user, Mode::Read).await.unwrap();
    let result = work(unit.as_mut()).await;
    assert!(result.is_err(), "{what} in a reading unit of work gave {result:?}");
    unit.rollback().await.unwrap();
}

/// No writing method of an organization's unit of work works in a reading one.
pub async fn organization_unit_refuses_writes(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let (_, member) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    let stranger = f.seed_user("carol@acme.example").await;
    let held = f.seed_role(id, "Held", &[]).await;
    let before = f.state(id).await;

    let new = f.organization("New");
    refused(&f, new.id, "insert_organization", async |unit| unit.insert_organization(&new).await).await;
    refused(&f, id, "update_organization", async |unit| unit.update_organization(&organization).await).await;
    refused(&f, id, "delete_organization", async |unit| unit.delete_organization().await).await;
    let membership = f.membership(id, stranger.id, MemberRole::Member);
    refused(&f, id, "add_member", async |unit| unit.add_member(&membership).await).await;
    let at = f.now();
    refused(&f, id, "change_role", async |unit| unit.change_role(member.id, MemberRole::Admin, at).await).await;
    refused(&f, id, "set_access", async |unit| unit.set_access(member.id, true, true, at).await).await;
    refused(&f, id, "remove_member", async |unit| unit.remove_member(member.id, at).await).await;
    let role = f.role(id, "Other", &[]);
    refused(&f, id, "insert_role", async |unit| unit.insert_role(&role).await).await;
    refused(&f, id, "update_role", async |unit| unit.update_role(&held).await).await;
    refused(&f, id, "reassign_role", async |unit| unit.reassign_role(held.id, MemberRole::Member, at).await).await;
    refused(&f, id, "delete_role", async |unit| unit.delete_role(held.id).await).await;
    let event = f.event(Some(id), AuditAction::AddUserToOrg, &owner);
    refused(&f, id, "append_audit", async |unit| unit.append_audit(&event).await).await;

    assert_eq!(f.state(id).await, before);
    assert_eq!(f.read(new.id, async |unit| unit.organization().await).await, None);
}

/// No writing method of an account's unit of work works in a reading one.
pub async fn user_unit_refuses_writes(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    let session = f.seed_session(user.id).await;
    let id = user.id;

    let new = f.user("bob@acme.example");
    let password = f.password("other");
    refused_user(&f, new.id, "insert_user", async |unit| unit.insert_user(&new, &password).await).await;
    refused_user(&f, id, "update_user", async |unit| unit.update_user(&user).await).await;
    refused_user(&f, id, "delete_user", async |unit| unit.delete_user().await).await;
    refused_user(&f, id, "set_password", async |unit| unit.set_password(&password).await).await;
    let other = f.session(id);
    refused_user(&f, id, "insert_session", async |unit| unit.insert_session(&other).await).await;
    refused_user(&f, id, "delete_session", async |unit| unit.delete_session(session.id).await).await;
    refused_user(&f, id, "delete_sessions", async |unit| unit.delete_sessions(None).await).await;
    let event = f.event(None, AuditAction::LogIn, &user);
    refused_user(&f, id, "append_audit", async |unit| unit.append_audit(&event).await).await;

    assert_eq!(f.stored_user(id).await, user);
    assert_eq!(f.read_user(new.id, async |unit| unit.user().await).await, None);
    assert_eq!(f.read_user(id, async |unit| unit.password().await).await, Some(f.password("secret")));
    assert!(f.store.authenticate(session.token_digest).await.unwrap().is_some());
    assert_eq!(f.store.authenticate(other.token_digest).await, Ok(None));
    assert_eq!(f.read_platform(async |unit| unit.audit_head().await).await.sequence, 0);
}

/// A reading unit of work stays one when it goes on elsewhere.
pub async fn going_on_keeps_the_mode(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let user = f.seed_user("bob@acme.example").await;
    let before = f.state(organization.id).await;

    let reading = f.store.begin_user(owner.id, Mode::Read).await.unwrap();
    let mut reading = reading.into_org(organization.id).await.unwrap();
    assert_eq!(reading.organization().await.unwrap().unwrap(), organization);
    let membership = f.membership(organization.id, user.id, MemberRole::Member);
    assert!(reading.add_member(&membership).await.is_err());
    reading.rollback().await.unwrap();

    let reading = f.store.begin_org(organization.id, Mode::Read).await.unwrap();
    let mut reading = reading.into_user(user.id).await.unwrap();
    assert_eq!(reading.user().await.unwrap().unwrap(), user);
    assert!(reading.set_password(&f.password("other")).await.is_err());
    reading.rollback().await.unwrap();

    assert_eq!(f.state(organization.id).await, before);
}
