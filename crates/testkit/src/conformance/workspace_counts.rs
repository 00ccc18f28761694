//! How many workspaces there are, of each kind and of all (N-16, M-15).

use std::collections::BTreeMap;
use std::sync::Arc;

use guildhall_domain::{Organization, Workspace};
use guildhall_ports::store::Store;

use crate::fixtures::Fixture;

/// Each is counted once, in all and in its kind, and no more when it is gone.
pub async fn workspaces_are_counted(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let id = organization.id;
    let mut made = Vec::new();
    for (n, kind) in ["board", "project", "board"].into_iter().enumerate() {
        let workspace = Workspace { kind: f.kind(kind), ..f.workspace(id, &format!("Workspace {n}")) };
        made.push(f.insert_workspace(workspace, None).await);
    }
    let state = f.state(id).await;
    assert_eq!((state.organization.unwrap().workspaces_count, state.workspaces.shared()), (3, 3));
    let wanted = BTreeMap::from([(f.kind("board"), 2), (f.kind("project"), 1)]);
    assert_eq!(state.workspaces.counts.workspaces, wanted);
    let others = f.state(other.id).await;
    assert_eq!((others.organization.unwrap().workspaces_count, others.workspaces.shared()), (0, 0));

    for workspace in &made[..2] {
        f.write(id, async |unit| unit.workspaces().delete(workspace.id).await).await;
    }
    let state = f.state(id).await;
    assert_eq!((state.organization.unwrap().workspaces_count, state.workspaces.shared()), (1, 1));
    assert_eq!(state.workspaces.counts.workspaces, BTreeMap::from([(f.kind("board"), 1)]));
}

/// What is somebody's own is not counted, neither made nor deleted (M-15).
pub async fn personal_workspaces_are_not_counted(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    f.seed_workspace(id, "Shared").await;
    let personal = f.seed_personal_workspace(id, owner.id).await;
    let state = f.state(id).await;
    assert_eq!((state.workspaces.all.len(), state.workspaces.shared()), (2, 1));
    assert_eq!(state.organization.unwrap().workspaces_count, 1);
    f.write(id, async |unit| unit.workspaces().delete(personal.id).await).await;
    let state = f.state(id).await;
    assert_eq!((state.workspaces.shared(), state.organization.unwrap().workspaces_count), (1, 1));
}

/// What is put away, and taken up again, is counted all the time.
pub async fn archived_workspaces_are_counted(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let workspace = f.seed_workspace(id, "Board").await;
    for archived_at in [Some(f.now()), None, Some(f.now())] {
        let change = Workspace { archived_at, ..workspace.clone() };
        f.write(id, async |unit| unit.workspaces().update(&change).await).await;
        let state = f.state(id).await;
        assert_eq!((state.workspaces.shared(), state.organization.unwrap().workspaces_count), (1, 1));
    }
    let archived = Workspace { archived_at: Some(f.now()), ..f.workspace(id, "Archived at once") };
    f.insert_workspace(archived, None).await;
    f.write(id, async |unit| unit.workspaces().delete(workspace.id).await).await;
    let state = f.state(id).await;
    assert_eq!((state.workspaces.shared(), state.organization.unwrap().workspaces_count), (1, 1));
}

/// Counting makes no new version of the organization, whose tag an admin may hold.
pub async fn counting_workspaces_makes_no_new_version(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, before) = f.seed_owned("Acme").await;
    let workspace = f.seed_workspace(before.id, "Board").await;
    f.seed_personal_workspace(before.id, owner.id).await;
    let counted = f.stored_organization(before.id).await;
    assert_eq!(counted, Organization { workspaces_count: 1, ..before.clone() });
    f.write(before.id, async |unit| unit.workspaces().delete(workspace.id).await).await;
    assert_eq!(f.stored_organization(before.id).await, before);
}

/// Writing the organization leaves the count as it is.
pub async fn writing_the_organization_leaves_the_count(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    f.seed_workspace(id, "Board").await;
    for wrong in [0, 77] {
        let change = Organization { workspaces_count: wrong, ..organization.clone() };
        let given = f.write(id, async |unit| unit.update_organization(&change).await).await;
        assert_eq!(given.workspaces_count, 1);
    }
    assert_eq!(f.state(id).await.workspaces.shared(), 1);
}

/// A unit of work sees its own counts, and takes them back with it.
pub async fn counts_are_rolled_back(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let kept = f.seed_workspace(id, "Kept").await;
    let before = f.state(id).await;
    let mut unit = f.begin(id).await;
    for name in ["a", "b"] {
        unit.workspaces().insert(&f.workspace(id, name), None, Default::default()).await.unwrap();
    }
    unit.workspaces().delete(kept.id).await.unwrap();
    let counted = unit.counts().await.unwrap().workspaces.get(&kept.kind).copied();
    assert_eq!((unit.organization().await.unwrap().unwrap().workspaces_count, counted), (2, Some(2)));
    unit.rollback().await.unwrap();
    assert_eq!(f.state(id).await, before);
}
