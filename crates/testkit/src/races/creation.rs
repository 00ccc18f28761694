//! Many make the same thing at once: it is made once.

use std::sync::Arc;

use guildhall_domain::{Limit, MemberRole, Membership, Organization, User};
use guildhall_ports::PasswordHash;
use guildhall_ports::store::{Constraint, Mode, Store, StoreError};

use super::together;
use crate::fixtures::{Fixture, walk};

async fn create(
    store: Arc<dyn Store>,
    organization: Arc<Organization>,
    membership: Arc<Membership>,
) -> Result<bool, StoreError> {
    let mut unit = store.begin_user(membership.user_id, Mode::Write).await?;
    if unit.active_organization().await?.is_some() {
        unit.rollback().await?;
        return Ok(false);
    }
    let mut unit = unit.into_org(organization.id).await?;
    unit.insert_organization(&organization).await?;
    unit.add_member(&membership, Limit::Unlimited).await?;
    unit.commit().await?;
    Ok(true)
}

/// Twenty first requests of one user, each of which would make the first organization: one is made (S-03, S-04).
pub async fn first_organization_is_made_once(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    for n in 0..10 {
        let user = f.seed_user(&format!("user{n}@acme.example")).await;
        let works: Vec<_> = (0..20)
            .map(|m| {
                let organization = Arc::new(f.organization(&format!("Organization {n} {m}")));
                let membership = Arc::new(f.membership(organization.id, user.id, MemberRole::Owner));
                let store = Arc::clone(&store);
                move || create(Arc::clone(&store), Arc::clone(&organization), Arc::clone(&membership))
            })
            .collect();
        let made: Vec<_> = together(works).await.into_iter().map(|result| result.expect("no request fails")).collect();
        assert_eq!(made.iter().filter(|made| **made).count(), 1);
        let mine =
            f.read_user(user.id, async |unit| walk(100, async |page| unit.list_organizations(&page).await).await).await;
        assert_eq!(mine.len(), 1);
        assert_eq!(mine[0].organization.users_count, 1);
    }
}

/// Twenty take one slug at once: one gets it, the others are told.
pub async fn slug_is_taken_once(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let mut works = Vec::new();
    for n in 0..20 {
        let user = f.seed_user(&format!("user{n}@acme.example")).await;
        let organization = Arc::new(f.organization("Acme"));
        let membership = Arc::new(f.membership(organization.id, user.id, MemberRole::Owner));
        let store = Arc::clone(&store);
        works.push(move || create(Arc::clone(&store), Arc::clone(&organization), Arc::clone(&membership)));
    }
    let results = together(works).await;
    assert_eq!(results.iter().filter(|result| **result == Ok(true)).count(), 1, "{results:?}");
    let taken = Err(StoreError::Conflict(Constraint::OrganizationSlug));
    assert_eq!(results.iter().filter(|result| **result == taken).count(), 19, "{results:?}");
}

async fn register(store: Arc<dyn Store>, user: Arc<User>) -> Result<(), StoreError> {
    let mut unit = store.begin_user(user.id, Mode::Write).await?;
    match unit.insert_user(&user, &PasswordHash::new("hash".to_owned())).await {
        Ok(()) => unit.commit().await,
        Err(error) => {
            unit.rollback().await?;
            Err(error)
        }
    }
}

/// Twenty register one address at once: one account.
pub async fn email_is_registered_once(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let works: Vec<_> = (0..20)
        .map(|_| {
            let user = Arc::new(f.user("alice@acme.example"));
            let store = Arc::clone(&store);
            move || register(Arc::clone(&store), Arc::clone(&user))
        })
        .collect();
    let results = together(works).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    let taken = Err(StoreError::Conflict(Constraint::UserEmail));
    assert_eq!(results.iter().filter(|result| **result == taken).count(), 19, "{results:?}");
    let users = f.read_platform(async |unit| walk(100, async |page| unit.list_users(None, &page).await).await).await;
    assert_eq!(users.len(), 1);
}
