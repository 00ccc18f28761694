//! One transaction over an account and an organization: all or nothing.

use std::sync::Arc;

use guildhall_domain::audit::AuditAction;
use guildhall_domain::{Limit, MemberRole, Organization, OrganizationId, Session, User};
use guildhall_ports::store::{OrgTx, Store};

use crate::fixtures::Fixture;

/// What registration does: account, session, organization, membership, both logs (S-03).
async fn register(f: &Fixture, user: &User, session: &Session, organization: &Organization) -> Box<dyn OrgTx> {
    let mut unit = f.begin_user(user.id).await;
    unit.insert_user(user, &f.password("secret")).await.unwrap();
    unit.insert_session(session).await.unwrap();
    unit.append_audit(&f.event(None, AuditAction::CreateUser, user)).await.unwrap();
    let mut unit = unit.into_org(organization.id).await.unwrap();
    unit.insert_organization(organization).await.unwrap();
    unit.add_member(&f.membership(organization.id, user.id, MemberRole::Owner), Limit::Unlimited).await.unwrap();
    unit.append_audit(&f.event(Some(organization.id), AuditAction::CreateOrganization, user)).await.unwrap();
    unit
}

async fn nothing_is_there(f: &Fixture, user: &User, session: &Session, organization: OrganizationId) {
    assert_eq!(f.read_user(user.id, async |unit| unit.user().await).await, None);
    assert_eq!(f.store.authenticate(session.token_digest).await, Ok(None));
    assert_eq!(f.read(organization, async |unit| unit.organization().await).await, None);
    assert_eq!(f.read(organization, async |unit| unit.audit_head().await).await, None);
    assert_eq!(f.read_platform(async |unit| unit.audit_head().await).await.sequence, 0);
    assert_eq!(f.read_platform(async |unit| unit.credentials(&user.email).await).await, None);
}

/// From an account into an organization, committed: everything is there.
pub async fn account_and_organization_commit_together(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (user, organization) = (f.user("alice@acme.example"), f.organization("Acme"));
    let session = f.session(user.id);
    register(&f, &user, &session, &organization).await.commit().await.unwrap();

    let authenticated = f.store.authenticate(session.token_digest).await.unwrap().unwrap();
    assert_eq!(authenticated.active_organization, Some(organization.id));
    let stored = f.stored_organization(organization.id).await;
    assert_eq!((stored.users_count, stored.owners_count), (1, 1));
    assert_eq!(f.read_platform(async |unit| unit.audit_head().await).await.sequence, 1);
    assert_eq!(f.read(organization.id, async |unit| unit.audit_head().await).await.unwrap().sequence, 1);
}

/// From an account into an organization, rolled back or dropped: nothing is there.
pub async fn account_and_organization_fail_together(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (user, organization) = (f.user("alice@acme.example"), f.organization("Acme"));
    let session = f.session(user.id);
    register(&f, &user, &session, &organization).await.rollback().await.unwrap();
    nothing_is_there(&f, &user, &session, organization.id).await;
    drop(register(&f, &user, &session, &organization).await);
    nothing_is_there(&f, &user, &session, organization.id).await;
    register(&f, &user, &session, &organization).await.commit().await.unwrap();
}

/// From an organization into an account, committed: a deletion and its record
/// in the installation's log.
pub async fn organization_and_account_commit_together(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let mut unit = f.begin(organization.id).await;
    unit.delete_organization().await.unwrap();
    let mut unit = unit.into_user(owner.id).await.unwrap();
    assert_eq!(unit.active_organization().await.unwrap(), None, "the same transaction goes on");
    unit.append_audit(&f.event(None, AuditAction::DeleteOrganization, &owner)).await.unwrap();
    unit.commit().await.unwrap();

    assert_eq!(f.read(organization.id, async |unit| unit.organization().await).await, None);
    assert_eq!(f.read_platform(async |unit| unit.audit_head().await).await.sequence, 1);
}

/// From an organization into an account, rolled back or dropped: nothing changed.
pub async fn organization_and_account_fail_together(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let before = f.state(organization.id).await;
    for dropped in [false, true] {
        let mut unit = f.begin(organization.id).await;
        unit.delete_organization().await.unwrap();
        let mut unit = unit.into_user(owner.id).await.unwrap();
        unit.append_audit(&f.event(None, AuditAction::DeleteOrganization, &owner)).await.unwrap();
        if dropped {
            drop(unit);
        } else {
            unit.rollback().await.unwrap();
        }
        assert_eq!(f.state(organization.id).await, before);
        assert_eq!(f.read_platform(async |unit| unit.audit_head().await).await.sequence, 0);
    }
}

/// A unit of work may go from account to organization and back, and on to another account.
pub async fn unit_goes_on_more_than_once(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (bob, membership) = f.seed_member(organization.id, "bob@acme.example", MemberRole::Member).await;

    let mut unit = f.begin_user(owner.id).await;
    unit.append_audit(&f.event(None, AuditAction::UpdateUser, &owner)).await.unwrap();
    let mut unit = unit.into_org(organization.id).await.unwrap();
    unit.remove_member(membership.id, f.now()).await.unwrap();
    let mut unit = unit.into_user(bob.id).await.unwrap();
    assert_eq!(unit.user().await.unwrap().unwrap().id, bob.id);
    unit.delete_user().await.unwrap();
    unit.append_audit(&f.event(None, AuditAction::DeleteUser, &owner)).await.unwrap();
    unit.commit().await.unwrap();

    assert_eq!(f.read_user(bob.id, async |unit| unit.user().await).await, None);
    assert_eq!(f.stored_organization(organization.id).await.users_count, 1);
    assert_eq!(f.read_platform(async |unit| unit.audit_head().await).await.sequence, 2);
}
