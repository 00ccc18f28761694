//! Invitations, as the invited person finds them (C-114, C-120).

use std::sync::Arc;

use guildhall_domain::page::PageRequest;
use guildhall_domain::{
    Invitation, InvitationStatus, Limit, MemberRole, Organization, OrganizationStatus, ReceivedInvitation, Timestamp,
    UserId,
};
use guildhall_ports::store::Store;
use time::Duration;

use crate::fixtures::{Fixture, page_size, walk};

async fn in_pages(f: &Fixture, user: UserId, now: Timestamp, size: u64) -> Vec<ReceivedInvitation> {
    f.read_user(user, async |unit| walk(size, async |page| unit.list_received_invitations(now, &page).await).await)
        .await
}

async fn received(f: &Fixture, user: UserId, now: Timestamp) -> Vec<ReceivedInvitation> {
    in_pages(f, user, now, 100).await
}

fn seen(organization: &Organization, invitation: &Invitation) -> ReceivedInvitation {
    ReceivedInvitation {
        invitation: invitation.clone(),
        organization_name: organization.name.clone(),
        organization_status: organization.status,
    }
}

/// They come from all organizations, oldest first, with the organization's name of now.
pub async fn received_invitations_come_oldest_first(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("bob@acme.example").await;
    let other = f.seed_user("bobby@acme.example").await;
    let mut wanted = Vec::new();
    // Made in another order than their organizations.
    let mut organizations = Vec::new();
    for name in ["Acme", "Beta", "Gamma"] {
        organizations.push(f.seed_owned(name).await);
    }
    for (owner, organization) in organizations.iter().rev() {
        f.seed_invitation(organization.id, "bobby@acme.example", None).await;
        let invitation = f.seed_invitation(organization.id, "bob@acme.example", Some(owner.id)).await;
        let renamed = f.name(&format!("{} & Sons", organization.name));
        let changed = Organization { name: renamed, ..organization.clone() };
        let changed = f.write(organization.id, async |unit| unit.update_organization(&changed).await).await;
        wanted.push(seen(&changed, &invitation));
    }
    let now = f.now();
    assert_eq!(received(&f, user.id, now).await, wanted);
    assert_eq!(received(&f, other.id, now).await.len(), 3);
    for size in [1, 2, 3, 4] {
        assert_eq!(in_pages(&f, user.id, now, size).await, wanted, "pages of {size}");
    }
    assert_eq!(received(&f, f.id(), now).await, []);
}

/// Only those that can be accepted are listed.
pub async fn only_open_invitations_are_received(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("bob@acme.example").await;
    let (_, organization) = f.seed_owned("Acme").await;
    for status in InvitationStatus::ALL.iter().copied().filter(|status| *status != InvitationStatus::Pending) {
        let invitation = f.seed_invitation(organization.id, "bob@acme.example", None).await;
        f.change_invitation(&Invitation { status, ..invitation }).await;
    }
    let open = f.seed_invitation(organization.id, "bob@acme.example", None).await;
    let wanted = [seen(&organization, &open)];
    let instant = Duration::microseconds(1);
    assert_eq!(received(&f, user.id, open.created_at).await, wanted);
    assert_eq!(received(&f, user.id, open.expires_at - instant).await, wanted);
    assert_eq!(received(&f, user.id, open.expires_at).await, []);
    assert_eq!(received(&f, user.id, open.expires_at + instant).await, []);
    // What is over takes no place in the list of those that are not.
    let (_, other) = f.seed_owned("Beta").await;
    let next = f.seed_invitation(other.id, "bob@acme.example", None).await;
    assert_eq!(in_pages(&f, user.id, open.expires_at, 1).await, [seen(&other, &next)]);
}

/// An organization that is stopped invites nobody: its invitations are not listed until it goes on.
pub async fn stopped_organizations_are_left_out(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("bob@acme.example").await;
    let (_, stopped) = f.seed_owned("Acme").await;
    let (_, active) = f.seed_owned("Beta").await;
    let first = f.seed_invitation(stopped.id, "bob@acme.example", None).await;
    let second = f.seed_invitation(active.id, "bob@acme.example", None).await;
    let now = f.now();
    for status in OrganizationStatus::ALL.iter().copied() {
        let changed = Organization { status, ..stopped.clone() };
        let changed = f.write(stopped.id, async |unit| unit.update_organization(&changed).await).await;
        let mut wanted = vec![seen(&changed, &first), seen(&active, &second)];
        if status != OrganizationStatus::Active {
            wanted.remove(0);
        }
        assert_eq!(received(&f, user.id, now).await, wanted, "{status:?}");
        assert_eq!(in_pages(&f, user.id, now, 1).await, wanted, "{status:?}");
        // By its id it is found, and says why.
        let found = f.read_user(user.id, async |unit| unit.received_invitation(first.id).await).await;
        assert_eq!(found, Some(seen(&changed, &first)));
    }
}

