//! Access to single workspaces that an invitation promises (C-112).

use std::sync::Arc;

use guildhall_domain::page::PageRequest;
use guildhall_domain::{AccessLevel, Invitation, InvitationStatus, OrganizationId, UserId, WorkspaceGrants};
use guildhall_ports::store::Store;

use crate::fixtures::{Fixture, page_size};

async fn seed(f: &Fixture, organization: OrganizationId, grants: WorkspaceGrants) -> Invitation {
    let invitation = Invitation { grants, ..f.invitation(organization, "invited@acme.example", None) };
    f.write(organization, async |unit| unit.insert_invitation(&invitation).await).await;
    invitation
}

/// Every way in which an invitation is found tells the same of it.
async fn found(f: &Fixture, invitation: &Invitation, invited: UserId) -> Vec<Invitation> {
    let id = invitation.organization_id;
    let (now, page) = (f.now(), PageRequest::first(page_size(10)));
    let received = f.read_user(invited, async |unit| unit.list_received_invitations(now, &page).await).await.items;
    let alone = f.read_user(invited, async |unit| unit.received_invitation(invitation.id).await).await;
    let mut found = f.state(id).await.invitations;
    found.retain(|found| found.id == invitation.id);
    found.extend(received.into_iter().chain(alone).map(|received| received.invitation));
    found.extend(f.read(id, async |unit| unit.invitation(invitation.id).await).await);
    found.extend(f.read(id, async |unit| unit.pending_invitation(&invitation.email).await).await);
    found.extend(f.read_platform(async |unit| unit.invitation_by_token(invitation.token_digest).await).await);
    found
}

/// Grants are kept with the invitation and told wherever it is found, by the invited person too.
pub async fn promised_grants_are_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let invited = f.seed_user("invited@acme.example").await;
    let (first, second) = (f.seed_workspace(id, "First").await, f.seed_workspace(id, "Second").await);
    for grants in [
        f.grants(&[(second.id, AccessLevel::Write), (first.id, AccessLevel::Read)]),
        f.grants(&[(first.id, AccessLevel::Write)]),
        WorkspaceGrants::default(),
    ] {
        let invitation = seed(&f, id, grants).await;
        assert_eq!(found(&f, &invitation, invited.id).await, vec![invitation.clone(); 6]);
        // Out of the way of the next.
        f.change_invitation(&Invitation { status: InvitationStatus::Declined, ..invitation }).await;
    }
}

/// What is promised may be gone, or never have been: it is looked at when the invitation is accepted.
pub async fn promised_workspace_may_be_gone(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let invited = f.seed_user("invited@acme.example").await;
    let gone = f.seed_workspace(id, "Gone").await;
    let grants = f.grants(&[(gone.id, AccessLevel::Write), (f.id(), AccessLevel::Read)]);
    let invitation = seed(&f, id, grants).await;
    f.write(id, async |unit| unit.workspaces().delete(gone.id).await).await;
    assert_eq!(found(&f, &invitation, invited.id).await, vec![invitation.clone(); 6]);
}

/// As many as one request may give are kept.
pub async fn many_promised_grants_are_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let invited = f.seed_user("invited@acme.example").await;
    let grants: Vec<_> = (0..WorkspaceGrants::MAX).map(|_| (f.id(), AccessLevel::Read)).collect();
    let invitation = seed(&f, organization.id, f.grants(&grants)).await;
    assert_eq!(found(&f, &invitation, invited.id).await, vec![invitation.clone(); 6]);
}

/// Update leaves the grants as they are.
pub async fn invitation_update_leaves_the_grants(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let workspace = f.seed_workspace(organization.id, "Board").await;
    let grants = f.grants(&[(workspace.id, AccessLevel::Read)]);
    let invitation = seed(&f, organization.id, grants.clone()).await;
    for status in [InvitationStatus::Pending, InvitationStatus::Accepted] {
        let change = Invitation { status, grants: WorkspaceGrants::default(), ..invitation.clone() };
        assert_eq!(f.change_invitation(&change).await.grants, grants);
        assert_eq!(f.state(organization.id).await.invitations[0].grants, grants);
    }
}
