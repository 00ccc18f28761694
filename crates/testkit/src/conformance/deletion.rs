//! Deleting an organization is complete (M-12, C-04, R-MEM-5).

use std::sync::Arc;

use guildhall_domain::audit::{AuditAction, AuditFilter};
use guildhall_domain::page::{PageRequest, PageSize};
use guildhall_domain::{AccessLevel, Enrolment, MemberRole, Organization, Permission, Workspace};
use guildhall_ports::store::{CheckQuery, OrganizationFilter, OrganizationRef, Store};

use crate::fixtures::{Fixture, OrganizationState, WorkspaceState};

/// Everything that belonged to it is gone, and nothing else.
pub async fn deletion_is_complete(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let id = organization.id;
    let role = f.seed_role(id, "Auditor", &[Permission::AuditRead]).await;
    let (user, membership) = f.seed_member(id, "bob@acme.example", MemberRole::Custom(role.id)).await;
    f.seed_membership(other.id, user.id, MemberRole::Admin).await;
    f.seed_role(other.id, "Auditor", &[Permission::AuditRead]).await;
    f.seed_events(id, &owner, 3).await;
    f.seed_events(other.id, &owner, 2).await;
    let invitation = f.seed_invitation(id, "invited@acme.example", Some(owner.id)).await;
    let claim = f.seed_domain(id, "acme.example", Enrolment::Automatic).await;
    let asking = f.seed_user("asking@acme.example").await;
    let request = f.seed_join_request(id, &asking).await;
    f.write(id, async |unit| unit.note_departure(&asking.email, f.now()).await).await;
    f.seed_mail(id, "invited@acme.example").await;
    let others_invitation = f.seed_invitation(other.id, "invited@acme.example", None).await;
    let invited = f.seed_user("invited@acme.example").await;
    f.seed_claim(other.id, "acme.example").await;
    f.seed_join_request(other.id, &asking).await;
    f.write(other.id, async |unit| unit.note_departure(&asking.email, f.now()).await).await;
    let others_mail = f.seed_mail(other.id, "invited@acme.example").await;
    let session = f.seed_session(user.id).await;
    let event = f.event(None, AuditAction::LogIn, &user);
    f.write_user(user.id, async |unit| unit.append_audit(&event).await).await;
    let platform = f.read_platform(async |unit| unit.audit_chain(0, 10).await).await;
    let others = f.state(other.id).await;

    f.write(id, async |unit| unit.delete_organization().await).await;

    let nothing = OrganizationState::default();
    assert_eq!(f.state(id).await, nothing);
    assert_eq!(f.read(id, async |unit| unit.open(owner.id).await).await, None);
    for gone in [membership.id.uuid(), user.id.uuid(), owner.id.uuid()] {
        assert_eq!(f.read(id, async |unit| unit.member(gone).await).await, None);
    }
    assert_eq!(f.read(id, async |unit| unit.role(role.id).await).await, None);
    assert_eq!(f.read(id, async |unit| unit.role_by_name(&role.name).await).await, None);
    assert_eq!(f.read(id, async |unit| unit.count_roles().await).await, 0);
    assert_eq!(f.read(id, async |unit| unit.invitation(invitation.id).await).await, None);
    assert_eq!(f.read(id, async |unit| unit.pending_invitation(&invitation.email).await).await, None);
    assert_eq!(f.read_platform(async |unit| unit.invitation_by_token(invitation.token_digest).await).await, None);
    let (now, page) = (f.now(), PageRequest::first(PageSize::MAX));
    let received = f.read_user(invited.id, async |unit| unit.list_received_invitations(now, &page).await).await.items;
    assert_eq!(received.iter().map(|received| received.invitation.id).collect::<Vec<_>>(), [others_invitation.id]);
    assert_eq!(f.read_user(invited.id, async |unit| unit.received_invitation(invitation.id).await).await, None);
    assert_eq!(f.read(id, async |unit| unit.domain(claim.id).await).await, None);
    assert_eq!(f.read_platform(async |unit| unit.organization_by_domain(&claim.domain).await).await, None);
    assert_eq!(f.read_user(asking.id, async |unit| unit.domain_offer().await).await, None);
    assert_eq!(f.read(id, async |unit| unit.join_request(request.id).await).await, None);
    assert!(!f.read(id, async |unit| unit.has_departed(&asking.email).await).await);
    assert!(f.read(other.id, async |unit| unit.has_departed(&asking.email).await).await);
    let next_due = f.read_platform(async |unit| unit.next_mail_due().await).await;
    assert_eq!(next_due, Some(others_mail.created_at), "only the other's mail is left");
    let log = PageRequest::first(PageSize::MAX);
    assert_eq!(f.read(id, async |unit| unit.list_audit(&AuditFilter::default(), &log).await).await.items, []);
    assert_eq!(f.read_user(user.id, async |unit| unit.organization(id).await).await, None);
    let query = CheckQuery {
        digest: session.token_digest,
        organization: OrganizationRef::Id(id),
        subject: Some(owner.id),
        workspace: None,
    };
    let facts = f.store.check(query).await.unwrap().unwrap();
    assert_eq!((facts.organization, facts.caller_member, facts.subject_member), (None, None, None));
    let all = PageRequest::first(PageSize::MAX);
    let listed =
        f.read_platform(async |unit| unit.list_organizations(&OrganizationFilter::default(), &all).await).await;
    assert_eq!(listed.items.iter().map(|o| o.id).collect::<Vec<_>>(), [other.id]);

    assert_eq!(f.state(other.id).await, others, "the other organization is as it was");
    assert_eq!(f.read_platform(async |unit| unit.audit_chain(0, 10).await).await, platform);
    // The accounts remain (M-12), and so do their sessions.
    assert_eq!(f.stored_user(owner.id).await.email, owner.email);
    assert_eq!(f.stored_user(user.id).await.email, user.email);
    assert!(f.store.authenticate(session.token_digest).await.unwrap().is_some());
    let mine =
        f.read_user(user.id, async |unit| unit.list_organizations(&PageRequest::first(PageSize::MAX)).await).await;
    assert_eq!(mine.items.len(), 1);
}

