//! Many change one organization's members at once.

use std::sync::Arc;

use guildhall_domain::{Limit, MemberRole, Membership, OrganizationId};
use guildhall_ports::store::{Constraint, Mode, Store, StoreError};

use super::together;
use crate::fixtures::Fixture;

async fn add(store: Arc<dyn Store>, membership: Arc<Membership>) -> Result<(), StoreError> {
    let mut unit = store.begin_org(membership.organization_id, Mode::Write).await?;
    match unit.add_member(&membership, Limit::Unlimited).await {
        Ok(()) => unit.commit().await,
        Err(error) => {
            unit.rollback().await?;
            Err(error)
        }
    }
}

async fn counted(f: &Fixture, organization: OrganizationId) -> (u64, u64) {
    let state = f.state(organization).await;
    let owners = state.members.iter().filter(|profile| profile.membership.role.is_owner()).count() as u64;
    let found = state.organization.unwrap();
    assert_eq!((found.users_count, found.owners_count), (state.members.len() as u64, owners), "counters are true");
    (found.users_count, owners)
}

/// Twenty add one user at once: one membership (R-MEM-2, C-03).
pub async fn one_user_is_added_twenty_times(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let (_, organization) = f.seed_owned("Acme").await;
    for n in 0..10 {
        let user = f.seed_user(&format!("user{n}@acme.example")).await;
        let works: Vec<_> = (0..20)
            .map(|_| {
                let membership = Arc::new(f.membership(organization.id, user.id, MemberRole::Member));
                let store = Arc::clone(&store);
                move || add(Arc::clone(&store), Arc::clone(&membership))
            })
            .collect();
        let results = together(works).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
        let refused = Err(StoreError::Conflict(Constraint::MembershipExists));
        assert_eq!(results.iter().filter(|result| **result == refused).count(), 19, "{results:?}");
        assert_eq!(counted(&f, organization.id).await, (2 + n, 1));
    }
}

/// Twenty different users are added at once: twenty memberships, all counted.
pub async fn twenty_users_are_added(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let (_, organization) = f.seed_owned("Acme").await;
    let mut works = Vec::new();
    for n in 0..20 {
        let user = f.seed_user(&format!("user{n}@acme.example")).await;
        let membership = Arc::new(f.membership(organization.id, user.id, MemberRole::BUILT_IN[n % 3]));
        let store = Arc::clone(&store);
        works.push(move || add(Arc::clone(&store), Arc::clone(&membership)));
    }
    for result in together(works).await {
        assert_eq!(result, Ok(()));
    }
    assert_eq!(counted(&f, organization.id).await, (21, 8));
}

/// Roles change in parallel: the count of owners stays the number of owners, and never reaches zero.
pub async fn roles_change_in_parallel(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let mut members = Vec::new();
    for n in 0..5 {
        let email = format!("user{n}@acme.example");
        members.push(f.seed_member(id, &email, MemberRole::BUILT_IN[n % 3]).await.1.id);
    }
    members.push(f.state(id).await.members[0].membership.id);
    for round in 0..25 {
        let works: Vec<_> = (0..8)
            .map(|n| {
                let member = members[(round + n) % members.len()];
                let role = MemberRole::BUILT_IN[(round * 7 + n * 5) % 3];
                let (store, at) = (Arc::clone(&store), f.now());
                move || {
                    let store = Arc::clone(&store);
                    async move {
                        let mut unit = store.begin_org(id, Mode::Write).await?;
                        match unit.change_role(member, role, at).await {
                            Ok(()) => unit.commit().await,
                            Err(StoreError::Conflict(Constraint::LastOwner)) => unit.rollback().await,
                            Err(error) => {
                                unit.rollback().await?;
                                Err(error)
                            }
                        }
                    }
                }
            })
            .collect();
        for result in together(works).await {
            assert_eq!(result, Ok(()), "round {round}");
        }
        let (users, owners) = counted(&f, id).await;
        assert!(users == 6 && owners >= 1, "round {round}: {owners} owners");
    }
}

/// An organization is deleted while members are added: nothing of it is left (R-MEM-5).
pub async fn deletion_races_adding(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    for n in 0..20 {
        let (_, organization) = f.seed_owned(&format!("Organization {n}")).await;
        let id = organization.id;
        let user = f.seed_user(&format!("user{n}@acme.example")).await;
        let membership = Arc::new(f.membership(id, user.id, MemberRole::Member));
        let works: Vec<_> = [true, false]
            .into_iter()
            .map(|deletes| {
                let (store, membership) = (Arc::clone(&store), Arc::clone(&membership));
                move || {
                    let (store, membership) = (Arc::clone(&store), Arc::clone(&membership));
                    async move {
                        if !deletes {
                            return add(store, membership).await;
                        }
                        let mut unit = store.begin_org(id, Mode::Write).await?;
                        unit.delete_organization().await?;
                        unit.commit().await
                    }
                }
            })
            .collect();
        let results = together(works).await;
        assert_eq!(results[0], Ok(()), "the deletion of try {n}");
        assert_eq!(f.read(id, async |unit| unit.organization().await).await, None);
        assert_eq!(f.read(id, async |unit| unit.member(user.id.uuid()).await).await, None);
        assert_eq!(f.read_user(user.id, async |unit| unit.active_organization().await).await, None);
        f.write_user(user.id, async |unit| unit.delete_user().await).await;
    }
}
