//! The list of workspaces: order, pages, filters.

use std::sync::Arc;

use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::{WorkspaceView, WorkspaceViewer};
use guildhall_domain::{AccessLevel, MemberRole, OrganizationId, Slug, Workspace};
use guildhall_ports::store::{Store, WorkspaceFilter};

use crate::fixtures::{Fixture, everything, page_size, walk};

async fn names(f: &Fixture, organization: OrganizationId, filter: &WorkspaceFilter, size: u64) -> Vec<String> {
    let viewer = everything();
    let listed = f
        .read(organization, async |unit| {
            walk(size, async |page| unit.workspaces().list(&viewer, filter, &page).await).await
        })
        .await;
    listed.into_iter().map(|tied| tied.workspace.name.to_string()).collect()
}

async fn found(f: &Fixture, organization: OrganizationId, search: &str) -> Vec<String> {
    let filter = WorkspaceFilter { search: Some(search.to_owned()), ..WorkspaceFilter::default() };
    names(f, organization, &filter, 2).await
}

async fn seed_with_slug(f: &Fixture, organization: OrganizationId, name: &str, slug: &str) -> Workspace {
    let slug = Slug::parse(slug).unwrap();
    f.insert_workspace(Workspace { slug, ..f.workspace(organization, name) }, None).await
}

/// Workspaces come in the order of their lower-case names, and those with one name in that of their ids.
pub async fn workspaces_come_in_order_of_name(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    f.seed_workspace(other.id, "a").await;
    let all = ["b", "C", "a", "Änderung", "D-1", "d_2", "D 3", "été", "same", "Same", "SAME"];
    let mut wanted = Vec::new();
    for (n, name) in all.iter().enumerate() {
        let workspace = seed_with_slug(&f, organization.id, name, &format!("w{n}")).await;
        wanted.push((workspace.name.sort_key(), workspace.id));
    }
    wanted.sort();
    for size in [1, 3, 11, 100] {
        let viewer = everything();
        let listed = f
            .read(organization.id, async |unit| {
                let filter = WorkspaceFilter::default();
                walk(size, async |page| unit.workspaces().list(&viewer, &filter, &page).await).await
            })
            .await;
        let keys: Vec<_> = listed.iter().map(|tied| (tied.workspace.name.sort_key(), tied.workspace.id)).collect();
        assert_eq!(keys, wanted, "pages of {size}");
    }
}

/// The list gives whole workspaces, with the ties of the one who looks.
pub async fn list_gives_whole_workspaces(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let (user, member) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    let (_, other) = f.seed_member(id, "carol@acme.example", MemberRole::Member).await;
    let workspace = f.insert_workspace(f.workspace(id, "Board"), Some(other.id)).await;
    f.seed_grants(&member, &[(workspace.id, AccessLevel::Write)]).await;
    for member_id in [None, Some(member.id), Some(other.id)] {
        let viewer = WorkspaceViewer { user_id: user.id, member_id, view: WorkspaceView::EveryShared };
        let page = PageRequest::first(page_size(10));
        let filter = WorkspaceFilter::default();
        let listed = f.read(id, async |unit| unit.workspaces().list(&viewer, &filter, &page).await).await;
        assert_eq!(listed.items, [f.find_workspace(&workspace, member_id).await.unwrap()]);
        assert_eq!(listed.next, None);
    }
}

/// A kind, a group, and what is put away are filters, alone and together.
pub async fn filters_narrow_the_list(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let (first, second) = (f.seed_workspace_group(id, "First").await, f.seed_workspace_group(id, "Second").await);
    for kind in ["board", "project"] {
        for group in [None, Some(&first), Some(&second)] {
            for archived in [false, true] {
                let place = group.map_or("none", |group| group.name.as_str());
                let name = format!("{kind} {place} {}", if archived { "away" } else { "here" });
                let workspace = Workspace {
                    kind: f.kind(kind),
                    group_id: group.map(|group| group.id),
                    archived_at: archived.then(|| f.now()),
                    ..f.workspace(id, &name)
                };
                f.insert_workspace(workspace, None).await;
            }
        }
    }
    let all = WorkspaceFilter::default();
    assert_eq!(names(&f, id, &all, 100).await.len(), 6);
    let away = WorkspaceFilter { archived: true, ..all.clone() };
    assert!(names(&f, id, &away, 4).await.iter().all(|name| name.ends_with("away")));
    assert_eq!(names(&f, id, &away, 4).await.len(), 6);
    let boards = WorkspaceFilter { kind: Some(f.kind("board")), ..all.clone() };
    assert_eq!(names(&f, id, &boards, 2).await, ["board First here", "board none here", "board Second here"]);
    let grouped = WorkspaceFilter { group_id: Some(second.id), ..all.clone() };
    assert_eq!(names(&f, id, &grouped, 1).await, ["board Second here", "project Second here"]);
    let narrow = WorkspaceFilter {
        kind: Some(f.kind("project")),
        group_id: Some(first.id),
        archived: true,
        search: Some("FIRST".to_owned()),
    };
    assert_eq!(names(&f, id, &narrow, 1).await, ["project First away"]);
    for nothing in [
        WorkspaceFilter { kind: Some(f.kind("other")), ..all.clone() },
        WorkspaceFilter { group_id: Some(f.id()), ..all.clone() },
        WorkspaceFilter { search: Some("away".to_owned()), ..all.clone() },
    ] {
        assert_eq!(names(&f, id, &nothing, 5).await, Vec::<String>::new());
    }
}