/// Workspaces and all that belongs to them go with it, and an organization made
/// in its place finds nothing of them.
pub async fn deletion_takes_workspaces_along(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let session = f.seed_session(owner.id).await;
    let request = f.idempotent_request(owner.id, "key");
    let mut gone = Vec::new();
    for id in [other.id, organization.id] {
        let email = format!("bob@{id}.example");
        let (user, member) = f.seed_member(id, &email, MemberRole::Member).await;
        let group = f.seed_workspace_group(id, "Boards").await;
        let shared = Workspace { group_id: Some(group.id), ..f.workspace(id, "Board") };
        let shared = f.insert_workspace(shared, Some(member.id)).await;
        f.seed_grants(&member, &[(shared.id, AccessLevel::Write)]).await;
        gone = vec![shared, f.seed_personal_workspace(id, user.id).await];
        f.seed_personal_workspace(id, owner.id).await;
        f.seed_quota(id, &f.limit_name("cpu"), 3).await;
        f.seed_answer(id, &request, "3").await;
    }
    let id = organization.id;
    let others = f.state(other.id).await;
    f.write(id, async |unit| unit.delete_organization().await).await;
    for again in [false, true] {
        if again {
            let organization = Organization { id, ..f.organization("Acme") };
            f.write(id, async |unit| unit.insert_organization(&organization).await).await;
        }
        let state = f.state(id).await;
        assert_eq!(state.workspaces, WorkspaceState::default());
        assert_eq!(state.organization.map_or(0, |organization| organization.workspaces_count), 0);
        assert_eq!(f.read(id, async |unit| unit.workspaces().personal_of(owner.id).await).await, None);
        assert_eq!(f.read(id, async |unit| unit.idempotent_answer(&request).await).await, None);
        for workspace in &gone {
            assert_eq!(f.find_workspace(workspace, None).await, None);
            let organization = OrganizationRef::Id(id);
            let workspace = Some(workspace.id);
            let query = CheckQuery { digest: session.token_digest, organization, subject: None, workspace };
            assert_eq!(f.store.check(query).await.unwrap().unwrap().workspace, None);
        }
    }
    assert_eq!(f.state(other.id).await, others, "the other organization is as it was");
    assert!(f.read(other.id, async |unit| unit.idempotent_answer(&request).await).await.is_some());
}

/// After it nothing stands in the way of deleting an account that was a member of nothing else.
pub async fn deletion_frees_the_accounts(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (mut owner, organization) = f.seed_owned("Acme").await;
    owner.active_organization_id = Some(organization.id);
    f.write_user(owner.id, async |unit| unit.update_user(&owner).await).await;
    f.seed_events(organization.id, &owner, 1).await;
    f.write(organization.id, async |unit| unit.delete_organization().await).await;
    f.write_user(owner.id, async |unit| unit.delete_user().await).await;
    assert_eq!(f.read_user(owner.id, async |unit| unit.user().await).await, None);
}

/// In the unit of work that deletes, nothing is left either; a rollback brings all of it back.
pub async fn deletion_can_be_rolled_back(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let role = f.seed_role(organization.id, "Auditor", &[]).await;
    f.seed_member(organization.id, "bob@acme.example", MemberRole::Custom(role.id)).await;
    f.seed_events(organization.id, &owner, 2).await;
    let before = f.state(organization.id).await;
    let mut unit = f.begin(organization.id).await;
    unit.delete_organization().await.unwrap();
    assert_eq!(unit.organization().await.unwrap(), None);
    assert_eq!(unit.member(owner.id.uuid()).await.unwrap(), None);
    assert_eq!(unit.count_roles().await.unwrap(), 0);
    assert_eq!(unit.audit_head().await.unwrap(), None);
    unit.rollback().await.unwrap();
    assert_eq!(f.state(organization.id).await, before);
}
