//! Workspaces: made, read, changed, deleted (M-46, M-51).

use std::sync::Arc;

use guildhall_domain::{
    AccessLevel, Description, FieldName, FieldValue, Limit, OrganizationId, Slug, UserId, Version, Workspace,
    WorkspaceGroupId, WorkspaceRole,
};
use guildhall_ports::store::{Constraint, Store, WorkspaceLimits};

use super::expect;
use crate::fixtures::Fixture;

/// A workspace with something in every field.
fn full(f: &Fixture, organization: OrganizationId, group: WorkspaceGroupId, creator: UserId) -> Workspace {
    let mut workspace = f.workspace(organization, "Öffentlichkeit");
    workspace.kind = f.kind("board");
    workspace.description = Some(Description::parse("First line\nsecond \"line\"").unwrap());
    workspace.group_id = Some(group);
    workspace.default_access = Some(AccessLevel::Read);
    workspace.created_by = Some(creator);
    workspace.archived_at = Some(f.now());
    for (name, limit) in [("max_agents", 0), ("max_webhooks", 7), ("max_all", Limit::MAX)] {
        workspace.limits.insert(f.limit_name(name), limit);
    }
    let integer = |number| FieldValue::integer(number).unwrap();
    let text = |text: &str| FieldValue::text(text).unwrap();
    for (name, value) in [
        ("plain", text("quarterly")),
        ("quoted", text("{\"a\": 'b\\c'}\n\t% _ 会社")),
        ("like_a_number", text("42")),
        ("like_a_truth", text("true")),
        ("like_nothing", text("null")),
        ("zero", integer(0)),
        ("least", integer(-(Limit::MAX as i64))),
        ("most", integer(Limit::MAX as i64)),
        ("yes", FieldValue::Boolean(true)),
        ("no", FieldValue::Boolean(false)),
    ] {
        workspace.fields.insert(FieldName::parse(name).unwrap(), value);
    }
    workspace
}

/// A new workspace is kept as it was given, whether every field has something or none.
pub async fn new_workspace_is_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let group = f.seed_workspace_group(id, "Boards").await;
    let mut writable = f.workspace(id, "Writable");
    writable.default_access = Some(AccessLevel::Write);
    for given in [full(&f, id, group.id, owner.id), f.workspace(id, "Bare"), writable] {
        f.insert_workspace(given.clone(), None).await;
        assert_eq!(f.stored_workspace(&given).await, given);
    }
    assert_eq!(f.find_workspace(&f.workspace(id, "Unknown"), None).await, None);
}

/// Who is named as owner is in the new workspace from its beginning (M-52).
pub async fn new_workspace_has_its_owner(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let member = f.read(id, async |unit| unit.member(owner.id.uuid()).await).await.unwrap().membership.id;
    let workspace = f.insert_workspace(f.workspace(id, "Board"), Some(member)).await;
    let found = f.read(id, async |unit| unit.workspaces().member(workspace.id, member.uuid()).await).await.unwrap();
    assert_eq!((found.member_id, found.user_id, found.role), (member, owner.id, WorkspaceRole::Owner));
    assert_eq!(found.created_at, workspace.created_at);
    let tied = f.find_workspace(&workspace, Some(member)).await.unwrap();
    assert_eq!((tied.ties.role, tied.ties.grant), (Some(WorkspaceRole::Owner), None));
    assert_eq!(f.find_workspace(&workspace, None).await.unwrap().ties.role, None);
}

/// Nobody but a member of the organization is made its owner, and a refusal leaves nothing.
pub async fn owner_of_a_new_workspace_is_a_member(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let (_, foreign) = f.seed_member(other.id, "bob@beta.example", guildhall_domain::MemberRole::Member).await;
    let before = f.state(organization.id).await;
    for nobody in [foreign.id, f.id()] {
        let workspace = f.workspace(organization.id, "Board");
        let result = f.try_insert_workspace(&workspace, Some(nobody), WorkspaceLimits::default()).await;
        expect::conflict(result, Constraint::UnknownMember);
    }
    assert_eq!(f.state(organization.id).await, before);
}

/// A group of a new workspace is one of its organization.
pub async fn group_of_a_new_workspace_is_known(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let foreign = f.seed_workspace_group(other.id, "Boards").await;
    let before = f.state(organization.id).await;
    for group in [foreign.id, f.id()] {
        let workspace = Workspace { group_id: Some(group), ..f.workspace(organization.id, "Board") };
        let result = f.try_insert_workspace(&workspace, None, WorkspaceLimits::default()).await;
        expect::conflict(result, Constraint::UnknownWorkspaceGroup);
    }
    assert_eq!(f.state(organization.id).await, before);
}

