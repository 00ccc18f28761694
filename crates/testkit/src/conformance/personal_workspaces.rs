//! What is one user's own (M-50).

use std::sync::Arc;

use guildhall_domain::{MemberRole, OrganizationId, User, Workspace};
use guildhall_ports::store::{Constraint, Store, WorkspaceLimits};

use super::expect;
use crate::fixtures::Fixture;

async fn own(f: &Fixture, organization: OrganizationId, user: &User) -> Option<Workspace> {
    f.read(organization, async |unit| unit.workspaces().personal_of(user.id).await).await
}

/// A user has one in an organization, and may have one in each.
pub async fn user_has_one_workspace_of_their_own(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let (bob, _) = f.seed_member(organization.id, "bob@acme.example", MemberRole::Member).await;
    assert_eq!(own(&f, organization.id, &owner).await, None);
    let first = f.seed_personal_workspace(organization.id, owner.id).await;
    let elsewhere = f.seed_personal_workspace(other.id, owner.id).await;
    let bobs = f.seed_personal_workspace(organization.id, bob.id).await;
    let before = f.state(organization.id).await;
    let again = f.personal_workspace(organization.id, owner.id);
    let result = f.try_insert_workspace(&again, None, WorkspaceLimits::default()).await;
    expect::conflict(result, Constraint::PersonalWorkspaceExists);
    assert_eq!(f.state(organization.id).await, before);
    assert_eq!(own(&f, organization.id, &owner).await, Some(first));
    assert_eq!(own(&f, other.id, &owner).await, Some(elsewhere));
    assert_eq!(own(&f, organization.id, &bob).await, Some(bobs));
    assert_eq!(own(&f, other.id, &bob).await, None);
}

/// It waits for a user who left, and is theirs again when they come back.
pub async fn personal_workspace_waits_for_its_user(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let (bob, membership) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    let workspace = f.seed_personal_workspace(id, bob.id).await;
    f.write(id, async |unit| unit.remove_member(membership.id, f.now()).await).await;
    assert_eq!(own(&f, id, &bob).await.as_ref(), Some(&workspace));
    assert_eq!(f.stored_workspace(&workspace).await, workspace);
    f.seed_membership(id, bob.id, MemberRole::Member).await;
    assert_eq!(own(&f, id, &bob).await, Some(workspace));
}

/// It goes with the account, in every organization, and nothing else does.
pub async fn personal_workspace_goes_with_the_account(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let bob = f.seed_user("bob@acme.example").await;
    let mut gone = Vec::new();
    for id in [organization.id, other.id] {
        gone.push(f.seed_personal_workspace(id, bob.id).await);
        f.seed_answer(id, &f.idempotent_request(bob.id, "k"), "1").await;
    }
    let kept = f.seed_personal_workspace(organization.id, owner.id).await;
    let shared = f.seed_workspace(organization.id, "Shared").await;
    f.write_user(bob.id, async |unit| unit.delete_user().await).await;
    for workspace in &gone {
        assert_eq!(f.find_workspace(workspace, None).await, None);
        assert_eq!(own(&f, workspace.organization_id, &bob).await, None);
    }
    let state = f.state(organization.id).await;
    assert_eq!((state.workspaces.shared(), state.organization.unwrap().workspaces_count), (1, 1));
    assert_eq!(state.workspaces.all, [kept, shared]);
    assert_eq!(f.state(other.id).await.workspaces.all, []);
}

/// One that is gone makes room for another.
pub async fn personal_workspace_can_be_made_anew(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let first = f.seed_personal_workspace(id, owner.id).await;
    let second = f.personal_workspace(id, owner.id);
    f.write(id, async |unit| {
        unit.workspaces().delete(first.id).await?;
        unit.workspaces().insert(&second, None, WorkspaceLimits::default()).await
    })
    .await;
    assert_eq!(own(&f, id, &owner).await, Some(second));
}
