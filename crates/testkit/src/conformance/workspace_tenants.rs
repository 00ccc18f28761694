//! Workspaces of one organization are never seen or changed in a unit of work
//! of another, whatever ids it names (R-TEN, N-15, ASVS 8.4.1).

use std::sync::Arc;

use guildhall_domain::page::{KeyPosition, PageRequest};
use guildhall_domain::policy::{WorkspaceView, WorkspaceViewer};
use guildhall_domain::{
    AccessLevel, MemberRole, Membership, OrganizationId, User, Workspace, WorkspaceGroup, WorkspaceRole,
};
use guildhall_ports::store::{Constraint, Store, WorkspaceFilter, WorkspaceLimits};

use super::expect;
use crate::fixtures::{Fixture, page_size};

struct Tenant {
    organization: OrganizationId,
    user: User,
    member: Membership,
    group: WorkspaceGroup,
    shared: Workspace,
    personal: Workspace,
}

/// An organization with a member who is in a workspace, has a grant for it, and one of their own.
async fn seed_tenant(f: &Fixture, name: &str) -> Tenant {
    let (_, organization) = f.seed_owned(name).await;
    let id = organization.id;
    let email = format!("member@{}.example", organization.slug);
    let (user, member) = f.seed_member(id, &email, MemberRole::Member).await;
    let group = f.seed_workspace_group(id, "Boards").await;
    let shared = Workspace {
        group_id: Some(group.id),
        default_access: Some(AccessLevel::Read),
        created_by: Some(user.id),
        ..f.workspace(id, "Board")
    };
    let shared = f.insert_workspace(shared, Some(member.id)).await;
    f.seed_grants(&member, &[(shared.id, AccessLevel::Write)]).await;
    let personal = f.seed_personal_workspace(id, user.id).await;
    f.seed_quota(id, &f.limit_name("cpu"), 3).await;
    Tenant { organization: id, user, member, group, shared, personal }
}

/// No read in one organization gives a row of another.
pub async fn foreign_workspaces_are_not_seen(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (mine, theirs) = (seed_tenant(&f, "Mine").await, seed_tenant(&f, "Theirs").await);
    let id = mine.organization;
    let foreign = [theirs.shared.id, theirs.personal.id];
    for member in [None, Some(mine.member.id), Some(theirs.member.id)] {
        assert_eq!(f.read(id, async |unit| unit.workspaces().find_many(&foreign, member).await).await, []);
        for workspace in foreign {
            assert_eq!(f.read(id, async |unit| unit.workspaces().find(workspace, member).await).await, None);
        }
    }
    let found = f.read(id, async |unit| unit.workspaces().find(mine.shared.id, Some(theirs.member.id)).await).await;
    assert_eq!(found.unwrap().ties, Default::default());
    assert_eq!(f.read(id, async |unit| unit.workspaces().personal_of(theirs.user.id).await).await, None);
    assert_eq!(f.read(id, async |unit| unit.workspaces().group(theirs.group.id).await).await, None);
    assert!(f.read(id, async |unit| unit.access_grants(theirs.member.id).await).await.is_empty());
    let page = PageRequest::first(page_size(10));
    let found = f.read(id, async |unit| unit.workspaces().list_members(theirs.shared.id, &page).await).await;
    assert_eq!(found.items, []);
    for somebody in [theirs.member.id.uuid(), theirs.user.id.uuid(), mine.member.id.uuid(), mine.user.id.uuid()] {
        let found = f.read(id, async |unit| unit.workspaces().member(theirs.shared.id, somebody).await).await;
        assert_eq!(found, None);
    }
    for somebody in [theirs.member.id.uuid(), theirs.user.id.uuid()] {
        let found = f.read(id, async |unit| unit.workspaces().member(mine.shared.id, somebody).await).await;
        assert_eq!(found, None);
    }
}

/// No viewer, filter or position brings a foreign row into a list (R-TEN-3).
pub async fn foreign_workspaces_are_not_listed(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (mine, theirs) = (seed_tenant(&f, "Mine").await, seed_tenant(&f, "Theirs").await);
    let id = mine.organization;
    let positions = [&mine, &theirs].map(|tenant| KeyPosition { key: "board".to_owned(), id: tenant.shared.id.uuid() });
    let first = KeyPosition { key: String::new(), id: uuid::Uuid::nil() };
    for after in positions.into_iter().chain([first]).map(Some).chain([None]) {
        let request = PageRequest { size: page_size(100), after };
        for view in [WorkspaceView::Everything, WorkspaceView::EveryShared, WorkspaceView::Tied] {
            for (user, member) in [(&mine.user, &mine.member), (&theirs.user, &theirs.member)] {
                let viewer = WorkspaceViewer { user_id: user.id, member_id: Some(member.id), view };
                for group_id in [None, Some(theirs.group.id)] {
                    let filter = WorkspaceFilter { group_id, ..WorkspaceFilter::default() };
                    let page = f.read(id, async |unit| unit.workspaces().list(&viewer, &filter, &request).await).await;
                    assert!(page.items.iter().all(|tied| tied.workspace.organization_id == id));
                    assert!(group_id.is_none() || page.items.is_empty());
                }
            }
        }
        let page = f.read(id, async |unit| unit.workspaces().list_groups(&request).await).await;
        assert!(page.items.iter().all(|group| group.organization_id == id));
        let page = f.read(id, async |unit| unit.workspaces().list_members(mine.shared.id, &request).await).await;
        assert!(page.items.iter().all(|member| member.member_id == mine.member.id));
    }
}