/// A slug that is taken leaves the unit of work usable and nothing counted, so
/// that another one can be tried; archived and personal ones keep theirs.
pub async fn taken_workspace_slug_leaves_the_unit_usable(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    f.seed_workspace(id, "Plain").await;
    let archived = Workspace { archived_at: Some(f.now()), ..f.workspace(id, "Archived") };
    f.insert_workspace(archived, None).await;
    let personal = f.seed_personal_workspace(id, owner.id).await;
    let limits = WorkspaceLimits { all: Limit::AtMost(3), of_kind: Limit::AtMost(1) };

    let mut unit = f.begin(id).await;
    let mut given = Workspace { kind: f.kind("board"), ..f.workspace(id, "Board") };
    for taken in ["plain", "archived", personal.slug.as_str()] {
        given.slug = Slug::parse(taken).unwrap();
        expect::conflict(unit.workspaces().insert(&given, None, limits).await, Constraint::WorkspaceSlug);
        assert_eq!(unit.workspaces().find(given.id, None).await.unwrap(), None);
    }
    given.slug = Slug::parse("plain-2").unwrap();
    unit.workspaces().insert(&given, None, limits).await.unwrap();
    unit.commit().await.unwrap();

    assert_eq!(f.stored_workspace(&given).await, given);
    assert_eq!(f.state(id).await.workspaces.shared(), 3);
    assert_eq!(f.stored_organization(id).await.workspaces_count, 3);
}

/// Slugs are unique in one organization, names are not.
pub async fn workspace_slug_is_unique_in_its_organization(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    f.seed_workspace(organization.id, "Board").await;
    f.seed_workspace(other.id, "Board").await;
    let mut again = f.workspace(organization.id, "Board");
    again.slug = again.slug.with_suffix("2");
    f.insert_workspace(again, None).await;
    assert_eq!(f.stored_organization(organization.id).await.workspaces_count, 2);
}

/// Update writes what is documented and no more, raises the version, and gives the row.
pub async fn workspace_update_writes_what_is_documented(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let user = f.seed_user("bob@acme.example").await;
    let group = f.seed_workspace_group(id, "Boards").await;
    let before = Workspace { created_by: Some(owner.id), ..f.workspace(id, "Before") };
    f.insert_workspace(before.clone(), None).await;
    let organization = f.stored_organization(id).await;
    let change = Workspace {
        id: before.id,
        kind: f.kind("project"),
        personal_of: Some(user.id),
        created_by: Some(user.id),
        created_at: f.now(),
        updated_at: f.now(),
        version: Version(77),
        ..full(&f, id, group.id, user.id)
    };
    let wanted = Workspace {
        kind: before.kind.clone(),
        personal_of: None,
        created_by: before.created_by,
        created_at: before.created_at,
        version: before.version.next(),
        ..change.clone()
    };
    let given = f.write(id, async |unit| unit.workspaces().update(&change).await).await;
    assert_eq!(given, wanted);
    assert_eq!(f.stored_workspace(&before).await, wanted);
    assert_eq!(f.stored_organization(id).await, organization, "the organization is as it was");

    let bare = f.workspace(id, "Bare");
    let cleared = Workspace { id: before.id, ..bare.clone() };
    let given = f.write(id, async |unit| unit.workspaces().update(&cleared).await).await;
    let wanted = Workspace {
        id: before.id,
        created_by: before.created_by,
        created_at: before.created_at,
        version: wanted.version.next(),
        ..bare
    };
    assert_eq!(given, wanted);
    assert_eq!(f.stored_workspace(&before).await, wanted);
    assert_eq!(f.read(id, async |unit| unit.workspaces().personal_of(user.id).await).await, None);
}

/// Update keeps slugs unique, and lets a workspace keep its own; a slug that was given up is free.
pub async fn workspace_update_keeps_slugs_unique(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    f.seed_workspace(id, "First").await;
    let second = f.seed_workspace(id, "Second").await;
    let change = Workspace { slug: Slug::parse("first").unwrap(), ..second.clone() };
    let before = f.state(id).await;
    let result = f.try_write(id, async |unit| unit.workspaces().update(&change).await).await;
    expect::conflict(result, Constraint::WorkspaceSlug);
    assert_eq!(f.state(id).await, before);
    let change = Workspace { name: f.name("Renamed"), ..second.clone() };
    f.write(id, async |unit| unit.workspaces().update(&change).await).await;
    let change = Workspace { slug: Slug::parse("third").unwrap(), ..change };
    let given = f.write(id, async |unit| unit.workspaces().update(&change).await).await;
    assert_eq!((given.slug.as_str(), given.version), ("third", second.version.next().next()));
    f.seed_workspace(id, "Second").await;
}

