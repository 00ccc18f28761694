//! Everybody sees in the list what they have some power in, and nothing else (C-18, C-20, C-121).

use std::collections::BTreeSet;
use std::sync::Arc;

use guildhall_domain::page::{KeyPosition, PageRequest};
use guildhall_domain::policy::{Actor, Facts, MemberFacts, WorkspaceFacts, WorkspaceViewer, power};
use guildhall_domain::{
    AccessLevel, MemberRole, OrganizationId, OrganizationStatus, Permission, User, Workspace, WorkspaceAccess,
    WorkspaceRole,
};
use guildhall_ports::store::{Store, WorkspaceFilter, WorkspaceTied};

use crate::fixtures::{Fixture, everything, page_size, walk};

/// What an account may do in the organization, as its unit of work tells it.
async fn facts(f: &Fixture, organization: OrganizationId, user: &User) -> Facts {
    let opened = f.read(organization, async |unit| unit.open(user.id).await).await.unwrap();
    let member = opened.member.map(|member| member.facts);
    Facts { organization, status: OrganizationStatus::Active, member }
}

async fn list(
    f: &Fixture,
    organization: OrganizationId,
    viewer: &WorkspaceViewer,
    filter: &WorkspaceFilter,
    size: u64,
) -> Vec<WorkspaceTied> {
    f.read(organization, async |unit| {
        walk(size, async |page| unit.workspaces().list(viewer, filter, &page).await).await
    })
    .await
}

async fn viewer(f: &Fixture, organization: OrganizationId, user: &User) -> WorkspaceViewer {
    let actor = Actor { user_id: user.id, superadmin: user.superadmin };
    WorkspaceViewer::of(&actor, &facts(f, organization, user).await).unwrap()
}

async fn names(f: &Fixture, organization: OrganizationId, user: &User) -> Vec<String> {
    let viewer = viewer(f, organization, user).await;
    let listed = list(f, organization, &viewer, &WorkspaceFilter::default(), 2).await;
    listed.into_iter().map(|tied| tied.workspace.name.to_string()).collect()
}

/// An organization with one workspace of each sort, and what it has of others.
struct Sorts {
    organization: OrganizationId,
    tied: User,
    superadmin: User,
}

/// Personal ones of two, closed and open ones, granted ones and ones to be in; half of them put away.
async fn seed_sorts(f: &Fixture) -> Sorts {
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let id = organization.id;
    let (tied, member) = f.seed_member(id, "tied@acme.example", MemberRole::Member).await;
    let (second, seconds) = f.seed_member(id, "second@acme.example", MemberRole::Member).await;
    let mut superadmin = f.seed_user("root@acme.example").await;
    superadmin.superadmin = true;
    f.write_user(superadmin.id, async |unit| unit.update_user(&superadmin).await).await;
    f.seed_membership(other.id, tied.id, MemberRole::Member).await;
    f.seed_personal_workspace(other.id, tied.id).await;
    let open = Workspace { default_access: Some(AccessLevel::Write), ..f.workspace(other.id, "Open elsewhere") };
    f.insert_workspace(open, None).await;

    let mut own = f.personal_workspace(id, tied.id);
    own.name = f.name("Own");
    f.insert_workspace(own, None).await;
    let mut others_own = f.personal_workspace(id, second.id);
    others_own.name = f.name("Other's own");
    // Neither a grant nor being in it nor openness reaches into what is another's own.
    others_own.default_access = Some(AccessLevel::Write);
    let others_own = f.insert_workspace(others_own, None).await;
    f.seed_workspace_member(&others_own, member.id, WorkspaceRole::Member).await;
    let mut grants = vec![(others_own.id, AccessLevel::Write)];
    for archived in [false, true] {
        let when = if archived { "away" } else { "here" };
        for access in [None, Some(AccessLevel::Read), Some(AccessLevel::Write)] {
            let open = access.map_or("closed", AccessLevel::as_str);
            for sort in ["alone", "granted", "joined", "owned", "both", "second's"] {
                let workspace = Workspace {
                    default_access: access,
                    archived_at: archived.then(|| f.now()),
                    ..f.workspace(id, &format!("{open} {sort} {when}"))
                };
                let workspace = f.insert_workspace(workspace, None).await;
                if matches!(sort, "granted" | "both") {
                    grants.push((workspace.id, if archived { AccessLevel::Write } else { AccessLevel::Read }));
                }
                match sort {
                    "joined" | "both" => {
                        f.seed_workspace_member(&workspace, member.id, WorkspaceRole::Member).await;
                    }
                    "owned" => f.seed_workspace_member(&workspace, member.id, WorkspaceRole::Owner).await,
                    "second's" => f.seed_workspace_member(&workspace, seconds.id, WorkspaceRole::Owner).await,
                    _ => {}
                }
            }
        }
    }
    f.seed_grants(&member, &grants).await;
    Sorts { organization: id, tied, superadmin }
}

