//! Invitations, as the organization keeps them (C-111, C-112, N-38).

use std::sync::Arc;

use guildhall_domain::{Description, Invitation, InvitationStatus, MemberRole, Permission, Version, WorkspaceAccess};
use guildhall_ports::store::{Constraint, Store};

use super::expect;
use crate::fixtures::Fixture;

/// A new invitation is kept as it was given, and found by id, by address and by token.
pub async fn new_invitation_is_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let role = f.seed_role(id, "Auditor", &[Permission::AuditRead]).await;
    let bare = f.invitation(id, "bare@acme.example", None);
    let full = Invitation {
        role: MemberRole::Custom(role.id),
        access: WorkspaceAccess { all_read: true, all_write: false },
        message: Some(Description::parse("Welcome,\n\"friend\" ✓").unwrap()),
        ..f.invitation(id, "full@acme.example", Some(owner.id))
    };
    let owner_to_be = Invitation {
        role: MemberRole::Owner,
        access: WorkspaceAccess::ALL,
        ..f.invitation(id, "o.w+ner@acme.example", Some(owner.id))
    };
    for given in [&bare, &full, &owner_to_be] {
        f.write(id, async |unit| unit.insert_invitation(given).await).await;
        let wanted = Some(given.clone());
        assert_eq!(f.read(id, async |unit| unit.invitation(given.id).await).await, wanted);
        assert_eq!(f.read(id, async |unit| unit.pending_invitation(&given.email).await).await, wanted);
        assert_eq!(f.read_platform(async |unit| unit.invitation_by_token(given.token_digest).await).await, wanted);
    }
    // An invitation takes no seat (M-16).
    assert_eq!(f.stored_organization(id).await, organization);
}

/// What nobody made is not found.
pub async fn unknown_invitation_is_none(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    f.seed_invitation(id, "bob@acme.example", None).await;
    assert_eq!(f.read(id, async |unit| unit.invitation(f.id()).await).await, None);
    for nobody in ["carol@acme.example", "bo_@acme.example", "bob@acme.example.org", "%@acme.example"] {
        assert_eq!(f.read(id, async |unit| unit.pending_invitation(&f.email(nobody)).await).await, None);
    }
    assert_eq!(f.read_platform(async |unit| unit.invitation_by_token(f.digest()).await).await, None);
    let absent = f.invitation(id, "absent@acme.example", None);
    expect::not_found(f.try_write(id, async |unit| unit.update_invitation(&absent).await).await);
    // No organization, no invitation.
    let nowhere = f.invitation(f.id(), "bob@acme.example", None);
    let result = f.try_write(nowhere.organization_id, async |unit| unit.insert_invitation(&nowhere).await).await;
    assert!(result.is_err(), "an invitation into nothing was made");
}

/// An address has one pending invitation in an organization, even when its time is over (R-INV-3).
pub async fn one_invitation_is_pending_per_address(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let id = organization.id;
    let first = f.seed_invitation(id, "bob@acme.example", None).await;
    f.seed_invitation(id, "carol@acme.example", None).await;
    // Another organization may invite the same person (S-11).
    f.seed_invitation(other.id, "bob@acme.example", None).await;
    for expires_at in [first.expires_at, first.created_at] {
        let before = f.change_invitation(&Invitation { expires_at, ..first.clone() }).await;
        let again = f.invitation(id, "BOB@acme.example", None);
        let result = f.try_write(id, async |unit| unit.insert_invitation(&again).await).await;
        expect::conflict(result, Constraint::InvitationPending);
        assert_eq!(f.read(id, async |unit| unit.pending_invitation(&again.email).await).await, Some(before));
        assert_eq!(f.read_platform(async |unit| unit.invitation_by_token(again.token_digest).await).await, None);
    }
}

/// Whatever comes of an invitation makes room for the next one to the same address.
pub async fn answered_invitation_makes_room(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let email = f.email("bob@acme.example");
    for status in InvitationStatus::ALL.iter().copied().filter(|status| *status != InvitationStatus::Pending) {
        let invitation = f.seed_invitation(id, "bob@acme.example", None).await;
        let answered = f.change_invitation(&Invitation { status, ..invitation }).await;
        assert_eq!(f.read(id, async |unit| unit.pending_invitation(&email).await).await, None, "{status:?}");
        assert_eq!(f.read(id, async |unit| unit.invitation(answered.id).await).await, Some(answered));
    }
    let last = f.seed_invitation(id, "bob@acme.example", None).await;
    assert_eq!(f.read(id, async |unit| unit.pending_invitation(&email).await).await, Some(last));
    assert_eq!(f.state(id).await.invitations.len(), 5);
}

