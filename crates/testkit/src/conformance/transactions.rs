//! Commit, rollback, drop, and what others see meanwhile.

use std::sync::Arc;
use std::time::Duration;

use guildhall_domain::audit::AuditAction;
use guildhall_domain::{Limit, MemberRole};
use guildhall_ports::store::{CheckQuery, Constraint, Mode, OrganizationRef, Store};

use super::expect;
use crate::fixtures::Fixture;
use crate::races::retrying;

/// A unit of work in an organization that is dropped without commit changes nothing.
pub async fn dropped_organization_unit_changes_nothing(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let user = f.seed_user("new@acme.example").await;
    let asking = f.seed_user("asking@acme.example").await;
    let before = f.state(organization.id).await;

    let mut unit = f.begin(organization.id).await;
    let mut renamed = organization.clone();
    renamed.name = f.name("Renamed");
    unit.update_organization(&renamed).await.unwrap();
    unit.add_member(&f.membership(organization.id, user.id, MemberRole::Admin), Limit::Unlimited).await.unwrap();
    unit.insert_role(&f.role(organization.id, "Reader", &[])).await.unwrap();
    unit.insert_invitation(&f.invitation(organization.id, "bob@acme.example", None)).await.unwrap();
    unit.insert_domain(&f.verified(&f.claim(organization.id, "acme.example"))).await.unwrap();
    unit.insert_join_request(&f.join_request(organization.id, &asking)).await.unwrap();
    unit.append_audit(&f.event(Some(organization.id), AuditAction::AddUserToOrg, &owner)).await.unwrap();
    drop(unit);

    assert_eq!(f.state(organization.id).await, before);
    // The organization can be worked on again at once.
    f.seed_membership(organization.id, user.id, MemberRole::Member).await;
}

/// A unit of work on an account that is dropped without commit changes nothing.
pub async fn dropped_user_unit_changes_nothing(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    let newcomer = f.user("bob@acme.example");
    let session = f.session(user.id);

    let mut unit = f.begin_user(user.id).await;
    let mut renamed = user.clone();
    renamed.name = f.name("Renamed");
    unit.update_user(&renamed).await.unwrap();
    unit.insert_session(&session).await.unwrap();
    unit.append_audit(&f.event(None, AuditAction::LogIn, &user)).await.unwrap();
    drop(unit);
    let mut unit = f.begin_user(newcomer.id).await;
    unit.insert_user(&newcomer, &f.password("secret")).await.unwrap();
    drop(unit);

    assert_eq!(f.stored_user(user.id).await, user);
    assert_eq!(f.store.authenticate(session.token_digest).await, Ok(None));
    assert_eq!(f.read_user(newcomer.id, async |unit| unit.user().await).await, None);
    assert_eq!(f.read_platform(async |unit| unit.audit_head().await).await.sequence, 0);
}

/// Rollback gives all changes up.
pub async fn rollback_changes_nothing(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let user = f.seed_user("new@acme.example").await;
    let before = f.state(organization.id).await;

    let mut unit = f.begin(organization.id).await;
    unit.add_member(&f.membership(organization.id, user.id, MemberRole::Owner), Limit::Unlimited).await.unwrap();
    unit.append_audit(&f.event(Some(organization.id), AuditAction::AddUserToOrg, &owner)).await.unwrap();
    unit.rollback().await.unwrap();
    let mut unit = f.begin_user(user.id).await;
    unit.set_password(&f.password("other")).await.unwrap();
    unit.rollback().await.unwrap();

    assert_eq!(f.state(organization.id).await, before);
    let password = f.read_user(user.id, async |unit| unit.password().await).await;
    assert_eq!(password, Some(f.password("secret")));
}

/// A refused change takes nothing of the unit of work with it into the store.
pub async fn conflict_changes_nothing(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let user = f.seed_user("new@acme.example").await;
    let before = f.state(organization.id).await;

    let result = f
        .try_write(organization.id, async |unit| {
            unit.insert_role(&f.role(organization.id, "Reader", &[])).await?;
            unit.add_member(&f.membership(organization.id, user.id, MemberRole::Member), Limit::Unlimited).await?;
            unit.append_audit(&f.event(Some(organization.id), AuditAction::AddUserToOrg, &owner)).await?;
            unit.add_member(&f.membership(organization.id, user.id, MemberRole::Member), Limit::Unlimited).await
        })
        .await;

    expect::conflict(result, Constraint::MembershipExists);
    assert_eq!(f.state(organization.id).await, before);
}

