//! The owners of a workspace (M-52, M-53).

use std::sync::Arc;

use guildhall_domain::{MemberId, MemberRole, Membership, Workspace, WorkspaceRole};
use guildhall_ports::store::{Constraint, Store};

use super::expect;
use crate::fixtures::Fixture;

/// A workspace with so many owners and then so many members in it.
async fn seed(f: &Fixture, owners: usize, members: usize) -> (Workspace, Vec<Membership>) {
    let (_, organization) = f.seed_owned("Acme").await;
    let workspace = f.seed_workspace(organization.id, "Board").await;
    let mut seeded = Vec::new();
    for n in 0..owners + members {
        let email = format!("user{n}@acme.example");
        let (_, member) = f.seed_member(organization.id, &email, MemberRole::Member).await;
        let role = if n < owners { WorkspaceRole::Owner } else { WorkspaceRole::Member };
        f.seed_workspace_member(&workspace, member.id, role).await;
        seeded.push(member);
    }
    (workspace, seeded)
}

async fn owners(f: &Fixture, workspace: &Workspace) -> Vec<MemberId> {
    let state = f.state(workspace.organization_id).await.workspaces;
    let here = state.members.iter().filter(|member| member.workspace_id == workspace.id);
    here.filter(|member| member.role == WorkspaceRole::Owner).map(|member| member.member_id).collect()
}

/// A role is changed both ways, and to what it is.
pub async fn workspace_role_is_changed(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (workspace, members) = seed(&f, 1, 1).await;
    let id = workspace.organization_id;
    let before = f.state(id).await.workspaces.members;
    for role in [WorkspaceRole::Member, WorkspaceRole::Owner, WorkspaceRole::Owner, WorkspaceRole::Member] {
        f.write(id, async |unit| unit.workspaces().change_role(workspace.id, members[1].id, role).await).await;
        let mut wanted = before.clone();
        wanted[1].role = role;
        assert_eq!(f.state(id).await.workspaces.members, wanted);
    }
    let role = WorkspaceRole::Owner;
    f.write(id, async |unit| unit.workspaces().change_role(workspace.id, members[0].id, role).await).await;
    assert_eq!(owners(&f, &workspace).await, [members[0].id]);
}

/// The last owner is neither demoted nor taken out, also where there are owners elsewhere.
pub async fn last_workspace_owner_stays(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (workspace, members) = seed(&f, 1, 1).await;
    let id = workspace.organization_id;
    let other = f.seed_workspace(id, "Other").await;
    for member in &members {
        f.seed_workspace_member(&other, member.id, WorkspaceRole::Owner).await;
    }
    let before = f.state(id).await;
    let (place, owner) = (workspace.id, members[0].id);
    let role = WorkspaceRole::Member;
    let result = f.try_write(id, async |unit| unit.workspaces().change_role(place, owner, role).await).await;
    expect::conflict(result, Constraint::LastWorkspaceOwner);
    let result = f.try_write(id, async |unit| unit.workspaces().remove_member(place, owner).await).await;
    expect::conflict(result, Constraint::LastWorkspaceOwner);
    assert_eq!(f.state(id).await, before);
}

/// Where there are two, one may go, and the other not after it, in one unit of work either.
pub async fn one_of_two_workspace_owners_may_go(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (workspace, members) = seed(&f, 2, 0).await;
    let id = workspace.organization_id;
    let result = f
        .try_write(id, async |unit| {
            unit.workspaces().remove_member(workspace.id, members[0].id).await?;
            unit.workspaces().remove_member(workspace.id, members[1].id).await
        })
        .await;
    expect::conflict(result, Constraint::LastWorkspaceOwner);
    assert_eq!(owners(&f, &workspace).await.len(), 2);
    let role = WorkspaceRole::Member;
    f.write(id, async |unit| unit.workspaces().change_role(workspace.id, members[1].id, role).await).await;
    assert_eq!(owners(&f, &workspace).await, [members[0].id]);
}

/// A transfer makes one the only owner, whoever was one before (M-53).
pub async fn workspace_is_transferred(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (other, members) = seed(&f, 5, 0).await;
    let id = other.organization_id;
    for owners_before in [0, 1, 3] {
        let workspace = f.seed_workspace(id, &format!("With {owners_before}")).await;
        for (n, member) in members.iter().enumerate() {
            let role = if n < owners_before { WorkspaceRole::Owner } else { WorkspaceRole::Member };
            f.seed_workspace_member(&workspace, member.id, role).await;
        }
        // To a member, to who is the only owner, and on to another.
        for to in [members[4].id, members[4].id, members[0].id] {
            f.write(id, async |unit| unit.workspaces().transfer(workspace.id, to).await).await;
            assert_eq!(owners(&f, &workspace).await, [to]);
            assert_eq!(owners(&f, &other).await.len(), 5, "only the one workspace is transferred");
        }
    }
    assert_eq!(f.state(id).await.workspaces.members.len(), 4 * 5);
}

/// A transfer to one of several owners demotes the others.
pub async fn transfer_to_one_of_the_owners(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (workspace, members) = seed(&f, 3, 1).await;
    let id = workspace.organization_id;
    f.write(id, async |unit| unit.workspaces().transfer(workspace.id, members[1].id).await).await;
    assert_eq!(owners(&f, &workspace).await, [members[1].id]);
    assert_eq!(f.state(id).await.workspaces.members.len(), 4);
}

/// A workspace whose last owner left the organization has none, loses members
/// as it likes, and gets an owner again.
pub async fn ownerless_workspace_can_be_managed(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (workspace, members) = seed(&f, 1, 2).await;
    let id = workspace.organization_id;
    f.write(id, async |unit| unit.remove_member(members[0].id, f.now()).await).await;
    assert_eq!(owners(&f, &workspace).await, []);
    f.write(id, async |unit| unit.workspaces().remove_member(workspace.id, members[1].id).await).await;
    let (place, last) = (workspace.id, members[2].id);
    f.write(id, async |unit| unit.workspaces().change_role(place, last, WorkspaceRole::Member).await).await;
    assert_eq!(owners(&f, &workspace).await, []);
    f.write(id, async |unit| unit.workspaces().change_role(place, last, WorkspaceRole::Owner).await).await;
    assert_eq!(owners(&f, &workspace).await, [last]);
}