/// Search finds parts of names and slugs, without regard to case, also beyond ASCII (M-63).
pub async fn workspace_search_disregards_case(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    seed_with_slug(&f, id, "Ärger Übung", "trouble").await;
    seed_with_slug(&f, id, "Алиса", "wonderland").await;
    seed_with_slug(&f, id, "plain", "third").await;
    assert_eq!(found(&f, id, "äRGER").await, ["Ärger Übung"]);
    assert_eq!(found(&f, id, "ÜBUNG").await, ["Ärger Übung"]);
    assert_eq!(found(&f, id, "алИСА").await, ["Алиса"]);
    assert_eq!(found(&f, id, "WONDER").await, ["Алиса"]);
    assert_eq!(found(&f, id, "LAI").await, ["plain"]);
    assert_eq!(found(&f, id, "r").await, ["plain", "Ärger Übung", "Алиса"]);
    assert_eq!(found(&f, id, "nothing").await, Vec::<String>::new());
}

/// Every character that is searched stands for itself.
pub async fn workspace_search_has_no_wildcards(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    for (slug, name) in [("a", "100%"), ("b", "snake_case"), ("c", "back\\slash"), ("d", "star*"), ("e", "plain")] {
        seed_with_slug(&f, id, name, slug).await;
    }
    assert_eq!(found(&f, id, "%").await, ["100%"]);
    assert_eq!(found(&f, id, "_").await, ["snake_case"]);
    assert_eq!(found(&f, id, "\\").await, ["back\\slash"]);
    assert_eq!(found(&f, id, "*").await, ["star*"]);
    assert_eq!(found(&f, id, "p%n").await, Vec::<String>::new());
    assert_eq!(found(&f, id, "'").await, Vec::<String>::new());
}

/// What is made or deleted between two pages makes nothing appear twice or be left out.
pub async fn workspace_pages_are_stable(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let mut workspaces = Vec::new();
    for name in ["m1", "m2", "m3", "m4"] {
        workspaces.push(f.seed_workspace(id, name).await);
    }
    let (viewer, filter) = (everything(), WorkspaceFilter::default());
    let mut request = PageRequest::first(page_size(2));
    let first = f.read(id, async |unit| unit.workspaces().list(&viewer, &filter, &request).await).await;
    assert_eq!(first.items[1].workspace, workspaces[1]);
    for name in ["m0", "m1a", "m2a"] {
        f.seed_workspace(id, name).await;
    }
    // The very workspace that the position names is gone.
    f.write(id, async |unit| unit.workspaces().delete(workspaces[1].id).await).await;
    request.after = first.next;
    request.size = page_size(100);
    let rest = f.read(id, async |unit| unit.workspaces().list(&viewer, &filter, &request).await).await;
    let rest: Vec<_> = rest.items.iter().map(|tied| tied.workspace.name.as_str()).collect();
    assert_eq!(rest, ["m2a", "m3", "m4"]);
}

/// A workspace that is called otherwise stands elsewhere in the list.
pub async fn renamed_workspace_moves(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let first = f.seed_workspace(id, "Alpha").await;
    f.seed_workspace(id, "Beta").await;
    let change = Workspace { name: f.name("gamma"), ..first };
    f.write(id, async |unit| unit.workspaces().update(&change).await).await;
    assert_eq!(names(&f, id, &WorkspaceFilter::default(), 1).await, ["Beta", "gamma"]);
    assert_eq!(found(&f, id, "GAMMA").await, ["gamma"]);
    // The slug stays.
    assert_eq!(found(&f, id, "alpha").await, ["gamma"]);
}