/// The old one is closed and the new one made in one unit of work.
pub async fn invitation_is_replaced_in_one_unit(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let old = f.seed_invitation(id, "bob@acme.example", None).await;
    let new = f.invitation(id, "bob@acme.example", None);
    f.write(id, async |unit| {
        unit.update_invitation(&Invitation { status: InvitationStatus::Expired, ..old.clone() }).await?;
        unit.insert_invitation(&new).await
    })
    .await;
    assert_eq!(f.read(id, async |unit| unit.pending_invitation(&new.email).await).await, Some(new));
    let old = f.read(id, async |unit| unit.invitation(old.id).await).await.unwrap();
    assert_eq!(old.status, InvitationStatus::Expired);
}

/// No second one becomes pending again beside the first (R-INV-3).
pub async fn answered_invitation_cannot_be_pending_beside_another(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let first = f.seed_invitation(id, "bob@acme.example", None).await;
    f.change_invitation(&Invitation { status: InvitationStatus::Revoked, ..first.clone() }).await;
    f.seed_invitation(id, "bob@acme.example", None).await;
    let before = f.state(id).await;
    let result = f.try_write(id, async |unit| unit.update_invitation(&first).await).await;
    expect::conflict(result, Constraint::InvitationPending);
    assert_eq!(f.state(id).await, before);
}

/// Update writes status, token and times, raises the version, and gives the row (N-39).
pub async fn invitation_update_writes_what_is_documented(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let before = f.seed_invitation(id, "bob@acme.example", Some(owner.id)).await;
    let other = f.seed_invitation(id, "carol@acme.example", Some(owner.id)).await;
    for status in InvitationStatus::ALL.iter().copied().rev() {
        let stored = f.read(id, async |unit| unit.invitation(before.id).await).await.unwrap();
        let wanted = Invitation {
            status,
            token_digest: f.digest(),
            updated_at: f.now(),
            expires_at: f.now(),
            version: stored.version.next(),
            ..before.clone()
        };
        let change = Invitation {
            email: f.email("mallory@acme.example"),
            role: MemberRole::Owner,
            access: WorkspaceAccess::ALL,
            message: Some(Description::parse("Other").unwrap()),
            invited_by: None,
            created_at: f.now(),
            version: Version(77),
            ..wanted.clone()
        };
        assert_eq!(f.change_invitation(&change).await, wanted);
        assert_eq!(f.read(id, async |unit| unit.invitation(before.id).await).await, Some(wanted.clone()));
        // The token before is nobody's, the new one is found whatever the status (C-114).
        assert_eq!(f.read_platform(async |unit| unit.invitation_by_token(stored.token_digest).await).await, None);
        let found = f.read_platform(async |unit| unit.invitation_by_token(wanted.token_digest).await).await;
        assert_eq!(found, Some(wanted));
    }
    assert_eq!(f.read(id, async |unit| unit.invitation(other.id).await).await, Some(other));
}

/// Who invited may go: the invitation stays, and is nobody's.
pub async fn invitation_outlives_its_inviter(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let (admin, membership) = f.seed_member(id, "admin@acme.example", MemberRole::Admin).await;
    let pending = f.seed_invitation(id, "bob@acme.example", Some(admin.id)).await;
    let accepted = f.seed_invitation(id, "carol@acme.example", Some(admin.id)).await;
    let accepted = f.change_invitation(&Invitation { status: InvitationStatus::Accepted, ..accepted }).await;
    let owners = f.seed_invitation(id, "dave@acme.example", Some(owner.id)).await;
    f.write(id, async |unit| unit.remove_member(membership.id, f.now()).await).await;
    assert_eq!(f.state(id).await.invitations, [owners.clone(), accepted.clone(), pending.clone()]);

    f.write_user(admin.id, async |unit| unit.delete_user().await).await;
    let wanted = [owners, accepted, pending.clone()].map(|invitation| Invitation {
        invited_by: invitation.invited_by.filter(|inviter| *inviter != admin.id),
        ..invitation
    });
    assert_eq!(f.state(id).await.invitations, wanted);
    let found = f.read_platform(async |unit| unit.invitation_by_token(pending.token_digest).await).await;
    assert_eq!(found.unwrap().invited_by, None);
}
