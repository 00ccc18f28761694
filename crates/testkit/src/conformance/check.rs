//! The facts of a permission check, in one round trip.

use std::sync::Arc;

use guildhall_domain::policy::MemberFacts;
use guildhall_domain::{
    MemberRole, Membership, OrganizationStatus, Permission, Session, TokenDigest, UserId, WorkspaceAccess,
};
use guildhall_ports::store::{CheckFacts, CheckQuery, OrganizationRef, Store};

use crate::fixtures::Fixture;

async fn check(f: &Fixture, session: &Session, organization: OrganizationRef, subject: Option<UserId>) -> CheckFacts {
    let query = CheckQuery { digest: session.token_digest, organization, subject, workspace: None };
    let facts = f.store.check(query).await.unwrap().unwrap();
    let mut holder = f.store.authenticate(session.token_digest).await.unwrap().unwrap();
    if organization != OrganizationRef::Active {
        // Not looked up where it is not asked for.
        holder.active_organization = facts.caller.active_organization;
    }
    assert_eq!(facts.caller, holder, "a check authenticates exactly as authentication does");
    facts
}

fn built_in(membership: &Membership) -> Option<MemberFacts> {
    Some(MemberFacts::built_in(membership.id, membership.role))
}

/// An unknown token gets no facts at all, whatever it asks for.
pub async fn unknown_token_gets_no_facts(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let digest = TokenDigest::new([7; 32]);
    for organization in [OrganizationRef::Id(organization.id), OrganizationRef::Active] {
        for subject in [None, Some(owner.id)] {
            assert_eq!(f.store.check(CheckQuery { digest, organization, subject, workspace: None }).await, Ok(None));
        }
    }
}

/// Each built-in role comes with its permissions.
pub async fn built_in_roles_come_with_permissions(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    for role in MemberRole::BUILT_IN {
        let email = format!("some-{}@acme.example", role.as_str());
        let (user, membership) = f.seed_member(organization.id, &email, role).await;
        let session = f.seed_session(user.id).await;
        for reference in [OrganizationRef::Id(organization.id), OrganizationRef::Active] {
            let facts = check(&f, &session, reference, None).await;
            assert_eq!(facts.organization, Some((organization.id, OrganizationStatus::Active)));
            assert_eq!(facts.caller_member, built_in(&membership));
            assert_eq!(facts.subject_member, None);
        }
    }
}

/// A custom role comes with its permissions as they are now.
pub async fn custom_role_comes_with_permissions(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let mut role = f.seed_role(organization.id, "Auditor", &[Permission::AuditRead]).await;
    let (user, membership) = f.seed_member(organization.id, "bob@acme.example", MemberRole::Custom(role.id)).await;
    let (session, owners) = (f.seed_session(user.id).await, f.seed_session(owner.id).await);
    for permissions in [vec![Permission::AuditRead], vec![Permission::MemberAdd, Permission::RoleRead], vec![]] {
        role.permissions = permissions.into_iter().collect();
        f.write(organization.id, async |unit| unit.update_role(&role).await).await;
        let wanted = Some(MemberFacts {
            member_id: membership.id,
            role: MemberRole::Custom(role.id),
            permissions: role.permissions,
            access: WorkspaceAccess::NONE,
        });
        let reference = OrganizationRef::Id(organization.id);
        assert_eq!(check(&f, &session, reference, None).await.caller_member, wanted);
        assert_eq!(check(&f, &owners, reference, Some(user.id)).await.subject_member, wanted);
    }
}

/// A stranger is no member, and an organization that does not exist is none.
pub async fn stranger_and_unknown_organization(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let stranger = f.seed_user("stranger@acme.example").await;
    let session = f.seed_session(stranger.id).await;

    let facts = check(&f, &session, OrganizationRef::Id(organization.id), Some(owner.id)).await;
    assert_eq!(facts.caller_member, None);
    let facts = check(&f, &session, OrganizationRef::Id(f.id()), Some(owner.id)).await;
    assert_eq!((facts.organization, facts.caller_member, facts.subject_member), (None, None, None));
    let facts = check(&f, &session, OrganizationRef::Active, Some(owner.id)).await;
    assert_eq!((facts.organization, facts.caller_member, facts.subject_member), (None, None, None));
}

