//! Two owners go at once: one is left, always (R-MEM-1, M-10).

use std::sync::Arc;

use guildhall_domain::{MemberId, MemberRole, OrganizationId, Timestamp};
use guildhall_ports::store::{Constraint, Mode, Store, StoreError};

use super::together;
use crate::fixtures::Fixture;

const TRIES: usize = 200;

/// How an owner goes.
#[derive(Clone, Copy)]
enum Exit {
    Removed,
    Demoted,
}

async fn leave(
    store: Arc<dyn Store>,
    organization: OrganizationId,
    member: MemberId,
    exit: Exit,
    at: Timestamp,
) -> Result<(), StoreError> {
    let mut unit = store.begin_org(organization, Mode::Write).await?;
    let done = match exit {
        Exit::Removed => unit.remove_member(member, at).await,
        Exit::Demoted => unit.change_role(member, MemberRole::Admin, at).await,
    };
    match done {
        Ok(()) => unit.commit().await,
        Err(error) => {
            unit.rollback().await?;
            Err(error)
        }
    }
}

async fn race(store: Arc<dyn Store>, exits: [Exit; 2]) {
    let f = Fixture::new(Arc::clone(&store));
    let organization = f.organization("Acme");
    let id = organization.id;
    f.write(id, async |unit| unit.insert_organization(&organization).await).await;
    let mut users = Vec::new();
    let mut owners = Vec::new();
    for n in 0..2 {
        let user = f.seed_user(&format!("owner{n}@acme.example")).await;
        owners.push(f.seed_membership(id, user.id, MemberRole::Owner).await.id);
        users.push(user.id);
    }
    for n in 0..TRIES {
        let at = f.now();
        let works: Vec<_> = owners
            .iter()
            .zip(exits)
            .map(|(member, exit)| {
                let (store, member) = (Arc::clone(&store), *member);
                move || leave(Arc::clone(&store), id, member, exit, at)
            })
            .collect();
        let results = together(works).await;
        let gone = results.iter().position(Result::is_ok).unwrap_or_else(|| panic!("try {n}: {results:?}"));
        assert_eq!(results[1 - gone], Err(StoreError::Conflict(Constraint::LastOwner)), "try {n}");
        let after = f.stored_organization(id).await;
        assert_eq!(after.owners_count, 1, "try {n}");

        // Back to two owners for the next try.
        match exits[gone] {
            Exit::Removed => owners[gone] = f.seed_membership(id, users[gone], MemberRole::Owner).await.id,
            Exit::Demoted => {
                f.write(id, async |unit| unit.change_role(owners[gone], MemberRole::Owner, f.now()).await).await;
            }
        }
    }
    let after = f.stored_organization(id).await;
    assert_eq!((after.users_count, after.owners_count), (2, 2));
}

/// Two owners leave at once, 200 times: exactly one succeeds.
pub async fn two_owners_are_removed(store: Arc<dyn Store>) {
    race(store, [Exit::Removed, Exit::Removed]).await;
}

/// Two owners demote each other at once, 200 times: exactly one succeeds.
pub async fn two_owners_are_demoted(store: Arc<dyn Store>) {
    race(store, [Exit::Demoted, Exit::Demoted]).await;
}

/// One owner leaves while the other is demoted, 200 times: exactly one succeeds.
pub async fn one_owner_is_removed_and_one_demoted(store: Arc<dyn Store>) {
    race(store, [Exit::Removed, Exit::Demoted]).await;
}
