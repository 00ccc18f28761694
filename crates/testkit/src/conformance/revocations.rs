//! The invitations that end with somebody who was removed or lost power: those
//! to them, and those that they made.

use std::sync::Arc;

use guildhall_domain::{Email, Invitation, InvitationStatus, MemberRole, OrganizationId, Timestamp, UserId};
use guildhall_ports::store::Store;
use time::Duration;

use crate::fixtures::Fixture;

async fn revoke(f: &Fixture, organization: OrganizationId, to: &Email, by: UserId, at: Timestamp) -> u64 {
    f.write(organization, async |unit| unit.revoke_invitations(to, by, at).await).await
}

fn revoked(invitation: &Invitation, at: Timestamp) -> Invitation {
    Invitation {
        status: InvitationStatus::Revoked,
        updated_at: at,
        version: invitation.version.next(),
        ..invitation.clone()
    }
}

/// Both kinds are revoked, in time or not, and each once.
pub async fn invitations_to_and_by_somebody_are_revoked(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let (bob, _) = f.seed_member(id, "bob@acme.example", MemberRole::Admin).await;
    // To and by the same person, by them, and by them with its time over.
    let both = f.seed_invitation(id, "bob@acme.example", Some(bob.id)).await;
    let by = f.seed_invitation(id, "carol@acme.example", Some(bob.id)).await;
    let over = f.seed_invitation(id, "dave@acme.example", Some(bob.id)).await;
    let over = f.change_invitation(&Invitation { expires_at: over.created_at, ..over }).await;
    let at = f.now();
    assert_eq!(revoke(&f, id, &bob.email, bob.id, at).await, 3);
    let first = [over, by, both].map(|invitation| revoked(&invitation, at));
    assert_eq!(f.state(id).await.invitations, first);

    // To them, by another and by nobody any more; the second is over.
    let mut wanted = first.to_vec();
    for (inviter, lasts) in [(Some(owner.id), Duration::DAY), (None, Duration::ZERO)] {
        let to = f.seed_invitation(id, "bob@acme.example", inviter).await;
        let to = f.change_invitation(&Invitation { expires_at: to.created_at + lasts, ..to }).await;
        let at = f.now();
        assert_eq!(revoke(&f, id, &bob.email, bob.id, at).await, 1);
        wanted.insert(0, revoked(&to, at));
        assert_eq!(f.state(id).await.invitations, wanted);
    }
    assert_eq!(revoke(&f, id, &bob.email, bob.id, f.now()).await, 0, "there is nothing left");
    assert_eq!(f.state(id).await.invitations, wanted);
}

/// Those to and by holders of a role, and nobody else's, when the role loses something.
pub async fn invitations_of_holders_of_a_role_are_revoked(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let (role, other) = (f.seed_role(id, "Recruiter", &[]).await, f.seed_role(id, "Scout", &[]).await);
    let (bob, _) = f.seed_member(id, "bob@acme.example", MemberRole::Custom(role.id)).await;
    let (sue, _) = f.seed_member(id, "sue@acme.example", MemberRole::Custom(other.id)).await;
    let by_bob = f.seed_invitation(id, "carol@acme.example", Some(bob.id)).await;
    let to_bob = f.seed_invitation(id, "bob@acme.example", Some(owner.id)).await;
    let by_sue = f.seed_invitation(id, "dave@acme.example", Some(sue.id)).await;
    let at = f.now();
    let count = f.write(id, async |unit| unit.revoke_invitations_of_role(role.id, at).await).await;
    assert_eq!(count, 2);
    assert_eq!(f.state(id).await.invitations, [by_sue, revoked(&to_bob, at), revoked(&by_bob, at)]);
    assert_eq!(f.write(id, async |unit| unit.revoke_invitations_of_role(role.id, f.now()).await).await, 0);
}

/// Other people's, other organizations', and what came to an end before stay as they are.
pub async fn revocation_leaves_the_rest(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let id = organization.id;
    let (bob, _) = f.seed_member(id, "bob@acme.example", MemberRole::Admin).await;
    f.seed_membership(other.id, bob.id, MemberRole::Admin).await;
    for status in InvitationStatus::ALL.iter().copied().filter(|status| *status != InvitationStatus::Pending) {
        for (to, by) in [("bob@acme.example", owner.id), ("carol@acme.example", bob.id)] {
            let invitation = f.seed_invitation(id, to, Some(by)).await;
            f.change_invitation(&Invitation { status, ..invitation }).await;
        }
    }
    for (to, by) in [
        ("carol@acme.example", Some(owner.id)),
        ("dave@acme.example", None),
        ("bobby@acme.example", Some(owner.id)),
        ("bo_@acme.example", None),
        ("%@acme.example", None),
        ("bob@acme.example.org", None),
    ] {
        f.seed_invitation(id, to, by).await;
    }
    f.seed_invitation(other.id, "bob@acme.example", None).await;
    f.seed_invitation(other.id, "erin@acme.example", Some(bob.id)).await;
    let before = (f.state(id).await, f.state(other.id).await);
    assert_eq!(revoke(&f, id, &bob.email, bob.id, f.now()).await, 0);
    assert_eq!((f.state(id).await, f.state(other.id).await), before);
    // Beside one that is revoked, too.
    f.seed_invitation(id, "bob@acme.example", Some(owner.id)).await;
    assert_eq!(revoke(&f, id, &bob.email, bob.id, f.now()).await, 1);
    let mut after = f.state(id).await;
    assert_eq!(after.invitations.remove(0).status, InvitationStatus::Revoked);
    assert_eq!((after, f.state(other.id).await), before);
}

/// A revoked invitation waits for nobody and makes room; its token says what became of it.
pub async fn revoked_invitations_make_room(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let invited = f.seed_user("carol@acme.example").await;
    let invitation = f.seed_invitation(id, "carol@acme.example", Some(owner.id)).await;
    let at = f.now();

    // Given up, it changes nothing.
    let mut unit = f.begin(id).await;
    assert_eq!(unit.revoke_invitations(&owner.email, owner.id, at).await.unwrap(), 1);
    assert_eq!(unit.pending_invitation(&invitation.email).await.unwrap(), None);
    unit.rollback().await.unwrap();
    let found = f.read(id, async |unit| unit.pending_invitation(&invitation.email).await).await;
    assert_eq!(found, Some(invitation.clone()));

    assert_eq!(revoke(&f, id, &owner.email, owner.id, at).await, 1);
    assert_eq!(f.read_user(invited.id, async |unit| unit.received_invitation(invitation.id).await).await, None);
    let found = f.read_platform(async |unit| unit.invitation_by_token(invitation.token_digest).await).await;
    assert_eq!(found, Some(revoked(&invitation, at)));
    assert!(f.read(id, async |unit| unit.is_vacant().await).await);
    let next = f.seed_invitation(id, "carol@acme.example", Some(owner.id)).await;
    assert_eq!(f.read(id, async |unit| unit.pending_invitation(&next.email).await).await, Some(next));
}

/// Of an account that is gone nobody knows what it invited; what was sent to its address is found.
pub async fn revocation_needs_no_account(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let bob = f.seed_user("bob@acme.example").await;
    let to = f.seed_invitation(id, "bob@acme.example", None).await;
    let by = f.seed_invitation(id, "carol@acme.example", Some(bob.id)).await;
    f.write_user(bob.id, async |unit| unit.delete_user().await).await;
    let at = f.now();
    assert_eq!(revoke(&f, id, &bob.email, bob.id, at).await, 1);
    assert_eq!(f.state(id).await.invitations, [Invitation { invited_by: None, ..by }, revoked(&to, at)]);
}
