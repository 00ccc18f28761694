//! The list of an organization's invitations (C-111).

use std::sync::Arc;

use guildhall_domain::page::PageRequest;
use guildhall_domain::{Invitation, InvitationStatus, OrganizationId, Timestamp};
use guildhall_ports::store::{InvitationFilter, Store};
use time::Duration;

use crate::fixtures::{Fixture, page_size, walk};

async fn listed(f: &Fixture, organization: OrganizationId, filter: &InvitationFilter, size: u64) -> Vec<Invitation> {
    f.read(organization, async |unit| walk(size, async |page| unit.list_invitations(filter, &page).await).await).await
}

fn standing(status: InvitationStatus, at: Timestamp) -> InvitationFilter {
    InvitationFilter { status: Some((status, at)), email: None }
}

/// They come newest first, in pages of exact size, and nobody else's with them.
pub async fn invitations_come_newest_first(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let mut wanted = Vec::new();
    for n in 0..7 {
        wanted.insert(0, f.seed_invitation(organization.id, &format!("user{n}@acme.example"), Some(owner.id)).await);
        f.seed_invitation(other.id, &format!("user{n}@acme.example"), None).await;
    }
    for size in [1, 2, 3, 7, 100] {
        assert_eq!(listed(&f, organization.id, &InvitationFilter::default(), size).await, wanted, "pages of {size}");
    }
    assert_eq!(listed(&f, f.id(), &InvitationFilter::default(), 10).await, []);
}

/// They are listed by how they stand at a time: a pending one whose time is over is expired.
pub async fn invitations_are_listed_by_status(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let mut all = Vec::new();
    for round in 0..2 {
        for status in InvitationStatus::ALL.iter().copied() {
            let email = format!("{}{round}@acme.example", status.as_str());
            let mut invitation = f.seed_invitation(id, &email, None).await;
            // The second of each kind lasts a day longer.
            (invitation.status, invitation.expires_at) = (status, invitation.expires_at + Duration::days(round));
            all.insert(0, f.change_invitation(&invitation).await);
        }
    }
    let first_end = all.iter().map(|invitation| invitation.expires_at).min().unwrap();
    let pending = all.iter().rfind(|invitation| invitation.status == InvitationStatus::Pending).unwrap();
    let instant = Duration::microseconds(1);
    for at in [
        first_end - Duration::days(30),
        pending.expires_at - instant,
        pending.expires_at,
        pending.expires_at + instant,
        pending.expires_at + Duration::days(30),
    ] {
        let mut found = 0;
        for status in InvitationStatus::ALL.iter().copied() {
            let wanted: Vec<_> = all.iter().filter(|invitation| invitation.status_at(at) == status).cloned().collect();
            for size in [1, 2, 100] {
                assert_eq!(listed(&f, id, &standing(status, at), size).await, wanted, "{status:?} at {at}");
            }
            found += wanted.len();
        }
        assert_eq!(found, all.len(), "each stands in one way at {at}");
    }
}

/// They are listed by address, and by address and status together.
pub async fn invitations_are_listed_by_address(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let id = organization.id;
    let revoked = f.seed_invitation(id, "bob@acme.example", None).await;
    let revoked = f.change_invitation(&Invitation { status: InvitationStatus::Revoked, ..revoked }).await;
    let pending = f.seed_invitation(id, "bob@acme.example", None).await;
    f.seed_invitation(id, "bobby@acme.example", None).await;
    f.seed_invitation(other.id, "bob@acme.example", None).await;
    let to_bob = InvitationFilter { status: None, email: Some(f.email("Bob@acme.example")) };
    for size in [1, 2, 100] {
        assert_eq!(listed(&f, id, &to_bob, size).await, [pending.clone(), revoked.clone()]);
    }
    let at = pending.created_at;
    for (status, wanted) in [
        (InvitationStatus::Pending, vec![pending]),
        (InvitationStatus::Revoked, vec![revoked]),
        (InvitationStatus::Accepted, vec![]),
        (InvitationStatus::Expired, vec![]),
    ] {
        let filter = InvitationFilter { status: Some((status, at)), ..to_bob.clone() };
        assert_eq!(listed(&f, id, &filter, 10).await, wanted, "{status:?}");
    }
    for nobody in ["carol@acme.example", "%@acme.example", "b_b@acme.example"] {
        let filter = InvitationFilter { status: None, email: Some(f.email(nobody)) };
        assert_eq!(listed(&f, id, &filter, 10).await, []);
    }
}

/// What comes and goes between two pages makes nothing appear twice or be left out.
pub async fn invitation_pages_are_stable(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let mut ids = Vec::new();
    for n in 0..4 {
        ids.push(f.seed_invitation(id, &format!("user{n}@acme.example"), None).await.id);
    }
    let filter = standing(InvitationStatus::Pending, organization.created_at);
    let mut request = PageRequest::first(page_size(2));
    let first = f.read(id, async |unit| unit.list_invitations(&filter, &request).await).await;
    f.seed_invitation(id, "new@acme.example", None).await;
    let last = first.items.last().unwrap();
    f.change_invitation(&Invitation { status: InvitationStatus::Revoked, ..last.clone() }).await;
    request.after = first.next;
    let rest = f.read(id, async |unit| unit.list_invitations(&filter, &request).await).await;
    assert_eq!(rest.items.iter().map(|invitation| invitation.id).collect::<Vec<_>>(), [ids[1], ids[0]]);
    assert_eq!(rest.next, None);
}
