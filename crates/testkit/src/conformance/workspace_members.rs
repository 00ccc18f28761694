//! Who is in a workspace (M-52).

use std::sync::Arc;

use guildhall_domain::page::PageRequest;
use guildhall_domain::{MemberRole, OrganizationId, User, Workspace, WorkspaceMember, WorkspaceRole};
use guildhall_ports::store::{Constraint, Store};

use super::expect;
use crate::fixtures::{Fixture, page_size, walk};

async fn listed(f: &Fixture, workspace: &Workspace, size: u64) -> Vec<WorkspaceMember> {
    f.read(workspace.organization_id, async |unit| {
        walk(size, async |page| unit.workspaces().list_members(workspace.id, &page).await).await
    })
    .await
}

async fn found(f: &Fixture, workspace: &Workspace, member_or_user: uuid::Uuid) -> Option<WorkspaceMember> {
    let id = workspace.organization_id;
    f.read(id, async |unit| unit.workspaces().member(workspace.id, member_or_user).await).await
}

async fn seed(f: &Fixture) -> (OrganizationId, Workspace) {
    let (_, organization) = f.seed_owned("Acme").await;
    let workspace = f.seed_workspace(organization.id, "Board").await;
    (organization.id, workspace)
}

/// A member who comes in is kept as they were given, with what the account is called today.
pub async fn new_workspace_member_is_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (id, workspace) = seed(&f).await;
    for role in WorkspaceRole::ALL.iter().copied() {
        let email = format!("some-{}@acme.example", role.as_str());
        let (user, member) = f.seed_member(id, &email, MemberRole::Member).await;
        let at = f.now();
        f.write(id, async |unit| unit.workspaces().add_member(workspace.id, member.id, role, at).await).await;
        let user = User { name: f.name("Renamed"), ..user };
        f.write_user(user.id, async |unit| unit.update_user(&user).await).await;
        let wanted = WorkspaceMember {
            workspace_id: workspace.id,
            member_id: member.id,
            user_id: user.id,
            email: user.email.clone(),
            name: user.name.clone(),
            role,
            created_at: at,
        };
        for either in [member.id.uuid(), user.id.uuid()] {
            assert_eq!(found(&f, &workspace, either).await.as_ref(), Some(&wanted));
        }
        assert!(listed(&f, &workspace, 10).await.contains(&wanted));
        assert_eq!(f.stored_membership(&member).await, member, "the membership is as it was");
    }
}

/// Who is not in it is not found in it: strangers, other members, members of others.
pub async fn nobody_else_is_in_a_workspace(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (id, workspace) = seed(&f).await;
    let other = f.seed_workspace(id, "Other").await;
    let (user, member) = f.seed_member(id, "bob@acme.example", MemberRole::Admin).await;
    f.seed_workspace_member(&other, member.id, WorkspaceRole::Owner).await;
    for nobody in [member.id.uuid(), user.id.uuid(), workspace.id.uuid(), f.id()] {
        assert_eq!(found(&f, &workspace, nobody).await, None);
    }
    assert_eq!(listed(&f, &workspace, 10).await, []);
    assert_eq!(listed(&f, &f.workspace(id, "Unknown"), 10).await, []);
}

/// A member is in a workspace at most once, whatever they are there.
pub async fn member_is_in_a_workspace_once(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (id, workspace) = seed(&f).await;
    let (_, member) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    f.seed_workspace_member(&workspace, member.id, WorkspaceRole::Member).await;
    let before = f.state(id).await;
    for role in WorkspaceRole::ALL.iter().copied() {
        let at = f.now();
        let result =
            f.try_write(id, async |unit| unit.workspaces().add_member(workspace.id, member.id, role, at).await).await;
        expect::conflict(result, Constraint::WorkspaceMemberExists);
    }
    assert_eq!(f.state(id).await, before);
    let other = f.seed_workspace(id, "Other").await;
    f.seed_workspace_member(&other, member.id, WorkspaceRole::Member).await;
}

/// Only members of the organization come in, and only into its workspaces.
pub async fn only_members_come_into_a_workspace(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (id, workspace) = seed(&f).await;
    let (_, other) = f.seed_owned("Beta").await;
    let (_, foreign) = f.seed_member(other.id, "carol@beta.example", MemberRole::Member).await;
    let foreign_workspace = f.seed_workspace(other.id, "Board").await;
    let (_, member) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    let before = (f.state(id).await, f.state(other.id).await);
    let (role, at) = (WorkspaceRole::Member, f.now());
    for nobody in [foreign.id, f.id()] {
        let result =
            f.try_write(id, async |unit| unit.workspaces().add_member(workspace.id, nobody, role, at).await).await;
        expect::conflict(result, Constraint::UnknownMember);
    }
    for nowhere in [foreign_workspace.id, f.id()] {
        let result =
            f.try_write(id, async |unit| unit.workspaces().add_member(nowhere, member.id, role, at).await).await;
        expect::conflict(result, Constraint::UnknownWorkspace);
    }
    assert_eq!((f.state(id).await, f.state(other.id).await), before);
}