/// For everybody, the list is what the policy gives them some power in, with the same ties.
pub async fn lists_agree_with_the_policy(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let sorts = seed_sorts(&f).await;
    let id = sorts.organization;
    let mut everybody = vec![sorts.tied, sorts.superadmin];
    for role in MemberRole::BUILT_IN {
        everybody.push(f.seed_member(id, &format!("some-{}@acme.example", role.as_str()), role).await.0);
    }
    for permission in [Permission::WorkspaceRead, Permission::WorkspaceWrite, Permission::WorkspaceManage] {
        let role = f.seed_role(id, permission.as_str(), &[permission]).await;
        let email = format!("{}@acme.example", permission.as_str().replace('.', "-"));
        everybody.push(f.seed_member(id, &email, MemberRole::Custom(role.id)).await.0);
    }
    for (n, access) in [WorkspaceAccess::ALL, WorkspaceAccess { all_read: true, all_write: false }].iter().enumerate() {
        let (user, member) = f.seed_member(id, &format!("flags{n}@acme.example"), MemberRole::Member).await;
        f.write(id, async |unit| unit.set_access(member.id, *access, &Default::default(), f.now()).await).await;
        everybody.push(user);
    }
    let state = f.state(id).await;
    let all: Vec<_> = state.workspaces.all.iter().map(|workspace| workspace.id).collect();
    assert_eq!(all.len(), 2 + 36);
    for user in everybody {
        let actor = Actor { user_id: user.id, superadmin: user.superadmin };
        let facts = facts(&f, id, &user).await;
        let member = facts.member.map(|member: MemberFacts| member.member_id);
        let found = f.read(id, async |unit| unit.workspaces().find_many(&all, member).await).await;
        let viewer = WorkspaceViewer::of(&actor, &facts).unwrap();
        for archived in [false, true] {
            let filter = WorkspaceFilter { archived, ..WorkspaceFilter::default() };
            let mut wanted: Vec<_> = found
                .iter()
                .filter(|tied| tied.workspace.is_archived() == archived)
                .filter(|tied| power(&actor, &facts, &WorkspaceFacts::from(&tied.workspace), tied.ties).is_some())
                .cloned()
                .collect();
            wanted.sort_by_key(|tied| (tied.workspace.name.sort_key(), tied.workspace.id));
            for size in [1, 4, 100] {
                let listed = list(&f, id, &viewer, &filter, size).await;
                assert_eq!(listed, wanted, "{} in pages of {size}", user.email);
            }
        }
    }
}

/// A member with nothing sees what is open to all, and what is their own.
pub async fn member_sees_own_and_open_ones(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let (user, _) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    assert_eq!(names(&f, id, &user).await, Vec::<String>::new());
    f.seed_workspace(id, "Closed").await;
    f.seed_personal_workspace(id, owner.id).await;
    assert_eq!(names(&f, id, &user).await, Vec::<String>::new());
    f.seed_personal_workspace(id, user.id).await;
    let open = Workspace { default_access: Some(AccessLevel::Read), ..f.workspace(id, "Open") };
    f.insert_workspace(open.clone(), None).await;
    assert_eq!(names(&f, id, &user).await, ["Open", "Personal"]);
    let closed = Workspace { default_access: None, ..open };
    f.write(id, async |unit| unit.workspaces().update(&closed).await).await;
    assert_eq!(names(&f, id, &user).await, ["Personal"]);
}

/// Owners and admins see all that is shared and their own, but no one else's own (M-50).
pub async fn owner_sees_no_personal_workspaces_of_others(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let sorts = seed_sorts(&f).await;
    let id = sorts.organization;
    let (admin, _) = f.seed_member(id, "admin@acme.example", MemberRole::Admin).await;
    let seen = names(&f, id, &admin).await;
    assert!(seen.len() == 18 && !seen.iter().any(|name| name.to_lowercase().contains("own ")), "{seen:?}");
    f.seed_personal_workspace(id, admin.id).await;
    assert!(names(&f, id, &admin).await.contains(&"Personal".to_owned()));
}

/// A superadmin sees everything, personal ones and those of who left included (M-55).
pub async fn superadmin_sees_everything(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let sorts = seed_sorts(&f).await;
    let id = sorts.organization;
    let member = f.read(id, async |unit| unit.member(sorts.tied.id.uuid()).await).await.unwrap().membership;
    f.write(id, async |unit| unit.remove_member(member.id, f.now()).await).await;
    let seen = names(&f, id, &sorts.superadmin).await;
    assert_eq!(seen.len(), 20);
    assert!(seen.contains(&"Own".to_owned()) && seen.contains(&"Other's own".to_owned()), "{seen:?}");
}

/// Filters narrow what one is tied to like everything else.
pub async fn filters_narrow_what_one_is_tied_to(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let sorts = seed_sorts(&f).await;
    let id = sorts.organization;
    let viewer = viewer(&f, id, &sorts.tied).await;
    for (search, wanted) in [("closed", 4), ("GRANTED", 3), ("own", 4), ("second", 2), ("alone", 2), ("%", 0)] {
        let filter = WorkspaceFilter { search: Some(search.to_owned()), ..WorkspaceFilter::default() };
        let listed = list(&f, id, &viewer, &filter, 2).await;
        let ids: BTreeSet<_> = listed.iter().map(|tied| tied.workspace.id).collect();
        assert_eq!((listed.len(), ids.len()), (wanted, wanted), "{search}");
    }
    let filter = WorkspaceFilter { kind: Some(f.kind("board")), ..WorkspaceFilter::default() };
    assert_eq!(list(&f, id, &viewer, &filter, 2).await, []);
}

/// A position is only a place: what one does not see is not seen from any.
pub async fn no_position_shows_more(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let sorts = seed_sorts(&f).await;
    let id = sorts.organization;
    let viewer = viewer(&f, id, &sorts.tied).await;
    let filter = WorkspaceFilter::default();
    let seen = list(&f, id, &viewer, &filter, 100).await;
    for place in list(&f, id, &everything(), &filter, 100).await {
        let after = KeyPosition { key: place.workspace.name.sort_key(), id: place.workspace.id.uuid() };
        let request = PageRequest { size: page_size(100), after: Some(after.clone()) };
        let page = f.read(id, async |unit| unit.workspaces().list(&viewer, &filter, &request).await).await;
        let behind = |tied: &&WorkspaceTied| {
            (tied.workspace.name.sort_key(), tied.workspace.id.uuid()) > (after.key.clone(), after.id)
        };
        assert_eq!(page.items, seen.iter().filter(behind).cloned().collect::<Vec<_>>());
    }
}
