//! Many users need the shared organization at once: it is made once (N-05).

use std::sync::Arc;

use guildhall_domain::{Limit, MemberRole, Membership, MembershipSource, Organization, OrganizationId, UserId};
use guildhall_ports::store::{Mode, OrganizationFilter, Store, StoreError};

use super::together;
use crate::fixtures::{Fixture, walk};

/// A user with the organization that they make where there is none.
struct Newcomer {
    user: UserId,
    organization: Organization,
    owner: Membership,
}

impl Newcomer {
    async fn seed(f: &Fixture, name: &str) -> Arc<Self> {
        let user = f.seed_user(&format!("{name}@acme.example")).await.id;
        let organization = f.organization(&format!("Default {name}"));
        let owner = f.membership(organization.id, user, MemberRole::Owner);
        Arc::new(Self { user, organization, owner: Membership { source: MembershipSource::SignUp, ..owner } })
    }
}

/// Joins the shared organization, and makes it where there is none; tells which.
async fn sign_up(store: Arc<dyn Store>, newcomer: Arc<Newcomer>) -> Result<(OrganizationId, bool), StoreError> {
    let mut unit = store.begin_user(newcomer.user, Mode::Write).await?;
    if let Some(id) = unit.default_organization(true).await? {
        let mut unit = unit.into_org(id).await?;
        let role = MemberRole::Member;
        unit.add_member(&Membership { organization_id: id, role, ..newcomer.owner.clone() }, Limit::Unlimited).await?;
        unit.commit().await?;
        return Ok((id, false));
    }
    let id = newcomer.organization.id;
    let mut unit = unit.into_org(id).await?;
    unit.insert_organization(&newcomer.organization).await?;
    unit.add_member(&newcomer.owner, Limit::Unlimited).await?;
    let mut unit = unit.into_user(newcomer.user).await?;
    unit.set_default_organization(id).await?;
    unit.commit().await?;
    Ok((id, true))
}

async fn default_organization(f: &Fixture) -> Option<OrganizationId> {
    f.read_user(f.id(), async |unit| unit.default_organization(false).await).await
}

/// Twenty users sign up at once: one makes it, all are in it; and again after it was deleted.
pub async fn default_organization_is_made_once(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    for round in 0..3 {
        let mut works = Vec::new();
        for n in 0..20 {
            let newcomer = Newcomer::seed(&f, &format!("user{round}-{n}")).await;
            let store = Arc::clone(&store);
            works.push(move || sign_up(Arc::clone(&store), Arc::clone(&newcomer)));
        }
        let found: Vec<_> = together(works).await.into_iter().map(|result| result.expect("no sign-up fails")).collect();
        assert_eq!(found.iter().filter(|(_, made)| *made).count(), 1, "round {round}: {found:?}");
        let id = default_organization(&f).await.unwrap();
        assert!(found.iter().all(|(joined, _)| *joined == id), "round {round}: {found:?}");
        let stored = f.stored_organization(id).await;
        assert_eq!((stored.users_count, stored.owners_count), (20, 1));
        let filter = OrganizationFilter::default();
        let all = f
            .read_platform(async |unit| walk(100, async |page| unit.list_organizations(&filter, &page).await).await)
            .await;
        assert_eq!(all, [stored]);
        f.write(id, async |unit| unit.delete_organization().await).await;
    }
}

/// It is deleted while somebody signs up: they are in it and it is gone, or they are in a new one.
pub async fn deletion_races_sign_up(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    for n in 0..20 {
        let first = Newcomer::seed(&f, &format!("first{n}")).await;
        let (id, _) = sign_up(Arc::clone(&store), first).await.unwrap();
        let newcomer = Newcomer::seed(&f, &format!("second{n}")).await;
        let works: Vec<_> = [true, false]
            .into_iter()
            .map(|deletes| {
                let (store, newcomer) = (Arc::clone(&store), Arc::clone(&newcomer));
                move || {
                    let (store, newcomer) = (Arc::clone(&store), Arc::clone(&newcomer));
                    async move {
                        if !deletes {
                            return sign_up(store, newcomer).await;
                        }
                        let mut unit = store.begin_org(id, Mode::Write).await?;
                        unit.delete_organization().await?;
                        unit.commit().await?;
                        Ok((id, false))
                    }
                }
            })
            .collect();
        let results = together(works).await;
        assert_eq!(results[0], Ok((id, false)), "the deletion of try {n}");
        let (joined, made) = results[1].clone().unwrap_or_else(|error| panic!("try {n}: {error}"));
        assert_eq!(joined != id, made, "try {n}");
        assert_eq!(f.read(id, async |unit| unit.organization().await).await, None);
        assert_eq!(default_organization(&f).await, made.then_some(joined), "try {n}");
        if made {
            f.write(joined, async |unit| unit.delete_organization().await).await;
        }
    }
}