/// A unit of work sees what it changed itself.
pub async fn unit_sees_its_own_changes(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let user = f.seed_user("new@acme.example").await;

    let mut unit = f.begin(organization.id).await;
    let membership = f.membership(organization.id, user.id, MemberRole::Admin);
    unit.add_member(&membership, Limit::Unlimited).await.unwrap();
    let record = unit.append_audit(&f.event(Some(organization.id), AuditAction::AddUserToOrg, &owner)).await.unwrap();
    assert_eq!(unit.organization().await.unwrap().unwrap().users_count, 2);
    assert!(unit.open(user.id).await.unwrap().unwrap().member.is_some());
    assert_eq!(unit.member(user.id.uuid()).await.unwrap().unwrap().membership.id, membership.id);
    assert_eq!(unit.audit_head().await.unwrap().unwrap().hash, record.hash);
    unit.rollback().await.unwrap();
}

/// Nobody outside sees a change before its commit, and everybody after it.
pub async fn changes_are_seen_from_commit_on(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let user = f.seed_user("new@acme.example").await;
    let session = f.seed_session(user.id).await;
    let query = CheckQuery {
        digest: session.token_digest,
        organization: OrganizationRef::Id(organization.id),
        subject: None,
        workspace: None,
    };

    let mut unit = f.begin(organization.id).await;
    unit.add_member(&f.membership(organization.id, user.id, MemberRole::Admin), Limit::Unlimited).await.unwrap();
    // Reading goes on while a writing unit of work is under way.
    assert_eq!(f.stored_organization(organization.id).await.users_count, 1);
    assert_eq!(f.store.check(query).await.unwrap().unwrap().caller_member, None);
    assert_eq!(f.store.authenticate(session.token_digest).await.unwrap().unwrap().active_organization, None);
    unit.commit().await.unwrap();

    assert_eq!(f.stored_organization(organization.id).await.users_count, 2);
    assert!(f.store.check(query).await.unwrap().unwrap().caller_member.is_some());
    let authenticated = f.store.authenticate(session.token_digest).await.unwrap().unwrap();
    assert_eq!(authenticated.active_organization, Some(organization.id));
}

/// A reading unit of work reads one consistent state, whatever is committed meanwhile.
pub async fn reading_unit_sees_one_state(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let user = f.seed_user("new@acme.example").await;

    let mut reading = f.store.begin_org(organization.id, Mode::Read).await.unwrap();
    assert_eq!(reading.organization().await.unwrap().unwrap().users_count, 1);
    // The reading unit holds no lock, so this does not wait for it.
    let written = f.seed_membership(organization.id, user.id, MemberRole::Member);
    tokio::time::timeout(Duration::from_secs(10), written).await.expect("a reading unit of work blocks no writer");
    assert_eq!(reading.organization().await.unwrap().unwrap().users_count, 1);
    assert_eq!(reading.member(user.id.uuid()).await.unwrap(), None);
    reading.rollback().await.unwrap();

    assert_eq!(f.stored_organization(organization.id).await.users_count, 2);
}

/// Two writing units of work on one organization run one after the other: the
/// second sees what the first did (R-MEM).
pub async fn writers_of_one_organization_run_one_after_the_other(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let (_, organization) = f.seed_owned("Acme").await;
    let user = f.seed_user("new@acme.example").await;
    let id = organization.id;

    let mut first = f.begin(id).await;
    assert_eq!(first.organization().await.unwrap().unwrap().users_count, 1);
    let second = tokio::spawn(retrying(move || {
        let store = Arc::clone(&store);
        async move {
            let mut unit = store.begin_org(id, Mode::Write).await?;
            let found = unit.organization().await?;
            unit.commit().await?;
            Ok(found)
        }
    }));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!second.is_finished(), "the second writer did not wait for the first");
    first.add_member(&f.membership(id, user.id, MemberRole::Member), Limit::Unlimited).await.unwrap();
    first.commit().await.unwrap();

    let found = second.await.unwrap().unwrap().unwrap();
    assert_eq!(found.users_count, 2);
}

/// Two writing units of work on one account run one after the other.
pub async fn writers_of_one_account_run_one_after_the_other(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let user = f.seed_user("alice@acme.example").await;
    let id = user.id;

    let mut first = f.begin_user(id).await;
    assert!(first.user().await.unwrap().is_some());
    let second = tokio::spawn(retrying(move || {
        let store = Arc::clone(&store);
        async move {
            let mut unit = store.begin_user(id, Mode::Write).await?;
            let found = unit.password().await?;
            unit.commit().await?;
            Ok(found)
        }
    }));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!second.is_finished(), "the second writer did not wait for the first");
    first.set_password(&f.password("changed")).await.unwrap();
    first.commit().await.unwrap();

    assert_eq!(second.await.unwrap().unwrap(), Some(f.password("changed")));
}

/// Storage says that it answers.
pub async fn store_is_ready(store: Arc<dyn Store>) {
    assert_eq!(store.ready().await, Ok(()));
}
