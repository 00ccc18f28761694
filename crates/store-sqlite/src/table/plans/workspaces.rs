//! What workspaces, access and quotas ask.

use std::collections::BTreeMap;

use guildhall_domain::page::{KeyPosition, PageRequest, PageSize};
use guildhall_domain::policy::{WorkspaceView, WorkspaceViewer};
use guildhall_domain::{
    AccessLevel, Limit, LimitName, MemberId, MemberRole, Membership, MembershipSource, Name, Organization,
    OrganizationId, Overrides, PlanName, Slug, TimeZone, TokenDigest, User, UserId, Version, Workspace,
    WorkspaceAccess, WorkspaceGrant, WorkspaceGrants, WorkspaceGroup, WorkspaceKindName, WorkspaceRole,
};
use guildhall_ports::store::{
    CheckBatchQuery, CheckQuery, IdempotentRequest, OrganizationRef, StoreError, WorkspaceFilter, WorkspaceLimits,
};
use uuid::Uuid;

use super::{AT, ID, SqliteConnection, assert_served_by_indexes, behind, plans};
use crate::hot;
use crate::table::{
    idempotent_answers, membership_changes, organizations, quota_usage, tied_workspaces, users, workspace_counts,
    workspace_grants, workspace_groups, workspace_list, workspace_members, workspaces,
};

pub(super) fn organization() -> OrganizationId {
    OrganizationId::from(ID)
}

pub(super) fn user() -> UserId {
    UserId::from(ID)
}

pub(super) fn member() -> MemberId {
    MemberId::from(ID)
}

fn kind() -> WorkspaceKindName {
    WorkspaceKindName::parse("board").unwrap()
}

fn quota() -> LimitName {
    LimitName::parse("storage").unwrap()
}

pub(super) fn workspace() -> Workspace {
    Workspace {
        id: ID.into(),
        organization_id: organization(),
        kind: kind(),
        name: Name::parse("A").unwrap(),
        slug: Slug::parse("a").unwrap(),
        description: None,
        group_id: None,
        personal_of: None,
        default_access: Some(AccessLevel::Read),
        limits: BTreeMap::new(),
        fields: BTreeMap::new(),
        created_by: None,
        archived_at: None,
        created_at: AT,
        updated_at: AT,
        version: Version::FIRST,
    }
}

fn group() -> WorkspaceGroup {
    WorkspaceGroup {
        id: ID.into(),
        organization_id: organization(),
        name: Name::parse("A").unwrap(),
        description: None,
        created_at: AT,
        updated_at: AT,
        version: Version::FIRST,
    }
}

/// An organization with one member, so that what is refused without them is asked to its end.
pub(super) fn seed(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let email = guildhall_domain::Email::parse("a@example.com").unwrap();
    users::insert(connection, &User::new(user(), email, Name::parse("A").unwrap(), AT))?;
    let made = Organization {
        id: organization(),
        name: Name::parse("A").unwrap(),
        slug: Slug::parse("a").unwrap(),
        description: None,
        domain: None,
        status: guildhall_domain::OrganizationStatus::Active,
        time_zone: TimeZone::utc(),
        plan: PlanName::parse("FREE").unwrap(),
        overrides: Overrides::default(),
        users_count: 0,
        owners_count: 0,
        workspaces_count: 0,
        created_at: AT,
        updated_at: AT,
        version: Version::FIRST,
    };
    organizations::insert(connection, &made)?;
    let membership = Membership {
        id: member(),
        organization_id: organization(),
        user_id: user(),
        role: MemberRole::Owner,
        all_read: true,
        all_write: true,
        source: MembershipSource::Creator,
        created_at: AT,
        updated_at: AT,
        last_active_at: None,
        version: Version::FIRST,
    };
    membership_changes::insert(connection, &membership, Limit::Unlimited)
}

/// As the function, whose failure is not swallowed.
pub(super) fn working<T>(
    ask: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError>,
) -> impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError> {
    |connection| Ok(ask(connection).unwrap())
}

/// Nothing is read from end to end but what the statement itself makes.
fn assert_finds_workspaces(what: &str, steps: &[String]) {
    for step in steps {
        let small = ["SCAN seen", "SCAN q", "SCAN json_each", "SCAN c", "SCAN CONSTANT ROW"];
        let scan = step.starts_with("SCAN") && !small.iter().any(|known| step.starts_with(known));
        assert!(!scan, "{what}: {step}");
        assert!(!step.contains("AUTOMATIC"), "{what}: {step}");
    }
}