/// Update puts a workspace in no group that the organization does not have.
pub async fn workspace_update_needs_a_known_group(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let id = organization.id;
    let foreign = f.seed_workspace_group(other.id, "Boards").await;
    let workspace = f.seed_workspace(id, "Board").await;
    let before = f.state(id).await;
    for group in [foreign.id, f.id()] {
        let change = Workspace { group_id: Some(group), ..workspace.clone() };
        let result = f.try_write(id, async |unit| unit.workspaces().update(&change).await).await;
        expect::conflict(result, Constraint::UnknownWorkspaceGroup);
    }
    assert_eq!(f.state(id).await, before);
}

/// Several are found at once, by id, each once; unknown ones are left out.
pub async fn workspaces_are_found_by_id(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let id = organization.id;
    let (_, member) = f.seed_member(id, "bob@acme.example", guildhall_domain::MemberRole::Member).await;
    let mut workspaces = Vec::new();
    for name in ["c", "b", "a"] {
        workspaces.push(f.seed_workspace(id, name).await);
    }
    f.seed_workspace_member(&workspaces[0], member.id, WorkspaceRole::Member).await;
    f.seed_grants(&member, &[(workspaces[0].id, AccessLevel::Read), (workspaces[2].id, AccessLevel::Write)]).await;
    let foreign = f.seed_workspace(other.id, "Foreign").await;
    let asked = [workspaces[2].id, f.id(), workspaces[0].id, foreign.id, workspaces[1].id, workspaces[2].id];
    let find = async |member| f.read(id, async |unit| unit.workspaces().find_many(&asked, member).await).await;
    let found = find(Some(member.id)).await;
    assert_eq!(found.iter().map(|tied| tied.workspace.clone()).collect::<Vec<_>>(), workspaces);
    let ties: Vec<_> = found.iter().map(|tied| (tied.ties.role, tied.ties.grant)).collect();
    let wanted =
        [(Some(WorkspaceRole::Member), Some(AccessLevel::Read)), (None, None), (None, Some(AccessLevel::Write))];
    assert_eq!(ties, wanted);
    for (workspace, found) in workspaces.iter().zip(&found) {
        assert_eq!(f.find_workspace(workspace, Some(member.id)).await.as_ref(), Some(found));
    }
    let untied = find(None).await;
    assert!(untied.len() == 3 && untied.iter().all(|tied| tied.ties == Default::default()));
    let none = f.read(id, async |unit| unit.workspaces().find_many(&[], Some(member.id)).await).await;
    assert_eq!(none, []);
}

/// A deleted workspace is gone with who was in it and what was granted for it; its slug is free (M-54).
pub async fn deleted_workspace_is_gone(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let (_, member) = f.seed_member(id, "bob@acme.example", guildhall_domain::MemberRole::Member).await;
    let workspace = f.insert_workspace(f.workspace(id, "Board"), Some(member.id)).await;
    let kept = f.insert_workspace(f.workspace(id, "Kept"), Some(member.id)).await;
    let access = AccessLevel::Write;
    f.seed_grants(&member, &[(workspace.id, access), (kept.id, access)]).await;
    f.write(id, async |unit| unit.workspaces().delete(workspace.id).await).await;
    let state = f.state(id).await.workspaces;
    assert_eq!((state.all, state.members.len()), (vec![kept.clone()], 1));
    assert_eq!(state.grants, [(member.id, f.grants(&[(kept.id, access)]))]);
    assert_eq!(f.find_workspace(&workspace, Some(member.id)).await, None);
    let found = f.read(id, async |unit| unit.workspaces().member(workspace.id, member.id.uuid()).await).await;
    assert_eq!(found, None);
    f.seed_workspace(id, "Board").await;
}

/// What is not there can be neither changed nor deleted.
pub async fn absent_workspace_is_not_found(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let absent = f.workspace(organization.id, "Absent");
    expect::not_found(f.try_write(organization.id, async |unit| unit.workspaces().update(&absent).await).await);
    expect::not_found(f.try_write(organization.id, async |unit| unit.workspaces().delete(absent.id).await).await);
    let deleted = f.seed_workspace(organization.id, "Deleted").await;
    f.write(organization.id, async |unit| unit.workspaces().delete(deleted.id).await).await;
    expect::not_found(f.try_write(organization.id, async |unit| unit.workspaces().delete(deleted.id).await).await);
    assert_eq!(f.stored_organization(organization.id).await.workspaces_count, 0);
}

/// A workspace outlives the account that made it.
pub async fn workspace_outlives_its_creator(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let creator = f.seed_user("bob@acme.example").await;
    let given = Workspace { created_by: Some(creator.id), ..f.workspace(organization.id, "Board") };
    let workspace = f.insert_workspace(given, None).await;
    f.write_user(creator.id, async |unit| unit.delete_user().await).await;
    assert_eq!(f.stored_workspace(&workspace).await, Workspace { created_by: None, ..workspace });
}