/// A foreign id answers exactly as an unknown one, and nothing changes on either side.
pub async fn foreign_workspaces_are_not_changed(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (mine, theirs) = (seed_tenant(&f, "Mine").await, seed_tenant(&f, "Theirs").await);
    let before = (f.state(mine.organization).await, f.state(theirs.organization).await);
    let (id, at) = (mine.organization, f.now());
    for organization_id in [theirs.organization, id] {
        let change = Workspace { organization_id, group_id: None, name: f.name("Renamed"), ..theirs.shared.clone() };
        expect::not_found(f.try_write(id, async |unit| unit.workspaces().update(&change).await).await);
        let change = WorkspaceGroup { organization_id, name: f.name("Renamed"), ..theirs.group.clone() };
        expect::not_found(f.try_write(id, async |unit| unit.workspaces().update_group(&change).await).await);
    }
    for workspace in [theirs.shared.id, theirs.personal.id] {
        expect::not_found(f.try_write(id, async |unit| unit.workspaces().delete(workspace).await).await);
    }
    expect::not_found(f.try_write(id, async |unit| unit.workspaces().delete_group(theirs.group.id, at).await).await);
    for (workspace, member) in
        [(theirs.shared.id, theirs.member.id), (theirs.shared.id, mine.member.id), (mine.shared.id, theirs.member.id)]
    {
        let role = WorkspaceRole::Member;
        let result = f.try_write(id, async |unit| unit.workspaces().change_role(workspace, member, role).await).await;
        expect::not_found(result);
        expect::not_found(f.try_write(id, async |unit| unit.workspaces().transfer(workspace, member).await).await);
        let result = f.try_write(id, async |unit| unit.workspaces().remove_member(workspace, member).await).await;
        expect::not_found(result);
    }
    let quota = f.limit_name("cpu");
    let result = f.try_write(id, async |unit| unit.release_quota(&quota, 4).await).await;
    expect::conflict(result, Constraint::NotAcquired);
    assert_eq!((f.state(id).await, f.state(theirs.organization).await), before);
}

/// A value that names another organization is not written into that one.
pub async fn foreign_workspaces_are_not_made(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (mine, theirs) = (seed_tenant(&f, "Mine").await, seed_tenant(&f, "Theirs").await);
    let before = (f.state(mine.organization).await, f.state(theirs.organization).await);
    let id = mine.organization;
    let workspace = f.workspace(theirs.organization, "Backdoor");
    for owner in [None, Some(mine.member.id), Some(theirs.member.id)] {
        let limits = WorkspaceLimits::default();
        let result = f.try_write(id, async |unit| unit.workspaces().insert(&workspace, owner, limits).await).await;
        assert!(result.is_err());
    }
    let group = f.workspace_group(theirs.organization, "Backdoor");
    assert!(f.try_write(id, async |unit| unit.workspaces().insert_group(&group).await).await.is_err());
    assert_eq!((f.state(id).await, f.state(theirs.organization).await), before);
}

/// A change in one organization leaves every other as it was.
pub async fn workspace_changes_stay_in_their_organization(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (mine, theirs) = (seed_tenant(&f, "Mine").await, seed_tenant(&f, "Theirs").await);
    let id = mine.organization;
    // The same person on both sides.
    let member = f.seed_membership(theirs.organization, mine.user.id, MemberRole::Member).await;
    f.seed_workspace_member(&theirs.shared, member.id, WorkspaceRole::Owner).await;
    f.seed_grants(&member, &[(theirs.shared.id, AccessLevel::Read)]).await;
    f.seed_personal_workspace(theirs.organization, mine.user.id).await;
    let before = f.state(theirs.organization).await;
    let at = f.now();
    f.write(id, async |unit| {
        unit.workspaces().transfer(mine.shared.id, mine.member.id).await?;
        unit.workspaces().delete_group(mine.group.id, at).await?;
        unit.release_quota(&f.limit_name("cpu"), 3).await?;
        unit.workspaces().delete(mine.personal.id).await?;
        unit.remove_member(mine.member.id, at).await?;
        unit.workspaces().delete(mine.shared.id).await
    })
    .await;
    assert_eq!(f.state(theirs.organization).await, before);
}
