//! Many workspaces are made at once (M-15, N-16).

use std::sync::Arc;

use guildhall_domain::{Limit, Workspace};
use guildhall_ports::store::{Constraint, Mode, Store, StoreError, WorkspaceLimits};

use super::finish::finish;
use super::{retrying, together};
use crate::fixtures::Fixture;

async fn insert(store: Arc<dyn Store>, workspace: Workspace, limits: WorkspaceLimits) -> Result<(), StoreError> {
    let mut unit = store.begin_org(workspace.organization_id, Mode::Write).await?;
    let done = unit.workspaces().insert(&workspace, None, limits).await;
    finish(unit, done).await
}

/// Makes all of them at once.
async fn race(
    store: &Arc<dyn Store>,
    workspaces: Vec<Workspace>,
    limits: WorkspaceLimits,
) -> Vec<Result<(), StoreError>> {
    let works: Vec<_> = workspaces
        .into_iter()
        .map(|workspace| {
            let store = Arc::clone(store);
            move || insert(Arc::clone(&store), workspace.clone(), limits)
        })
        .collect();
    together(works).await
}

/// Fifty are made at once where there is room for five: five are there, the
/// others were told why, and the counters are true.
async fn fifty_where_five_have_room(store: Arc<dyn Store>, limits: WorkspaceLimits, rule: Constraint) {
    let f = Fixture::new(Arc::clone(&store));
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    f.seed_workspace(id, "First").await;
    f.seed_workspace(id, "Second").await;
    let workspaces = (0..50).map(|n| f.workspace(id, &format!("Board {n}"))).collect();
    let results = race(&store, workspaces, limits).await;
    let full = Err(StoreError::Conflict(rule));
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 5, "{results:?}");
    assert_eq!(results.iter().filter(|result| **result == full).count(), 45, "{results:?}");
    let state = f.state(id).await;
    assert_eq!((state.workspaces.shared(), state.organization.unwrap().workspaces_count), (7, 7));
}

/// Fifty against a limit of all workspaces (M-15).
pub async fn fifty_workspaces_are_made_where_five_have_room(store: Arc<dyn Store>) {
    let limits = WorkspaceLimits { all: Limit::AtMost(7), of_kind: Limit::Unlimited };
    fifty_where_five_have_room(store, limits, Constraint::LimitReached).await;
}

/// Fifty against a limit of their kind.
pub async fn fifty_of_a_kind_are_made_where_five_have_room(store: Arc<dyn Store>) {
    let limits = WorkspaceLimits { all: Limit::Unlimited, of_kind: Limit::AtMost(7) };
    fifty_where_five_have_room(store, limits, Constraint::KindLimitReached).await;
}

/// Twenty want the same slug at once: one gets it.
pub async fn workspace_slug_is_taken_once(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let workspaces = (0..20).map(|_| f.workspace(id, "Board")).collect();
    let results = race(&store, workspaces, WorkspaceLimits::default()).await;
    let taken = Err(StoreError::Conflict(Constraint::WorkspaceSlug));
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    assert_eq!(results.iter().filter(|result| **result == taken).count(), 19, "{results:?}");
    let state = f.state(id).await;
    assert_eq!((state.workspaces.shared(), state.organization.unwrap().workspaces_count), (1, 1));
}

/// A user's own workspace is made twenty times at once, and is there once (M-50).
pub async fn personal_workspace_is_made_once(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let workspaces = (0..20).map(|_| f.personal_workspace(id, owner.id)).collect();
    let results = race(&store, workspaces, WorkspaceLimits::default()).await;
    let exists = Err(StoreError::Conflict(Constraint::PersonalWorkspaceExists));
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    assert_eq!(results.iter().filter(|result| **result == exists).count(), 19, "{results:?}");
    let state = f.state(id).await;
    assert_eq!((state.workspaces.all.len(), state.workspaces.shared()), (1, 0));
}

/// What one of many does next, by a number that looks like chance and is the same in every run.
#[derive(Clone)]
enum Step {
    Insert(Box<Workspace>),
    Archive(Box<Workspace>),
    Delete(Box<Workspace>),
}

async fn step(store: Arc<dyn Store>, step: Step, limits: WorkspaceLimits) -> Result<(), StoreError> {
    let (Step::Insert(workspace) | Step::Archive(workspace) | Step::Delete(workspace)) = &step;
    let mut unit = store.begin_org(workspace.organization_id, Mode::Write).await?;
    let done = match &step {
        Step::Insert(workspace) => unit.workspaces().insert(workspace, None, limits).await,
        Step::Archive(workspace) => unit.workspaces().update(workspace).await.map(|_| ()),
        Step::Delete(workspace) => unit.workspaces().delete(workspace.id).await,
    };
    finish(unit, done).await
}

/// The generator of Knuth's MMIX; only its high bits are good.
fn next(seed: &mut u64) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) as usize
}

/// Eight make, put away and delete what they like, twenty times each, their
/// own among it: whatever came of it, the counters are what there is.
pub async fn counters_stay_true(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let mut pool = Vec::new();
    for n in 0..12 {
        let kind = f.kind(["board", "project"][n % 2]);
        pool.push(f.insert_workspace(Workspace { kind, ..f.workspace(id, &format!("Seeded {n}")) }, None).await);
    }
    let limits = WorkspaceLimits { all: Limit::AtMost(20), of_kind: Limit::AtMost(14) };
    let mut works = Vec::new();
    let mut seed = 4;
    for worker in 0..8 {
        let user = f.seed_user(&format!("user{worker}@acme.example")).await;
        let mut mine = vec![f.personal_workspace(id, user.id)];
        let mut steps = vec![Step::Insert(Box::new(mine[0].clone()))];
        for n in 0..20 {
            let choice = next(&mut seed) % 4;
            let known = if next(&mut seed).is_multiple_of(2) { &pool } else { &mine };
            let known = Box::new(known[next(&mut seed) % known.len()].clone());
            steps.push(match choice {
                0 => Step::Delete(known),
                1 => Step::Archive(Box::new(Workspace { archived_at: Some(f.now()), ..*known })),
                _ => {
                    let workspace = f.workspace(id, &format!("Made {worker} {n}"));
                    let kind = f.kind(["board", "project"][next(&mut seed) % 2]);
                    mine.push(Workspace { kind, ..workspace });
                    Step::Insert(Box::new(mine[mine.len() - 1].clone()))
                }
            });
        }
        let store = Arc::clone(&store);
        works.push(move || {
            let (store, steps) = (Arc::clone(&store), steps.clone());
            async move {
                let mut done = Vec::with_capacity(steps.len());
                for next in steps {
                    done.push(retrying(|| step(Arc::clone(&store), next.clone(), limits)).await);
                }
                Ok(done)
            }
        });
    }
    for result in together(works).await.into_iter().flat_map(|done| done.expect("all steps are made")) {
        let expected = match &result {
            Ok(()) | Err(StoreError::NotFound) => true,
            Err(StoreError::Conflict(rule)) => {
                matches!(rule, Constraint::LimitReached | Constraint::KindLimitReached)
            }
            Err(_) => false,
        };
        assert!(expected, "{result:?}");
    }
    let state = f.state(id).await;
    let shared = state.workspaces.shared();
    assert_eq!(state.organization.unwrap().workspaces_count, shared);
    assert!(shared <= 20 && state.workspaces.counts.workspaces.values().all(|count| *count <= 14));
}