fn filters() -> Vec<WorkspaceFilter> {
    let every = WorkspaceFilter::default();
    vec![
        every.clone(),
        WorkspaceFilter { archived: true, ..every.clone() },
        WorkspaceFilter { kind: Some(kind()), ..every.clone() },
        WorkspaceFilter { group_id: Some(ID.into()), ..every.clone() },
        WorkspaceFilter { kind: Some(kind()), group_id: Some(ID.into()), archived: true, search: Some("a".to_owned()) },
    ]
}

fn list_steps(view: WorkspaceView, filter: &WorkspaceFilter, page: &PageRequest<KeyPosition>) -> Vec<String> {
    let viewer = WorkspaceViewer { user_id: user(), member_id: Some(member()), view };
    let steps = plans(|c| workspace_list::list(c, organization(), &viewer, filter, page));
    assert_finds_workspaces("list", &steps);
    steps
}

pub(super) fn has(steps: &[String], wanted: &str) -> bool {
    steps.iter().any(|step| step.contains(wanted))
}

#[test]
fn each_view_is_walked_by_its_own_index_in_its_order() {
    for page in [PageRequest::first(PageSize::MAX), behind()] {
        for filter in filters() {
            for (view, index) in [
                (WorkspaceView::Everything, "workspaces_by_"),
                (WorkspaceView::EveryShared, "INDEX workspaces_shared"),
                (WorkspaceView::Tied, "INDEX workspaces_open"),
            ] {
                let steps = list_steps(view, &filter, &page);
                let range = if page.after.is_some() { "archived=? AND name_key>?" } else { "archived=?" };
                let walk =
                    steps.iter().find(|step| step.contains(index)).unwrap_or_else(|| panic!("{view:?}: {steps:?}"));
                assert!(walk.contains(range), "{view:?}: {steps:?}");
            }
        }
    }
}

#[test]
fn lists_sort_nothing_but_what_is_found_from_the_member() {
    let sorts = |steps: &[String]| steps.iter().filter(|step| step.contains("TEMP B-TREE")).count();
    let every = WorkspaceFilter::default();
    for page in [PageRequest::first(PageSize::MAX), behind()] {
        assert_eq!(sorts(&list_steps(WorkspaceView::Everything, &every, &page)), 0);
        let shared = list_steps(WorkspaceView::EveryShared, &every, &page);
        let tied = list_steps(WorkspaceView::Tied, &every, &page);
        // The one of their own; and with it who they are with, and what was granted.
        assert_eq!((sorts(&shared), sorts(&tied)), (1, 3), "{shared:?} {tied:?}");
        assert!(has(&shared, "personal_of=? AND organization_id=?"), "{shared:?}");
        for index in
            ["workspace_members_by_member", "workspace_grants_by_member", "personal_of=? AND organization_id=?"]
        {
            assert!(has(&tied, index), "{index}: {tied:?}");
        }
    }
}

#[test]
fn single_workspaces_are_found_by_indexes() {
    for asked in [None, Some(member())] {
        assert_served_by_indexes("workspace", |c| tied_workspaces::find(c, organization(), ID.into(), asked));
    }
    let ids = [ID.into(), Uuid::from_u128(2).into()];
    let steps = plans(|c| tied_workspaces::find_many(c, organization(), &ids, Some(member())));
    assert_finds_workspaces("workspaces", &steps);
    assert!(has(&steps, "SEARCH workspaces USING PRIMARY KEY (organization_id=? AND id=?)"), "{steps:?}");
    assert_served_by_indexes("one's own", |c| workspaces::personal_of(c, organization(), user()));
    let steps = plans(|c| workspaces::personal_of(c, organization(), user()));
    assert!(has(&steps, "personal_of=? AND organization_id=?"), "{steps:?}");
    assert_served_by_indexes("group", |c| workspace_groups::find(c, organization(), ID.into()));
    assert_served_by_indexes("grants", |c| workspace_grants::list(c, organization(), member()));
    let steps = plans(|c| workspace_grants::list(c, organization(), member()));
    assert!(has(&steps, "workspace_grants_by_member"), "{steps:?}");
}