/// They come in the order of their addresses, in pages of exactly the size asked for.
pub async fn workspace_members_come_in_order_of_email(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (id, workspace) = seed(&f).await;
    let other = f.seed_workspace(id, "Other").await;
    for local in ["zoe", "a.b", "ab", "a-b", "a_b", "a1", "b", "a", "été", "aa"] {
        let (_, member) = f.seed_member(id, &format!("{local}@acme.example"), MemberRole::Member).await;
        f.seed_workspace_member(&workspace, member.id, WorkspaceRole::Member).await;
        if local.len() == 1 {
            f.seed_workspace_member(&other, member.id, WorkspaceRole::Owner).await;
        }
    }
    for size in [1, 3, 10, 100] {
        let emails: Vec<_> = listed(&f, &workspace, size).await.iter().map(|member| member.email.to_string()).collect();
        assert_eq!(emails.len(), 10);
        assert!(emails.is_sorted(), "{emails:?}");
    }
    assert_eq!(listed(&f, &other, 1).await.len(), 2);
}

/// Who comes or goes between two pages makes nobody appear twice or be left out.
pub async fn workspace_member_pages_are_stable(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (id, workspace) = seed(&f).await;
    let mut members = Vec::new();
    for local in ["m1", "m2", "m3", "m4", "m0", "m1a", "m2a"] {
        members.push(f.seed_member(id, &format!("{local}@acme.example"), MemberRole::Member).await.1);
    }
    for member in &members[..4] {
        f.seed_workspace_member(&workspace, member.id, WorkspaceRole::Member).await;
    }
    let mut request = PageRequest::first(page_size(2));
    let first = f.read(id, async |unit| unit.workspaces().list_members(workspace.id, &request).await).await;
    assert_eq!(first.items[1].member_id, members[1].id);
    for member in &members[4..] {
        f.seed_workspace_member(&workspace, member.id, WorkspaceRole::Member).await;
    }
    f.write(id, async |unit| unit.workspaces().remove_member(workspace.id, members[1].id).await).await;
    request.after = first.next;
    request.size = page_size(100);
    let rest = f.read(id, async |unit| unit.workspaces().list_members(workspace.id, &request).await).await;
    let rest: Vec<_> = rest.items.iter().map(|member| member.email.as_str()).collect();
    assert_eq!(rest, ["m2a@acme.example", "m3@acme.example", "m4@acme.example"]);
}

/// Who is taken out is gone from this workspace alone, and can come back.
pub async fn removed_workspace_member_is_gone(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (id, workspace) = seed(&f).await;
    let other = f.seed_workspace(id, "Other").await;
    let (user, member) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    for place in [&workspace, &other] {
        f.seed_workspace_member(place, member.id, WorkspaceRole::Member).await;
    }
    f.write(id, async |unit| unit.workspaces().remove_member(workspace.id, member.id).await).await;
    assert_eq!(found(&f, &workspace, user.id.uuid()).await, None);
    assert_eq!(found(&f, &other, user.id.uuid()).await.unwrap().role, WorkspaceRole::Member);
    assert_eq!(f.stored_membership(&member).await, member);
    f.seed_workspace_member(&workspace, member.id, WorkspaceRole::Owner).await;
    assert_eq!(found(&f, &workspace, user.id.uuid()).await.unwrap().role, WorkspaceRole::Owner);
}

/// Who is not in a workspace can be nothing else there.
pub async fn absent_workspace_member_is_not_found(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (id, workspace) = seed(&f).await;
    let other = f.seed_workspace(id, "Other").await;
    let (_, member) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    let (_, owner) = f.seed_member(id, "carol@acme.example", MemberRole::Member).await;
    f.seed_workspace_member(&workspace, owner.id, WorkspaceRole::Owner).await;
    f.seed_workspace_member(&other, member.id, WorkspaceRole::Member).await;
    let before = f.state(id).await;
    for (place, member) in [(workspace.id, member.id), (workspace.id, f.id()), (f.id(), member.id)] {
        for role in WorkspaceRole::ALL.iter().copied() {
            let result = f.try_write(id, async |unit| unit.workspaces().change_role(place, member, role).await).await;
            expect::not_found(result);
        }
        expect::not_found(f.try_write(id, async |unit| unit.workspaces().transfer(place, member).await).await);
        expect::not_found(f.try_write(id, async |unit| unit.workspaces().remove_member(place, member).await).await);
    }
    assert_eq!(f.state(id).await, before);
}

/// Who leaves the organization leaves its workspaces, as last owner too, and is in none after a return.
pub async fn leaving_leaves_the_workspaces(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (id, workspace) = seed(&f).await;
    let other = f.seed_workspace(id, "Other").await;
    let (user, member) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    let (_, stays) = f.seed_member(id, "carol@acme.example", MemberRole::Member).await;
    f.seed_workspace_member(&workspace, member.id, WorkspaceRole::Owner).await;
    f.seed_workspace_member(&workspace, stays.id, WorkspaceRole::Member).await;
    f.seed_workspace_member(&other, member.id, WorkspaceRole::Member).await;
    f.write(id, async |unit| unit.remove_member(member.id, f.now()).await).await;
    for place in [&workspace, &other] {
        for gone in [user.id.uuid(), member.id.uuid()] {
            assert_eq!(found(&f, place, gone).await, None);
        }
        assert_eq!(f.find_workspace(place, Some(member.id)).await.unwrap().ties, Default::default());
    }
    let left: Vec<_> = listed(&f, &workspace, 10).await.iter().map(|member| member.member_id).collect();
    assert_eq!(left, [stays.id]);
    let again = f.seed_membership(id, user.id, MemberRole::Member).await;
    assert_eq!(f.find_workspace(&workspace, Some(again.id)).await.unwrap().ties, Default::default());
    // Nothing of the account stands in the way of its deletion.
    f.write(id, async |unit| unit.remove_member(again.id, f.now()).await).await;
    f.write_user(user.id, async |unit| unit.delete_user().await).await;
}