/// A named subject's own place is told: a member's, the caller's, or none.
pub async fn subject_is_told_apart_from_the_caller(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let (admin, membership) = f.seed_member(organization.id, "admin@acme.example", MemberRole::Admin).await;
    let (elsewhere, _) = f.seed_member(other.id, "elsewhere@beta.example", MemberRole::Admin).await;
    let session = f.seed_session(owner.id).await;
    for reference in [OrganizationRef::Id(organization.id), OrganizationRef::Active] {
        let facts = check(&f, &session, reference, Some(admin.id)).await;
        assert_eq!(facts.caller_member.map(|member| member.role), Some(MemberRole::Owner));
        assert_eq!(facts.subject_member, built_in(&membership));
        let facts = check(&f, &session, reference, Some(owner.id)).await;
        assert_eq!(facts.subject_member, facts.caller_member);
        for nobody in [elsewhere.id, f.id()] {
            let facts = check(&f, &session, reference, Some(nobody)).await;
            assert!(facts.caller_member.is_some());
            assert_eq!(facts.subject_member, None, "a member of another organization is a stranger here");
        }
    }
}

/// The organization's status is told as it is now (N-35, N-36).
pub async fn status_is_told(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, mut organization) = f.seed_owned("Acme").await;
    let session = f.seed_session(owner.id).await;
    for status in [OrganizationStatus::Suspended, OrganizationStatus::Lockdown, OrganizationStatus::Active] {
        organization.status = status;
        f.write(organization.id, async |unit| unit.update_organization(&organization).await).await;
        let facts = check(&f, &session, OrganizationRef::Id(organization.id), None).await;
        assert_eq!(facts.organization, Some((organization.id, status)));
        assert!(facts.caller_member.is_some());
    }
}

/// The very next check after a removal or a change of role knows of it (R-CONS-1, ASVS 8.3.2).
pub async fn changes_are_told_at_once(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (user, membership) = f.seed_member(organization.id, "bob@acme.example", MemberRole::Admin).await;
    let session = f.seed_session(user.id).await;
    let reference = OrganizationRef::Id(organization.id);
    f.write(organization.id, async |unit| unit.change_role(membership.id, MemberRole::Member, f.now()).await).await;
    let facts = check(&f, &session, reference, None).await;
    assert_eq!(facts.caller_member.map(|member| member.role), Some(MemberRole::Member));
    f.write(organization.id, async |unit| unit.remove_member(membership.id, f.now()).await).await;
    assert_eq!(check(&f, &session, reference, None).await.caller_member, None);
    f.write_user(user.id, async |unit| unit.delete_sessions(None).await).await;
    let query = CheckQuery { digest: session.token_digest, organization: reference, subject: None, workspace: None };
    assert_eq!(f.store.check(query).await, Ok(None));
}

/// A disabled caller and a superadmin are told as such.
pub async fn caller_flags_are_told(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let mut user = f.seed_user("root@acme.example").await;
    user.superadmin = true;
    user.disabled_at = Some(f.now());
    f.write_user(user.id, async |unit| unit.update_user(&user).await).await;
    let session = f.seed_session(user.id).await;
    let facts = check(&f, &session, OrganizationRef::Id(organization.id), None).await;
    assert!(facts.caller.superadmin && facts.caller.disabled);
    assert_eq!(facts.organization, Some((organization.id, OrganizationStatus::Active)));
    assert_eq!(facts.caller_member, None);
}

/// A disabled account may do nothing, whatever its membership says.
pub async fn disabled_subject_has_no_place(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let session = f.seed_session(owner.id).await;
    let reference = OrganizationRef::Id(organization.id);
    let subject = Some(owner.id);
    assert!(check(&f, &session, reference, subject).await.subject_member.is_some());
    let disabled = guildhall_domain::User { disabled_at: Some(f.now()), ..owner.clone() };
    f.write_user(owner.id, async |unit| unit.update_user(&disabled).await).await;
    assert_eq!(check(&f, &session, reference, subject).await.subject_member, None);
}
