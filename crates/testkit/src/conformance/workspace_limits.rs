//! There are not more workspaces than there may be (M-14, M-15).

use std::sync::Arc;

use guildhall_domain::{Limit, OrganizationId, Workspace};
use guildhall_ports::store::{Constraint, Store, StoreError, WorkspaceLimits};

use super::expect;
use crate::fixtures::Fixture;

fn limits(all: Limit, of_kind: Limit) -> WorkspaceLimits {
    WorkspaceLimits { all, of_kind }
}

async fn insert(
    f: &Fixture,
    organization: OrganizationId,
    kind: &str,
    limits: WorkspaceLimits,
) -> Result<Workspace, StoreError> {
    let workspace = f.workspace(organization, "Board");
    let slug = workspace.slug.with_suffix(&workspace.id.uuid().simple().to_string());
    let workspace = Workspace { kind: f.kind(kind), slug, ..workspace };
    f.try_insert_workspace(&workspace, None, limits).await.map(|()| workspace)
}

/// A full organization takes no more, of whatever kind, and is as it was after the refusal.
pub async fn full_organization_takes_no_more_workspaces(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let limits = limits(Limit::AtMost(3), Limit::Unlimited);
    for kind in ["board", "project", "board"] {
        insert(&f, id, kind, limits).await.unwrap();
    }
    let before = f.state(id).await;
    for kind in ["board", "project", "other"] {
        expect::conflict(insert(&f, id, kind, limits).await, Constraint::LimitReached);
    }
    assert_eq!(f.state(id).await, before);
    assert_eq!(before.workspaces.shared(), 3);
}

/// A full kind takes no more; others do.
pub async fn full_kind_takes_no_more_workspaces(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let id = organization.id;
    let limits = limits(Limit::AtMost(10), Limit::AtMost(2));
    for kind in ["board", "project", "board"] {
        insert(&f, id, kind, limits).await.unwrap();
    }
    let before = f.state(id).await;
    expect::conflict(insert(&f, id, "board", limits).await, Constraint::KindLimitReached);
    assert_eq!(f.state(id).await, before);
    insert(&f, id, "project", limits).await.unwrap();
    insert(&f, other.id, "board", limits).await.unwrap();
}

/// Where both are full, the limit of all is told.
pub async fn limit_of_all_is_told_first(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let limits = limits(Limit::AtMost(1), Limit::AtMost(1));
    insert(&f, organization.id, "board", limits).await.unwrap();
    expect::conflict(insert(&f, organization.id, "board", limits).await, Constraint::LimitReached);
    expect::conflict(insert(&f, organization.id, "project", limits).await, Constraint::LimitReached);
}

/// What is deleted makes room, in the same unit of work as well; what is put away does not.
pub async fn deleted_workspace_makes_room(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    for limits in [limits(Limit::AtMost(1), Limit::Unlimited), limits(Limit::Unlimited, Limit::AtMost(1))] {
        let first = insert(&f, id, "board", limits).await.unwrap();
        let archived = Workspace { archived_at: Some(f.now()), ..first.clone() };
        f.write(id, async |unit| unit.workspaces().update(&archived).await).await;
        assert!(insert(&f, id, "board", limits).await.is_err());
        f.write(id, async |unit| unit.workspaces().delete(first.id).await).await;
        let second = insert(&f, id, "board", limits).await.unwrap();
        let third = Workspace { kind: f.kind("board"), ..f.workspace(id, "Third") };
        f.write(id, async |unit| {
            unit.workspaces().delete(second.id).await?;
            unit.workspaces().insert(&third, None, limits).await
        })
        .await;
        assert_eq!(f.state(id).await.workspaces.shared(), 1);
        f.write(id, async |unit| unit.workspaces().delete(third.id).await).await;
    }
}

/// A limit below what there is, as after a downgrade, takes nothing away and adds nothing.
pub async fn lower_workspace_limit_takes_nothing_away(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    for _ in 0..4 {
        insert(&f, id, "board", WorkspaceLimits::default()).await.unwrap();
    }
    let before = f.state(id).await;
    for most in [1, 3, 4] {
        let lower = limits(Limit::AtMost(most), Limit::Unlimited);
        expect::conflict(insert(&f, id, "board", lower).await, Constraint::LimitReached);
        let lower = limits(Limit::Unlimited, Limit::AtMost(most));
        expect::conflict(insert(&f, id, "board", lower).await, Constraint::KindLimitReached);
        assert_eq!(f.state(id).await, before, "at most {most}");
    }
    insert(&f, id, "board", limits(Limit::AtMost(5), Limit::AtMost(5))).await.unwrap();
    let most = Limit::AtMost(Limit::MAX);
    insert(&f, id, "board", limits(most, most)).await.unwrap();
    assert_eq!(f.state(id).await.workspaces.shared(), 6);
}

/// What is somebody's own finds room in a full organization too, and takes none (M-15).
pub async fn personal_workspace_needs_no_room(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let bob = f.seed_user("bob@acme.example").await;
    let limits = limits(Limit::AtMost(1), Limit::AtMost(1));
    f.try_insert_workspace(&f.personal_workspace(id, owner.id), None, limits).await.unwrap();
    insert(&f, id, "workspace", limits).await.unwrap();
    f.try_insert_workspace(&f.personal_workspace(id, bob.id), None, limits).await.unwrap();
    let state = f.state(id).await;
    assert_eq!((state.workspaces.all.len(), state.workspaces.shared()), (3, 1));
}
