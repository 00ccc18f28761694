//! One user and several ways into organizations at once.

use std::sync::Arc;

use guildhall_domain::page::PageRequest;
use guildhall_domain::{
    Email, Enrolment, Invitation, InvitationStatus, Limit, MemberId, MemberRole, Membership, MembershipSource,
    OrganizationId, Timestamp,
};
use guildhall_ports::store::{Mode, OrgTx, Store, StoreError};

use super::together;
use crate::fixtures::{Fixture, page_size, walk};

const TRIES: usize = 30;

/// Joins only where the user has no other organization (M-02, N-09).
async fn join_as_only_one(store: Arc<dyn Store>, membership: Arc<Membership>) -> Result<bool, StoreError> {
    let mut unit = store.begin_user(membership.user_id, Mode::Write).await?;
    let places = unit.list_organizations(&PageRequest::first(page_size(10))).await?;
    if !places.items.is_empty() {
        unit.rollback().await?;
        return Ok(false);
    }
    let mut unit = unit.into_org(membership.organization_id).await?;
    unit.add_member(&membership, Limit::Unlimited).await?;
    unit.commit().await?;
    Ok(true)
}

/// A user joins several organizations at once where only one is allowed: one membership (M-02, N-09).
pub async fn exclusive_user_joins_one_organization(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let mut organizations = Vec::new();
    for n in 0..6 {
        organizations.push(f.seed_owned(&format!("Organization {n}")).await.1.id);
    }
    for n in 0..TRIES {
        let user = f.seed_user(&format!("user{n}@acme.example")).await.id;
        // Two at once, and more.
        let works: Vec<_> = organizations[..2 + n % 5]
            .iter()
            .map(|organization| {
                let membership = Arc::new(f.membership(*organization, user, MemberRole::Member));
                let store = Arc::clone(&store);
                move || join_as_only_one(Arc::clone(&store), Arc::clone(&membership))
            })
            .collect();
        let joined: Vec<_> =
            together(works).await.into_iter().map(|result| result.expect("no attempt fails")).collect();
        let winner = joined.iter().position(|joined| *joined).expect("one of them joins");
        assert_eq!(joined.iter().filter(|joined| **joined).count(), 1, "try {n}: {joined:?}");
        let mine =
            f.read_user(user, async |unit| walk(100, async |page| unit.list_organizations(&page).await).await).await;
        let mine: Vec<OrganizationId> = mine.iter().map(|place| place.organization.id).collect();
        assert_eq!(mine, [organizations[winner]], "try {n}");
    }
}

/// A way into an organization.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    Invitation,
    Domain,
    DirectAdd,
}

/// Goes one way; who is a member already stays what they are.
async fn go(
    store: Arc<dyn Store>,
    way: Way,
    invitation: Arc<Invitation>,
    membership: Arc<Membership>,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let (id, user) = (membership.organization_id, membership.user_id);
    let mut unit = match way {
        Way::Invitation => {
            let mut unit = store.begin_user(user, Mode::Write).await?;
            let received = unit.received_invitation(invitation.id).await?;
            assert!(received.is_some(), "only this way answers it");
            unit.into_org(id).await?
        }
        Way::Domain => {
            let mut unit = store.begin_user(user, Mode::Write).await?;
            assert_eq!(unit.domain_offer().await?.map(|offer| offer.organization_id), Some(id));
            unit.into_org(id).await?
        }
        Way::DirectAdd => store.begin_org(id, Mode::Write).await?,
    };
    if way == Way::Invitation {
        let found = unit.invitation(invitation.id).await?.ok_or(StoreError::NotFound)?;
        let status = InvitationStatus::Accepted;
        unit.update_invitation(&Invitation { status, updated_at: at, ..found }).await?;
    }
    let joins = unit.member(user.uuid()).await?.is_none();
    if joins {
        unit.add_member(&membership, Limit::Unlimited).await?;
    }
    unit.commit().await?;
    Ok(joins)
}

