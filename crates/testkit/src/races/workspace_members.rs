//! Members, grants and owners of workspaces that others change at the same time.

use std::sync::Arc;

use guildhall_domain::{AccessLevel, MemberId, MemberRole, Membership, WorkspaceAccess, WorkspaceRole};
use guildhall_ports::store::{Constraint, Mode, Store, StoreError};

use super::finish::finish;
use super::together;
use crate::fixtures::Fixture;

const TRIES: usize = 20;
const OWNER_TRIES: usize = 200;

async fn seed_members(f: &Fixture, count: usize) -> Vec<Membership> {
    let (_, organization) = f.seed_owned("Acme").await;
    let mut members = Vec::new();
    for n in 0..count {
        let email = format!("user{n}@acme.example");
        members.push(f.seed_member(organization.id, &email, MemberRole::Member).await.1);
    }
    members
}

/// Half of the members come into a workspace, and the others get a grant for
/// it, while it is deleted: each is told, and nothing of it is left.
pub async fn deletion_races_members_and_grants(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let members = seed_members(&f, 10).await;
    let id = members[0].organization_id;
    let kept = f.seed_workspace(id, "Kept").await;
    for n in 0..TRIES {
        let workspace = f.seed_workspace(id, &format!("Board {n}")).await.id;
        let grants = f.grants(&[(kept.id, AccessLevel::Read), (workspace, AccessLevel::Write)]);
        let at = f.now();
        let works: Vec<_> = (0..=members.len())
            .map(|place| {
                let (store, grants) = (Arc::clone(&store), grants.clone());
                let member = members.get(place).map(|member| member.id);
                move || {
                    let (store, grants) = (Arc::clone(&store), grants.clone());
                    async move {
                        let mut unit = store.begin_org(id, Mode::Write).await?;
                        let role = WorkspaceRole::Member;
                        let done = match member {
                            Some(member) if place % 2 == 0 => {
                                unit.workspaces().add_member(workspace, member, role, at).await
                            }
                            Some(member) => unit.set_access(member, WorkspaceAccess::NONE, &grants, at).await,
                            None => unit.workspaces().delete(workspace).await,
                        };
                        finish(unit, done).await
                    }
                }
            })
            .collect();
        let results = together(works).await;
        let unknown = Err(StoreError::Conflict(Constraint::UnknownWorkspace));
        let (came, deleted) = results.split_at(members.len());
        assert_eq!(deleted, [Ok(())], "try {n}");
        assert!(came.iter().all(|result| result.is_ok() || *result == unknown), "try {n}: {came:?}");
        let state = f.state(id).await.workspaces;
        assert_eq!((state.shared(), state.members.as_slice()), (1, [].as_slice()), "try {n}");
        for (_, grants) in state.grants {
            assert_eq!(grants, f.grants(&[(kept.id, AccessLevel::Read)]), "try {n}");
        }
        for member in &members {
            let found = f.read(id, async |unit| unit.workspaces().member(workspace, member.id.uuid()).await).await;
            assert_eq!(found, None, "try {n}");
        }
    }
}

/// Members leave the organization while they come into a workspace and get a
/// grant for it: nothing of them is left there.
pub async fn leaving_races_coming_in(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let members = seed_members(&f, 10).await;
    let id = members[0].organization_id;
    let workspace = f.seed_workspace(id, "Board").await;
    let grants = f.grants(&[(workspace.id, AccessLevel::Write)]);
    let at = f.now();
    let works: Vec<_> = members
        .iter()
        .flat_map(|member| [0, 1, 2].map(|what| (what, member.id)))
        .map(|(what, member)| {
            let (store, grants, workspace) = (Arc::clone(&store), grants.clone(), workspace.id);
            move || {
                let (store, grants) = (Arc::clone(&store), grants.clone());
                async move {
                    let mut unit = store.begin_org(id, Mode::Write).await?;
                    let done = match what {
                        0 => unit.workspaces().add_member(workspace, member, WorkspaceRole::Owner, at).await,
                        1 => unit.set_access(member, WorkspaceAccess::NONE, &grants, at).await,
                        _ => unit.remove_member(member, at).await,
                    };
                    finish(unit, done).await
                }
            }
        })
        .collect();
    let results = together(works).await;
    for result in results.chunks(3) {
        let unknown = Err(StoreError::Conflict(Constraint::UnknownMember));
        assert!(result[0].is_ok() || result[0] == unknown, "{result:?}");
        assert!(result[1].is_ok() || result[1] == Err(StoreError::NotFound), "{result:?}");
        assert_eq!(result[2], Ok(()));
    }
    let state = f.state(id).await;
    assert_eq!((state.members.len(), state.workspaces.members.len()), (1, 0));
    for member in &members {
        assert!(f.read(id, async |unit| unit.access_grants(member.id).await).await.is_empty());
        assert_eq!(f.find_workspace(&workspace, Some(member.id)).await.unwrap().ties, Default::default());
    }
}

async fn step_down(
    store: Arc<dyn Store>,
    member: Membership,
    workspace: guildhall_domain::WorkspaceId,
    removed: bool,
) -> Result<(), StoreError> {
    let mut unit = store.begin_org(member.organization_id, Mode::Write).await?;
    let done = if removed {
        unit.workspaces().remove_member(workspace, member.id).await
    } else {
        unit.workspaces().change_role(workspace, member.id, WorkspaceRole::Member).await
    };
    finish(unit, done).await
}

/// Two owners of a workspace demote each other, or take each other out, at once, 200 times: one stays.
pub async fn two_workspace_owners_go(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let members = seed_members(&f, 2).await;
    let id = members[0].organization_id;
    let workspace = f.seed_workspace(id, "Board").await;
    for member in &members {
        f.seed_workspace_member(&workspace, member.id, WorkspaceRole::Owner).await;
    }
    for n in 0..OWNER_TRIES {
        let works: Vec<_> = members
            .iter()
            .enumerate()
            .map(|(place, member)| {
                let (store, member, workspace) = (Arc::clone(&store), member.clone(), workspace.id);
                // Both demoted, both taken out, one of each.
                let removed = [n % 4 >= 2, n % 2 == 1][place];
                move || step_down(Arc::clone(&store), member.clone(), workspace, removed)
            })
            .collect();
        let results = together(works).await;
        let gone = results.iter().position(Result::is_ok).unwrap_or_else(|| panic!("try {n}: {results:?}"));
        assert_eq!(results[1 - gone], Err(StoreError::Conflict(Constraint::LastWorkspaceOwner)), "try {n}");
        let owner: MemberId = members[1 - gone].id;
        let found = f.read(id, async |unit| unit.workspaces().member(workspace.id, owner.uuid()).await).await;
        assert_eq!(found.map(|member| member.role), Some(WorkspaceRole::Owner), "try {n}");

        // Back to two owners for the next try.
        let again = members[gone].id;
        let left = f.read(id, async |unit| unit.workspaces().member(workspace.id, again.uuid()).await).await;
        f.write(id, async |unit| match &left {
            Some(_) => unit.workspaces().change_role(workspace.id, again, WorkspaceRole::Owner).await,
            None => unit.workspaces().add_member(workspace.id, again, WorkspaceRole::Owner, f.now()).await,
        })
        .await;
    }
}
