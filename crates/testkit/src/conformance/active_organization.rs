//! What `me` stands for: the organization chosen if still a member of it, else
//! the one joined first, if any (C-110, S-04).

use std::sync::Arc;

use guildhall_domain::{MemberRole, Organization, OrganizationId, Session, User};
use guildhall_ports::store::{CheckQuery, OrganizationRef, Store};

use crate::fixtures::Fixture;

/// Asserts that every way of asking gives the same answer.
async fn active_is(f: &Fixture, user: &User, session: &Session, wanted: Option<OrganizationId>) {
    assert_eq!(f.read_user(user.id, async |unit| unit.active_organization().await).await, wanted);
    let authenticated = f.store.authenticate(session.token_digest).await.unwrap().unwrap();
    assert_eq!(authenticated.active_organization, wanted);
    let query = CheckQuery {
        digest: session.token_digest,
        organization: OrganizationRef::Active,
        subject: None,
        workspace: None,
    };
    let facts = f.store.check(query).await.unwrap().unwrap();
    assert_eq!(facts.caller.active_organization, wanted);
    assert_eq!(facts.organization.map(|(id, _)| id), wanted);
    assert_eq!(facts.caller_member.is_some(), wanted.is_some());
}

async fn choose(f: &Fixture, user: &User, organization: &Organization) {
    let mut user = f.stored_user(user.id).await;
    user.active_organization_id = Some(organization.id);
    f.write_user(user.id, async |unit| unit.update_user(&user).await).await;
}

/// Without a membership there is none.
pub async fn nobody_has_none(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    f.seed_owned("Acme").await;
    let user = f.seed_user("bob@acme.example").await;
    let session = f.seed_session(user.id).await;
    active_is(&f, &user, &session, None).await;
}

/// Without a choice it is the one joined first, whichever was made first.
pub async fn first_joined_is_active(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, oldest) = f.seed_owned("Aaa").await;
    let (_, middle) = f.seed_owned("Bbb").await;
    let (_, newest) = f.seed_owned("Ccc").await;
    let user = f.seed_user("bob@acme.example").await;
    let session = f.seed_session(user.id).await;
    f.seed_membership(newest.id, user.id, MemberRole::Member).await;
    f.seed_membership(oldest.id, user.id, MemberRole::Owner).await;
    f.seed_membership(middle.id, user.id, MemberRole::Member).await;
    active_is(&f, &user, &session, Some(newest.id)).await;
}

/// The choice counts, and can be changed.
pub async fn chosen_is_active(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (user, first) = f.seed_owned("Acme").await;
    let second = f.seed_organization("Beta", &user).await;
    let session = f.seed_session(user.id).await;
    active_is(&f, &user, &session, Some(first.id)).await;
    choose(&f, &user, &second).await;
    active_is(&f, &user, &session, Some(second.id)).await;
    choose(&f, &user, &first).await;
    active_is(&f, &user, &session, Some(first.id)).await;
}

/// Who is removed from the chosen one falls back to the one joined first, and at last to none.
pub async fn removal_falls_back(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, first) = f.seed_owned("Acme").await;
    let (_, second) = f.seed_owned("Beta").await;
    let (_, third) = f.seed_owned("Gamma").await;
    let user = f.seed_user("bob@acme.example").await;
    let session = f.seed_session(user.id).await;
    let mut memberships = Vec::new();
    for organization in [&first, &second, &third] {
        memberships.push(f.seed_membership(organization.id, user.id, MemberRole::Member).await);
    }
    choose(&f, &user, &third).await;
    active_is(&f, &user, &session, Some(third.id)).await;
    for (gone, wanted) in [(2, Some(first.id)), (0, Some(second.id)), (1, None)] {
        let membership = &memberships[gone];
        f.write(membership.organization_id, async |unit| unit.remove_member(membership.id, f.now()).await).await;
        active_is(&f, &user, &session, wanted).await;
    }
}

/// When the chosen one is deleted, its members fall back too.
pub async fn deletion_falls_back(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (user, first) = f.seed_owned("Acme").await;
    let second = f.seed_organization("Beta", &user).await;
    let session = f.seed_session(user.id).await;
    choose(&f, &user, &second).await;
    f.write(second.id, async |unit| unit.delete_organization().await).await;
    active_is(&f, &user, &session, Some(first.id)).await;
    f.write(first.id, async |unit| unit.delete_organization().await).await;
    active_is(&f, &user, &session, None).await;
}
