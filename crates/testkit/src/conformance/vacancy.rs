//! Whether anything but members and workspaces of their own is in an organization.

use std::sync::Arc;

use guildhall_domain::audit::AuditAction;
use guildhall_domain::{
    DomainStatus, Invitation, InvitationStatus, JoinRequest, JoinRequestStatus, MemberRole, OrganizationId, Workspace,
};
use guildhall_ports::store::Store;

use crate::fixtures::Fixture;

async fn vacant(f: &Fixture, organization: OrganizationId) -> bool {
    f.read(organization, async |unit| unit.is_vacant().await).await
}

/// Members, the log, mails and what is over leave it vacant; so does what is in another.
pub async fn members_leave_it_vacant(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let id = organization.id;
    assert!(vacant(&f, id).await);
    let (user, membership) = f.seed_member(id, "bob@acme.example", MemberRole::Admin).await;
    let event = f.event(Some(id), AuditAction::AddUserToOrg, &owner);
    f.write(id, async |unit| {
        unit.append_audit(&event).await?;
        unit.remove_member(membership.id, f.now()).await
    })
    .await;
    f.seed_mail(id, "carol@acme.example").await;
    for status in InvitationStatus::ALL.iter().copied().filter(|status| *status != InvitationStatus::Pending) {
        let invitation = f.seed_invitation(id, "carol@acme.example", Some(owner.id)).await;
        f.change_invitation(&Invitation { status, ..invitation }).await;
    }
    f.seed_role(other.id, "Auditor", &[]).await;
    f.seed_claim(other.id, "acme.com").await;
    f.seed_invitation(other.id, "carol@acme.example", None).await;
    f.seed_join_request(other.id, &user).await;
    f.write(other.id, async |unit| unit.note_departure(&user.email, f.now()).await).await;
    f.seed_workspace(other.id, "Board").await;
    f.seed_workspace_group(other.id, "Boards").await;
    f.seed_quota(other.id, &f.limit_name("cpu"), 1).await;
    assert!(vacant(&f, id).await);
    assert!(!vacant(&f, other.id).await);
}

/// A custom role is something.
pub async fn role_is_no_vacancy(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let role = f.seed_role(organization.id, "Auditor", &[]).await;
    assert!(!vacant(&f, organization.id).await);
    f.write(organization.id, async |unit| unit.delete_role(role.id).await).await;
    assert!(vacant(&f, organization.id).await);
}

/// A claim to a domain is something, whatever came of it.
pub async fn claim_is_no_vacancy(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let claim = f.seed_claim(organization.id, "acme.com").await;
    for status in DomainStatus::ALL.iter().copied() {
        f.change_claim(&f.looked_up(&claim, status)).await;
        assert!(!vacant(&f, organization.id).await, "{status:?}");
    }
    f.write(organization.id, async |unit| unit.delete_domain(claim.id).await).await;
    assert!(vacant(&f, organization.id).await);
}

/// A pending invitation is something, in time or not.
pub async fn invitation_is_no_vacancy(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let invitation = f.seed_invitation(organization.id, "bob@acme.example", None).await;
    assert!(!vacant(&f, organization.id).await);
    let over = f.change_invitation(&Invitation { expires_at: invitation.created_at, ..invitation }).await;
    assert!(!vacant(&f, organization.id).await);
    f.change_invitation(&Invitation { status: InvitationStatus::Expired, ..over }).await;
    assert!(vacant(&f, organization.id).await);
}

/// A request to join is something, declined or not.
pub async fn join_request_is_no_vacancy(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let user = f.seed_user("bob@acme.example").await;
    let request = f.seed_join_request(id, &user).await;
    assert!(!vacant(&f, id).await);
    let declined = JoinRequest { status: JoinRequestStatus::Declined, ..request };
    f.write(id, async |unit| unit.update_join_request(&declined).await).await;
    assert!(!vacant(&f, id).await);
    f.seed_membership(id, user.id, MemberRole::Member).await;
    assert!(vacant(&f, id).await);
}

/// Who departed is something, whether the account is still there or not.
pub async fn departure_is_no_vacancy(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let user = f.seed_user("bob@acme.example").await;
    f.write(id, async |unit| unit.note_departure(&user.email, f.now()).await).await;
    assert!(!vacant(&f, id).await);
    f.write_user(user.id, async |unit| unit.delete_user().await).await;
    assert!(!vacant(&f, id).await);
    f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    assert!(vacant(&f, id).await);
}

/// Workspaces of members' own, and what requests were answered, leave it vacant (M-50).
pub async fn personal_workspace_leaves_it_vacant(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    f.seed_personal_workspace(id, owner.id).await;
    f.seed_answer(id, &f.idempotent_request(owner.id, "key"), "1").await;
    assert!(vacant(&f, id).await);
    // What somebody has made their own, if only by a name, is something.
    let own = f.read(id, async |unit| unit.workspaces().personal_of(owner.id).await).await.unwrap();
    f.write(id, async |unit| unit.workspaces().update(&own).await).await;
    assert!(!vacant(&f, id).await);
}

/// Any other workspace is something, put away or not.
pub async fn workspace_is_no_vacancy(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    f.seed_personal_workspace(id, owner.id).await;
    let workspace = f.seed_workspace(id, "Board").await;
    assert!(!vacant(&f, id).await);
    let archived = Workspace { archived_at: Some(f.now()), ..workspace };
    f.write(id, async |unit| unit.workspaces().update(&archived).await).await;
    assert!(!vacant(&f, id).await);
    f.write(id, async |unit| unit.workspaces().delete(archived.id).await).await;
    assert!(vacant(&f, id).await);
}

/// A group is something, with a workspace in it or without.
pub async fn workspace_group_is_no_vacancy(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let group = f.seed_workspace_group(id, "Boards").await;
    assert!(!vacant(&f, id).await);
    f.write(id, async |unit| unit.workspaces().delete_group(group.id, f.now()).await).await;
    assert!(vacant(&f, id).await);
}

/// What is used is something, until all of it is given back.
pub async fn use_of_a_resource_is_no_vacancy(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (id, cpu) = (organization.id, f.limit_name("cpu"));
    f.seed_quota(id, &cpu, 2).await;
    for left in [true, false] {
        assert!(!vacant(&f, id).await);
        f.write(id, async |unit| unit.release_quota(&cpu, 1).await).await;
        assert_eq!(vacant(&f, id).await, !left);
    }
}

/// Credits that came by themselves leave it vacant; what somebody does with them is something.
pub async fn spent_credits_are_no_vacancy(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    f.seed_credits(id, 100).await;
    assert!(vacant(&f, id).await);
    f.seed_spend(id, owner.id, 1, f.now()).await;
    assert!(!vacant(&f, id).await);
}