/// A user joins by domain while they accept an invitation, and while an admin
/// adds them: one membership, and none of the ways fails (N-13, C-114, M-06).
pub async fn domain_races_invitation_and_adding(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    f.seed_domain(id, "acme.com", Enrolment::Automatic).await;
    for n in 0..TRIES {
        let email = format!("user{n}@acme.com");
        let user = f.seed_verified_user(&email).await;
        let invitation = Arc::new(f.seed_invitation(id, &email, None).await);
        f.seed_join_request(id, &user).await;
        let ways = [
            (Way::Invitation, MembershipSource::Invitation),
            (Way::Domain, MembershipSource::Domain),
            (Way::DirectAdd, MembershipSource::DirectAdd),
        ];
        let at = f.now();
        let works: Vec<_> = ways
            .into_iter()
            .map(|(way, source)| {
                let membership = Arc::new(Membership { source, ..f.membership(id, user.id, MemberRole::Member) });
                let (store, invitation) = (Arc::clone(&store), Arc::clone(&invitation));
                move || go(Arc::clone(&store), way, Arc::clone(&invitation), Arc::clone(&membership), at)
            })
            .collect();
        let joined: Vec<_> = together(works).await.into_iter().map(|result| result.expect("no way fails")).collect();
        assert_eq!(joined.iter().filter(|joined| **joined).count(), 1, "try {n}: {joined:?}");
        let state = f.state(id).await;
        assert_eq!(state.organization.unwrap().users_count, state.members.len() as u64);
        assert_eq!(state.members.len(), n + 2, "try {n}");
        let profile = state.members.iter().find(|profile| profile.membership.user_id == user.id).unwrap();
        let winner = joined.iter().position(|joined| *joined).unwrap();
        assert_eq!(profile.membership.source, ways[winner].1, "try {n}");
        assert_eq!(state.invitations[0].status, InvitationStatus::Accepted, "try {n}");
        assert_eq!(state.join_requests, [], "a member asks no more");
    }
}

/// Joins by domain unless the user is a member, or left.
async fn join_by_domain(store: Arc<dyn Store>, membership: Arc<Membership>) -> Result<(), StoreError> {
    let user = membership.user_id;
    let mut unit = store.begin_user(user, Mode::Write).await?;
    let email = unit.user().await?.ok_or(StoreError::NotFound)?.email;
    let mut unit = unit.into_org(membership.organization_id).await?;
    if unit.member(user.uuid()).await?.is_none() && !unit.has_departed(&email).await? {
        unit.add_member(&membership, Limit::Unlimited).await?;
    }
    unit.commit().await
}

async fn remove(mut unit: Box<dyn OrgTx>, member: MemberId, email: &Email, at: Timestamp) -> Result<(), StoreError> {
    unit.remove_member(member, at).await?;
    unit.note_departure(email, at).await?;
    unit.commit().await
}

/// A member is removed while their domain would have them join: they stay removed.
pub async fn removal_races_domain(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    for n in 0..TRIES {
        let (user, member) = f.seed_member(id, &format!("user{n}@acme.com"), MemberRole::Member).await;
        let again = Arc::new(f.membership(id, user.id, MemberRole::Member));
        let at = f.now();
        let works: Vec<_> = [true, false]
            .into_iter()
            .map(|removes| {
                let (store, again, email) = (Arc::clone(&store), Arc::clone(&again), user.email.clone());
                move || {
                    let (store, again, email) = (Arc::clone(&store), Arc::clone(&again), email.clone());
                    async move {
                        if removes {
                            remove(store.begin_org(id, Mode::Write).await?, member.id, &email, at).await
                        } else {
                            join_by_domain(store, again).await
                        }
                    }
                }
            })
            .collect();
        assert_eq!(together(works).await, [Ok(()), Ok(())], "try {n}");
        assert_eq!(f.read(id, async |unit| unit.member(user.id.uuid()).await).await, None, "try {n}");
        assert!(f.read(id, async |unit| unit.has_departed(&user.email).await).await);
        assert_eq!(f.stored_organization(id).await.users_count, 1);
    }
}