/// Pages are full although some in between cannot be accepted, and go on behind a hundred.
pub async fn received_invitations_come_in_pages(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("bob@acme.example").await;
    let owner = f.seed_user("owner@acme.example").await;
    let mut wanted = Vec::new();
    for n in 0..200 {
        let status = match n % 5 {
            1 => OrganizationStatus::Suspended,
            3 => OrganizationStatus::Lockdown,
            _ => OrganizationStatus::Active,
        };
        let organization = Organization { status, ..f.organization(&format!("Organization {n}")) };
        let membership = f.membership(organization.id, owner.id, MemberRole::Owner);
        let mut invitation = f.invitation(organization.id, "bob@acme.example", None);
        if n % 20 == 0 {
            invitation.expires_at = invitation.created_at;
        } else if status == OrganizationStatus::Active {
            wanted.push(invitation.id);
        }
        f.write(organization.id, async |unit| {
            unit.insert_organization(&organization).await?;
            unit.add_member(&membership, Limit::Unlimited).await?;
            unit.insert_invitation(&invitation).await
        })
        .await;
    }
    assert_eq!(wanted.len(), 110);
    let now = f.now();
    for size in [7, 55, 100] {
        let found = in_pages(&f, user.id, now, size).await;
        let ids: Vec<_> = found.iter().map(|received| received.invitation.id).collect();
        assert_eq!(ids, wanted, "pages of {size}");
    }
}

/// What comes and goes between two pages makes nothing appear twice or be left out.
pub async fn received_invitation_pages_are_stable(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("bob@acme.example").await;
    let mut invitations = Vec::new();
    for name in ["Acme", "Beta", "Gamma", "Delta"] {
        let (_, organization) = f.seed_owned(name).await;
        invitations.push(f.seed_invitation(organization.id, "bob@acme.example", None).await);
    }
    let now = f.now();
    let mut page = PageRequest::first(page_size(2));
    let first = f.read_user(user.id, async |unit| unit.list_received_invitations(now, &page).await).await;
    assert_eq!(first.next, Some(invitations[1].id.uuid()));
    // The place goes on being one when what stood there is answered.
    f.change_invitation(&Invitation { status: InvitationStatus::Declined, ..invitations[1].clone() }).await;
    let (_, new) = f.seed_owned("Epsilon").await;
    invitations.push(f.seed_invitation(new.id, "bob@acme.example", None).await);
    page = PageRequest { size: page_size(10), after: first.next };
    let rest = f.read_user(user.id, async |unit| unit.list_received_invitations(now, &page).await).await;
    let ids: Vec<_> = rest.items.iter().map(|received| received.invitation.id).collect();
    assert_eq!(ids, [invitations[2].id, invitations[3].id, invitations[4].id]);
    assert_eq!(rest.next, None);
}

/// One is found by its id: by who is invited and nobody else, while it is pending, in time or not.
pub async fn received_invitation_is_found_by_id(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("bob@acme.example").await;
    let (owner, organization) = f.seed_owned("Acme").await;
    let others = [owner.id, f.seed_user("bobby@acme.example").await.id, f.id()];
    let pending = f.seed_invitation(organization.id, "bob@acme.example", Some(owner.id)).await;
    for expires_at in [pending.expires_at, pending.created_at] {
        let stored = f.change_invitation(&Invitation { expires_at, ..pending.clone() }).await;
        let found = f.read_user(user.id, async |unit| unit.received_invitation(pending.id).await).await;
        assert_eq!(found, Some(seen(&organization, &stored)));
        for other in others {
            assert_eq!(f.read_user(other, async |unit| unit.received_invitation(pending.id).await).await, None);
        }
    }
    assert_eq!(f.read_user(user.id, async |unit| unit.received_invitation(f.id()).await).await, None);
    for status in InvitationStatus::ALL.iter().copied().filter(|status| *status != InvitationStatus::Pending) {
        f.change_invitation(&Invitation { status, ..pending.clone() }).await;
        let found = f.read_user(user.id, async |unit| unit.received_invitation(pending.id).await).await;
        assert_eq!(found, None, "{status:?}");
    }
}

/// Whoever registers with the address finds what was sent to it before.
pub async fn invitations_wait_for_an_account(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let invitation = f.seed_invitation(organization.id, "Bob@Acme.example", None).await;
    let user = f.user("bob@acme.example");
    let found = f
        .write_user(user.id, async |unit| {
            unit.insert_user(&user, &f.password("secret")).await?;
            unit.list_received_invitations(invitation.created_at, &PageRequest::first(page_size(10))).await
        })
        .await;
    assert_eq!(found.items, [seen(&organization, &invitation)]);
}

/// An invitation is no place in the organization: it is not among the user's, nor their active one.
pub async fn invitation_is_no_membership(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let user = f.seed_user("bob@acme.example").await;
    f.seed_invitation(organization.id, "bob@acme.example", None).await;
    let request = PageRequest::first(page_size(10));
    assert_eq!(f.read_user(user.id, async |unit| unit.list_organizations(&request).await).await.items, []);
    assert_eq!(f.read_user(user.id, async |unit| unit.organization(organization.id).await).await, None);
    assert_eq!(f.read_user(user.id, async |unit| unit.active_organization().await).await, None);
}

/// After a decision in the organization's unit of work the same unit, gone on as the user's, no longer finds it.
pub async fn accepted_invitation_is_no_longer_received(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let user = f.seed_user("bob@acme.example").await;
    let invitation = f.seed_invitation(organization.id, "bob@acme.example", None).await;
    let now = f.now();
    let unit = f.begin_user(user.id).await;
    let mut unit = unit.into_org(organization.id).await.unwrap();
    let found = unit.invitation(invitation.id).await.unwrap().unwrap();
    unit.update_invitation(&Invitation { status: InvitationStatus::Accepted, updated_at: now, ..found }).await.unwrap();
    let mut unit = unit.into_user(user.id).await.unwrap();
    let page = PageRequest::first(page_size(10));
    assert_eq!(unit.list_received_invitations(now, &page).await.unwrap().items, []);
    assert_eq!(unit.received_invitation(invitation.id).await.unwrap(), None);
    unit.commit().await.unwrap();
    assert_eq!(received(&f, user.id, now).await, []);
}
