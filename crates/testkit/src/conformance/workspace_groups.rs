//! Workspaces that belong together (C-14).

use std::sync::Arc;

use guildhall_domain::{Description, OrganizationId, Version, Workspace, WorkspaceGroup, WorkspaceGroupId};
use guildhall_ports::store::{Constraint, Store};

use super::expect;
use crate::fixtures::{Fixture, walk};

async fn stored(f: &Fixture, organization: OrganizationId, group: WorkspaceGroupId) -> Option<WorkspaceGroup> {
    f.read(organization, async |unit| unit.workspaces().group(group).await).await
}

/// A new group is kept as it was given.
pub async fn new_group_is_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let described = WorkspaceGroup {
        description: Some(Description::parse("Boards of\nthe team").unwrap()),
        ..f.workspace_group(id, "Größe")
    };
    for group in [described, f.workspace_group(id, "Bare")] {
        f.write(id, async |unit| unit.workspaces().insert_group(&group).await).await;
        assert_eq!(stored(&f, id, group.id).await, Some(group));
    }
    assert_eq!(stored(&f, id, f.id()).await, None);
    assert_eq!(f.stored_organization(id).await, organization, "the organization is as it was");
}

/// A name is unique in its organization, without regard to case, also beyond ASCII.
pub async fn group_name_is_unique_in_its_organization(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let id = organization.id;
    f.seed_workspace_group(id, "Boards").await;
    f.seed_workspace_group(id, "Gemüse").await;
    let before = f.state(id).await;
    for taken in ["Boards", "BOARDS", "gemÜSE"] {
        let group = f.workspace_group(id, taken);
        let result = f.try_write(id, async |unit| unit.workspaces().insert_group(&group).await).await;
        expect::conflict(result, Constraint::WorkspaceGroupName);
    }
    assert_eq!(f.state(id).await, before);
    f.seed_workspace_group(other.id, "Boards").await;
}

/// Groups come in the order of their lower-case names, in pages.
pub async fn groups_come_in_order_of_name(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    f.seed_workspace_group(other.id, "a").await;
    let names = ["b", "C", "a", "Änderung", "D-1", "d_2", "D 3", "été"];
    for name in names {
        f.seed_workspace_group(organization.id, name).await;
    }
    for size in [1, 3, 8, 100] {
        let listed = f
            .read(organization.id, async |unit| {
                walk(size, async |page| unit.workspaces().list_groups(&page).await).await
            })
            .await;
        let keys: Vec<_> = listed.iter().map(|group| group.name.sort_key()).collect();
        assert_eq!(keys.len(), names.len());
        assert!(keys.is_sorted(), "{keys:?}");
    }
}

/// Update writes name, description and time, raises the version, and gives the row.
pub async fn group_update_writes_what_is_documented(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let before = f.seed_workspace_group(id, "Boards").await;
    let workspace = Workspace { group_id: Some(before.id), ..f.workspace(id, "Board") };
    f.insert_workspace(workspace.clone(), None).await;
    let change = WorkspaceGroup {
        name: f.name("Projects"),
        description: Some(Description::parse("All of them").unwrap()),
        updated_at: f.now(),
        created_at: f.now(),
        version: Version(77),
        ..before.clone()
    };
    let wanted = WorkspaceGroup { created_at: before.created_at, version: before.version.next(), ..change.clone() };
    let given = f.write(id, async |unit| unit.workspaces().update_group(&change).await).await;
    assert_eq!(given, wanted);
    assert_eq!(stored(&f, id, before.id).await, Some(wanted.clone()));
    assert_eq!(f.stored_workspace(&workspace).await, workspace, "its workspaces are as they were");
    let cleared = WorkspaceGroup { description: None, ..wanted };
    let given = f.write(id, async |unit| unit.workspaces().update_group(&cleared).await).await;
    assert_eq!(given.description, None);
    // The name that was given up is free.
    f.seed_workspace_group(id, "Boards").await;
}

/// Update keeps names unique, and lets a group keep its own in another case.
pub async fn group_update_keeps_names_unique(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    f.seed_workspace_group(id, "Boards").await;
    let mut projects = f.seed_workspace_group(id, "Projects").await;
    projects.name = f.name("BOARDS");
    let result = f.try_write(id, async |unit| unit.workspaces().update_group(&projects).await).await;
    expect::conflict(result, Constraint::WorkspaceGroupName);
    projects.name = f.name("PROJECTS");
    let given = f.write(id, async |unit| unit.workspaces().update_group(&projects).await).await;
    assert_eq!(given.name.as_str(), "PROJECTS");
}

/// A group that is deleted leaves its workspaces in none, and nothing else of them changed.
pub async fn deleted_group_leaves_its_workspaces(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let (gone, kept) = (f.seed_workspace_group(id, "Gone").await, f.seed_workspace_group(id, "Kept").await);
    let mut inside = Vec::new();
    for (n, archived_at) in [None, Some(f.now())].into_iter().enumerate() {
        let workspace = f.workspace(id, &format!("Inside {n}"));
        let workspace = Workspace { group_id: Some(gone.id), archived_at, created_by: Some(owner.id), ..workspace };
        inside.push(f.insert_workspace(workspace, None).await);
    }
    let other = Workspace { group_id: Some(kept.id), ..f.workspace(id, "Other") };
    let other = f.insert_workspace(other, None).await;
    let alone = f.seed_workspace(id, "Alone").await;
    let before = f.stored_organization(id).await;
    let at = f.now();
    f.write(id, async |unit| unit.workspaces().delete_group(gone.id, at).await).await;
    assert_eq!(stored(&f, id, gone.id).await, None);
    for workspace in inside {
        let version = workspace.version.next();
        let wanted = Workspace { group_id: None, updated_at: at, version, ..workspace };
        assert_eq!(f.stored_workspace(&wanted).await, wanted);
    }
    for workspace in [other, alone] {
        assert_eq!(f.stored_workspace(&workspace).await, workspace);
    }
    assert_eq!(f.state(id).await.workspaces.groups, [kept]);
    assert_eq!(f.stored_organization(id).await, before);
    f.seed_workspace_group(id, "gone").await;
}

/// What is not there can be neither changed nor deleted.
pub async fn absent_group_is_not_found(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let absent = f.workspace_group(id, "Absent");
    expect::not_found(f.try_write(id, async |unit| unit.workspaces().update_group(&absent).await).await);
    let at = f.now();
    expect::not_found(f.try_write(id, async |unit| unit.workspaces().delete_group(absent.id, at).await).await);
}