#[test]
fn checks_in_workspaces_are_served_by_indexes() {
    let digest = TokenDigest::new([0; 32]);
    for subject in [None, Some(user())] {
        let query = CheckQuery { digest, organization: OrganizationRef::Active, subject, workspace: Some(ID.into()) };
        assert_served_by_indexes("check", |c| hot::check_in(c, &query));
    }
    let mut texts = Vec::new();
    for checks in [vec![], vec![(None, Some(ID.into()))], vec![(Some(user()), None); 100]] {
        let query = CheckBatchQuery { digest, organization: OrganizationRef::Id(organization()), checks };
        let steps = plans(|c| hot::check_batch(c, &query));
        assert_finds_workspaces("checks", &steps);
        for by_key in ["su USING PRIMARY KEY (id=?)", "w USING PRIMARY KEY (organization_id=? AND id=?)"] {
            assert!(has(&steps, by_key), "{by_key}: {steps:?}");
        }
        texts.push(steps);
    }
    // One statement whatever the number.
    assert_eq!(texts[0], texts[1]);
    assert_eq!(texts[0], texts[2]);
}

#[test]
fn lists_of_members_and_groups_are_served_by_indexes_in_their_order() {
    for page in [PageRequest::first(PageSize::MAX), behind()] {
        assert_served_by_indexes("members", |c| workspace_members::list(c, organization(), ID.into(), &page));
        let steps = plans(|c| workspace_members::list(c, organization(), ID.into(), &page));
        assert!(has(&steps, "workspace_members_by_email"), "{steps:?}");
        assert_served_by_indexes("groups", |c| workspace_groups::list(c, organization(), &page));
    }
    assert_served_by_indexes("member", |c| workspace_members::find(c, organization(), ID.into(), ID));
    assert_served_by_indexes("kinds", |c| workspace_counts::list(c, organization()));
    assert_served_by_indexes("quotas", |c| quota_usage::list(c, organization()));
}

#[test]
fn changes_are_served_by_indexes() {
    let ask = working(|c| {
        seed(c)?;
        workspaces::insert(c, &workspace(), WorkspaceLimits::default())
    });
    assert_served_by_indexes("new", ask);
    let ask = working(|c| {
        seed(c)?;
        workspaces::insert(c, &workspace(), WorkspaceLimits::default())?;
        workspaces::update(c, organization(), &workspace())?;
        let id = workspace().id;
        workspace_members::insert(c, organization(), id, member(), WorkspaceRole::Owner, AT)?;
        workspace_members::transfer(c, organization(), id, member())?;
        let refused = workspace_members::change_role(c, organization(), id, member(), WorkspaceRole::Member);
        assert!(refused.is_err());
        assert!(workspace_members::delete(c, organization(), id, member()).is_err());
        let grant = WorkspaceGrant { workspace_id: id, access: AccessLevel::Read };
        let grants = WorkspaceGrants::new(vec![grant]).unwrap();
        membership_changes::set_access(c, organization(), member(), WorkspaceAccess::NONE, &grants, AT)?;
        workspaces::delete(c, organization(), id)
    });
    assert_served_by_indexes("changes of one", ask);
    let ask = working(|c| {
        seed(c)?;
        workspace_groups::insert(c, &group())?;
        workspace_groups::update(c, organization(), &group())?;
        workspace_groups::delete(c, organization(), group().id, AT)
    });
    assert_served_by_indexes("group", ask);
    let steps = plans(|c| workspace_groups::delete(c, organization(), group().id, AT));
    assert!(has(&steps, "workspaces_by_group (organization_id=? AND group_id=?)"), "{steps:?}");
}

#[test]
fn counters_and_answers_are_served_by_indexes() {
    let ask = working(|c| {
        seed(c)?;
        quota_usage::acquire(c, organization(), &quota(), 2, Limit::Unlimited)?;
        quota_usage::acquire(c, organization(), &quota(), 2, Limit::AtMost(4))?;
        quota_usage::release(c, organization(), &quota(), 4)
    });
    assert_served_by_indexes("quota", ask);
    let request = IdempotentRequest {
        user_id: user(),
        operation: "acquire_quota".into(),
        key: "a".to_owned(),
        fingerprint: "b".to_owned(),
    };
    let ask = working(|c| {
        seed(c)?;
        idempotent_answers::put(c, organization(), &request, "c", AT)?;
        idempotent_answers::find(c, organization(), &request)
    });
    assert_served_by_indexes("answer", ask);
    let steps = plans(|c| idempotent_answers::forget(c, organization(), AT));
    assert_finds_workspaces("old answers", &steps);
    assert!(has(&steps, "idempotent_answers_by_age (organization_id=? AND created_at<?)"), "{steps:?}");
}
