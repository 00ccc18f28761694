//! Workspaces: what no single request shows.

use std::collections::BTreeMap;

use guildhall_app::invitation::{InvitationMode, InvitationRef, Invite, Invited};
use guildhall_app::member::{AccessAsked, AccountRef, AddMember};
use guildhall_app::plan::{LimitChanges, QuotaChange};
use guildhall_app::role::{CreateRole, RoleRef};
use guildhall_app::workspace::{CreateWorkspace, SeenWorkspace, WorkspaceChanges, WorkspaceQuery};
use guildhall_app::{
    AppError, Change, IdempotencyKey, ListRequest, OrganizationRef, Precondition, SecretString, Settings,
};
use guildhall_domain::audit::{AuditAction, AuditFilter};
use guildhall_domain::blueprint::{Blueprint, DefaultWorkspaceAccess, FieldRule, MembershipMode};
use guildhall_domain::policy::{Denied, Refused, WorkspacePower, WorkspaceSource};
use guildhall_domain::{
    AccessLevel, FieldName, FieldType, Limit, LimitName, Name, Permission, PermissionSet, WorkspaceAccess,
    WorkspaceGrant, WorkspaceGrants, WorkspaceId,
};
use time::Duration;

use crate::world::{Person, World};

pub fn named(name: &str) -> CreateWorkspace {
    CreateWorkspace {
        kind: None,
        name: Name::parse(name).unwrap(),
        slug: None,
        description: None,
        group_id: None,
        default_access: None,
        limits: BTreeMap::new(),
        fields: BTreeMap::new(),
    }
}

pub async fn workspace(world: &World, who: &Person, at: OrganizationRef, name: &str) -> WorkspaceId {
    world.guildhall.create_workspace(&who.caller, at, &named(name)).await.unwrap().workspace.id
}

pub async fn listed(world: &World, who: &Person, at: OrganizationRef) -> Vec<SeenWorkspace> {
    let (query, first) = (WorkspaceQuery::default(), ListRequest::default());
    world.guildhall.list_workspaces(&who.caller, at, &query, &first).await.unwrap().items
}

pub fn grant(workspace_id: WorkspaceId, access: AccessLevel) -> AccessAsked {
    AccessAsked { flags: None, grants: vec![WorkspaceGrant { workspace_id, access }] }
}

fn personal_for_everybody() -> Blueprint {
    let mut blueprint = Blueprint::default();
    blueprint.workspace_kinds.0[0].can_be_personal = true;
    blueprint
}

/// M-50: whoever was a member before the blueprint said so gets one with the first look.
#[tokio::test]
async fn a_personal_workspace_for_who_was_there_before() {
    let before = World::new();
    let (ann, bob) = (before.register("Ann").await, before.register("Bob").await);
    before.add(&ann, &bob, "member").await;
    let at = OrganizationRef::Id(ann.organization);
    assert!(listed(&before, &ann, at).await.is_empty());

    let world = before.reopened(Settings::new(personal_for_everybody()));
    let own = listed(&world, &bob, at).await;
    assert_eq!(own.len(), 1);
    assert_eq!(own[0].workspace.personal_of, Some(bob.caller.actor.user_id));
    assert_eq!(listed(&world, &bob, at).await[0].workspace.id, own[0].workspace.id, "once");
    let organization = world.guildhall.organization(&ann.caller, at).await.unwrap();
    assert_eq!(organization.workspaces_count, 0, "M-15");
}

/// M-50: by every way in; and what is one's own is nobody else's, whatever their role.
#[tokio::test]
async fn a_personal_workspace_is_for_one_user_alone() {
    let world = World::with_blueprint(personal_for_everybody());
    let (ann, bob) = (world.register("Ann").await, world.register("Bob").await);
    world.add(&ann, &bob, "admin").await;
    let at = OrganizationRef::Id(ann.organization);
    let own = listed(&world, &bob, at).await.remove(0).workspace;
    assert!(listed(&world, &ann, at).await.iter().all(|seen| seen.workspace.id != own.id));
    let denied = world.guildhall.workspace(&ann.caller, at, own.id).await.unwrap_err();
    let permission = Permission::WorkspaceRead;
    assert_eq!(denied, AppError::Denied(Denied::WorkspaceDenied { workspace: own.id, permission }));
    let first = ListRequest::default();
    let who = bob.caller.actor.user_id.uuid();
    let explained = world.guildhall.explain_access(&ann.caller, at, who, &first).await.unwrap();
    assert!(explained.items.is_empty(), "nor is it named to them");
    let explained = world.guildhall.explain_access(&bob.caller, at, who, &first).await.unwrap();
    assert_eq!(explained.items[0].sources, [(WorkspaceSource::Personal, WorkspacePower::Manage)]);
}

/// C-109: nobody grants what they lack, to others or to themself.
#[tokio::test]
async fn grants_are_not_given_by_who_lacks_them() {
    let world = World::new();
    let (ann, bob, cid) = (world.register("Ann").await, world.register("Bob").await, world.register("Cid").await);
    let at = OrganizationRef::Id(ann.organization);
    let permissions = [Permission::MemberSetAccess, Permission::InvitationManage, Permission::MemberRead];
    let gatekeeper = CreateRole {
        name: Name::parse("Gatekeeper").unwrap(),
        description: None,
        permissions: permissions.into_iter().collect(),
    };
    world.guildhall.create_role(&ann.caller, at, gatekeeper).await.unwrap();
    world.add(&ann, &bob, "gatekeeper").await;
    world.add(&ann, &cid, "gatekeeper").await;
    let secret = workspace(&world, &ann, at, "Secret").await;
    let (bobs, cids) = (bob.caller.actor.user_id.uuid(), cid.caller.actor.user_id.uuid());
    let set = async |who: &Person, of, asked: &AccessAsked| {
        world.guildhall.set_member_access(&who.caller, at, of, asked, &Precondition::None).await
    };
    let read = grant(secret, AccessLevel::Read);
    for of in [bobs, cids] {
        assert_eq!(set(&bob, of, &read).await.unwrap_err(), AppError::Refused(Refused::PermissionNotHeld));
    }
    set(&ann, bobs, &read).await.unwrap();
    set(&bob, cids, &read).await.unwrap();
    let write = grant(secret, AccessLevel::Write);
    assert_eq!(set(&bob, cids, &write).await.unwrap_err(), AppError::Refused(Refused::PermissionNotHeld));
    let invite = Invite {
        email: crate::world::email("new"),
        mode: Some(InvitationMode::Link),
        role: RoleRef::parse("gatekeeper").unwrap(),
        access: write,
        expiry: None,
        message: None,
    };
    let refused = world.guildhall.invite(&bob.caller, at, invite).await.unwrap_err();
    assert_eq!(refused, AppError::Refused(Refused::PermissionNotHeld));
}

/// C-114: an invitation raises what a member has, and never lowers it.
#[tokio::test]
async fn an_invitation_raises_grants() {
    let world = World::new();
    let (ann, bob) = (world.register("Ann").await, world.register("Bob").await);
    let at = OrganizationRef::Id(ann.organization);
    let (alpha, beta) = (workspace(&world, &ann, at, "Alpha").await, workspace(&world, &ann, at, "Beta").await);
    let gone = workspace(&world, &ann, at, "Gone").await;
    let grants = [(alpha, AccessLevel::Read), (beta, AccessLevel::Write), (gone, AccessLevel::Write)];
    let grants = grants.map(|(workspace_id, access)| WorkspaceGrant { workspace_id, access });
    let invite = Invite {
        email: bob.caller.email.clone(),
        mode: Some(InvitationMode::Link),
        role: RoleRef::Default,
        access: AccessAsked { flags: None, grants: grants.to_vec() },
        expiry: None,
        message: None,
    };
    let token: SecretString = match world.guildhall.invite(&ann.caller, at, invite).await.unwrap() {
        Invited::Link { token, .. } => token,
        Invited::Member(_) => panic!("not asked for"),
    };
    world.add(&ann, &bob, "member").await;
    let bobs = bob.caller.actor.user_id.uuid();
    let had = grant(alpha, AccessLevel::Write);
    world.guildhall.set_member_access(&ann.caller, at, bobs, &had, &Precondition::None).await.unwrap();
    world.guildhall.delete_workspace(&ann.caller, at, gone, &Precondition::None).await.unwrap();
    world.guildhall.accept_invitation(&bob.caller, &InvitationRef::Token(token)).await.unwrap();
    let now = world.guildhall.member_access(&bob.caller, at, bobs).await.unwrap().access;
    let both = [(alpha, AccessLevel::Write), (beta, AccessLevel::Write)];
    let both = both.map(|(workspace_id, access)| WorkspaceGrant { workspace_id, access });
    assert_eq!(now.grants, WorkspaceGrants::new(both.to_vec()).unwrap());
    assert_eq!(now.flags, WorkspaceAccess::NONE);
}

/// Removed is removed: who comes back starts anew.
#[tokio::test]
async fn grants_go_with_the_membership() {
    let world = World::new();
    let (ann, bob) = (world.register("Ann").await, world.register("Bob").await);
    let at = OrganizationRef::Id(ann.organization);
    world.add(&ann, &bob, "member").await;
    let bobs = bob.caller.actor.user_id.uuid();
    let alpha = workspace(&world, &ann, at, "Alpha").await;
    let own = workspace(&world, &bob, at, "Bob's").await;
    let asked = grant(alpha, AccessLevel::Write);
    world.guildhall.set_member_access(&ann.caller, at, bobs, &asked, &Precondition::None).await.unwrap();
    assert_eq!(listed(&world, &bob, at).await.len(), 2);
    world.guildhall.remove_member(&ann.caller, at, bobs, &Precondition::None).await.unwrap();
    world.add(&ann, &bob, "member").await;
    assert!(listed(&world, &bob, at).await.is_empty());
    // What they made is the organization's, whose owner manages it.
    let seen = world.guildhall.workspace(&ann.caller, at, own).await.unwrap();
    assert_eq!(seen.power, WorkspacePower::Manage);
}

/// M-18: thresholds of workspaces and of quotas are events; R-IDEM: a key is good for a day.
#[tokio::test]
async fn thresholds_and_keys() {
    let world = World::new();
    let (ann, root) = (world.register("Ann").await, world.superadmin("Rita").await);
    let at = OrganizationRef::Id(ann.organization);
    let ten = Change::Set(Limit::AtMost(10));
    let names = ["workspaces", "cpu"].map(|name| (LimitName::parse(name).unwrap(), ten.clone()));
    let changes = LimitChanges { limits: names.into_iter().collect(), ..LimitChanges::default() };
    world.guildhall.set_limits(&root.caller, ann.organization, &changes, &Precondition::None).await.unwrap();
    for n in 0..10 {
        workspace(&world, &ann, at, &format!("Workspace {n}")).await;
    }
    let key = IdempotencyKey::parse("one").unwrap();
    let acquire = async |amount| {
        let change = QuotaChange::Acquire(amount);
        world.guildhall.change_quota(&ann.caller, at, "cpu", change, &key).await
    };
    assert_eq!(acquire(7).await.unwrap().usage.used, 7);
    assert_eq!(acquire(7).await.unwrap().usage.used, 7, "the first answer again");
    assert_eq!(acquire(8).await.unwrap_err(), AppError::IdempotencyKeyReused);
    let log = world.log(&ann).await;
    let crossed: Vec<_> = log
        .iter()
        .filter(|record| record.event.action == AuditAction::LimitThreshold)
        .map(|record| (record.event.details["limit"].as_str(), record.event.details["percent"].as_str()))
        .collect();
    assert_eq!(crossed, [("cpu", "70"), ("workspaces", "100"), ("workspaces", "90"), ("workspaces", "70")]);

    world.clock.advance(Duration::hours(24));
    assert_eq!(acquire(3).await.unwrap().usage.used, 10, "after a day the key is a new one");
    let full = acquire(1).await;
    assert_eq!(full.unwrap_err(), AppError::IdempotencyKeyReused);
}

/// C-100: all access comes with owning, and goes with it; what was granted stays.
#[tokio::test]
async fn an_owner_who_is_one_no_more_has_the_access_of_a_member() {
    let world = World::new();
    let (ann, bob) = (world.register("Ann").await, world.register("Bob").await);
    let at = OrganizationRef::Id(ann.organization);
    world.add(&ann, &bob, "owner").await;
    let secret = workspace(&world, &bob, at, "Secret").await;
    assert_eq!(listed(&world, &ann, at).await.len(), 1);
    let anns = ann.caller.actor.user_id.uuid();
    let member = RoleRef::parse("member").unwrap();
    world.guildhall.change_member_role(&bob.caller, at, anns, &member, &Precondition::None).await.unwrap();
    assert!(listed(&world, &ann, at).await.is_empty());
    assert!(world.guildhall.workspace(&ann.caller, at, secret).await.is_err());
    let (filter, first) = (AuditFilter::default(), ListRequest::default());
    let log = world.guildhall.list_audit_events(&bob.caller, at, &filter, &first);
    let actions: Vec<_> = log.await.unwrap().items.into_iter().map(|record| record.event.action).collect();
    assert_eq!(actions[1..3], [AuditAction::ChangeMemberRole, AuditAction::SetMemberAccess]);
}

/// M-10: nobody becomes an admin by the way either.
#[tokio::test]
async fn a_role_is_not_replaced_by_admins_that_the_plan_lacks() {
    let mut blueprint = Blueprint::default();
    blueprint.plans.0[0].features.clear();
    let world = World::with_blueprint(blueprint);
    let (ann, bob) = (world.register("Ann").await, world.register("Bob").await);
    let at = OrganizationRef::Id(ann.organization);
    let permissions = PermissionSet::MEMBER;
    let helper = CreateRole { name: Name::parse("Helper").unwrap(), description: None, permissions };
    let helper = world.guildhall.create_role(&ann.caller, at, helper).await.unwrap();
    world.add(&ann, &bob, "helper").await;
    let admin = RoleRef::parse("admin").unwrap();
    let deleted = world.guildhall.delete_role(&ann.caller, at, helper.id, Some(&admin), &Precondition::None).await;
    assert!(matches!(deleted, Err(AppError::FeatureNotInPlan(_))), "{deleted:?}");
}

/// What the blueprint does not know any more is left alone, and can be cleared.
#[tokio::test]
async fn workspaces_outlive_their_blueprint() {
    let mut before = Blueprint::default();
    let kind = &mut before.workspace_kinds.0[0];
    kind.limits.insert(LimitName::parse("max_agents").unwrap(), 3);
    let world = World::with_blueprint(before);
    let ann = world.register("Ann").await;
    let at = OrganizationRef::Id(ann.organization);
    let id = workspace(&world, &ann, at, "Alpha").await;
    let mut after = Blueprint::default();
    let rule = FieldRule { field_type: FieldType::Text, required: true, choices: Vec::new() };
    after.workspace_kinds.0[0].fields.insert(FieldName::parse("stage").unwrap(), rule);
    let world = world.reopened(Settings::new(after));
    let change =
        async |changes| world.guildhall.update_workspace(&ann.caller, at, id, changes, &Precondition::None).await;
    let renamed = WorkspaceChanges { name: Some(Name::parse("Beta").unwrap()), ..WorkspaceChanges::default() };
    assert_eq!(change(renamed).await.unwrap().workspace.limits.len(), 1);
    let limit = |change| WorkspaceChanges {
        limits: [(LimitName::parse("max_agents").unwrap(), change)].into(),
        ..WorkspaceChanges::default()
    };
    assert!(matches!(change(limit(Change::Set(4))).await, Err(AppError::Invalid(_))));
    assert!(change(limit(Change::Clear)).await.unwrap().workspace.limits.is_empty());
}

/// M-50, ADR 11: what somebody has made their own, if only by a name, does not give way.
#[tokio::test]
async fn a_used_personal_workspace_keeps_its_organization() {
    for used in [false, true] {
        let blueprint = Blueprint { membership: MembershipMode::Exclusive, ..personal_for_everybody() };
        let world = World::with_blueprint(blueprint);
        let (ann, bob) = (world.register("Ann").await, world.sign_up("Bob", "bob@example.com").await);
        let own = OrganizationRef::Active;
        if used {
            let id = listed(&world, &bob, OrganizationRef::Id(bob.organization)).await[0].workspace.id;
            let renamed = WorkspaceChanges { name: Some(Name::parse("Plans").unwrap()), ..WorkspaceChanges::default() };
            world.guildhall.update_workspace(&bob.caller, own, id, renamed, &Precondition::None).await.unwrap();
        }
        let account = AccountRef::Id(bob.caller.actor.user_id);
        let add = AddMember { account, role: RoleRef::Default, access: AccessAsked::default() };
        let added = world.guildhall.add_member(&ann.caller, OrganizationRef::Id(ann.organization), add).await;
        assert_eq!(added.is_ok(), !used, "{added:?}");
    }
}

/// Changing nothing writes nothing, neither a version nor an event.
#[tokio::test]
async fn the_same_again_writes_nothing() {
    let world = World::new();
    let (ann, bob) = (world.register("Ann").await, world.register("Bob").await);
    world.add(&ann, &bob, "member").await;
    let at = OrganizationRef::Id(ann.organization);
    let id = workspace(&world, &ann, at, "Alpha").await;
    let before = world.log(&ann).await.len();
    let same = WorkspaceChanges {
        name: Some(Name::parse("Alpha").unwrap()),
        default_access: Some(DefaultWorkspaceAccess::None),
        ..WorkspaceChanges::default()
    };
    let seen = world.guildhall.update_workspace(&ann.caller, at, id, same, &Precondition::None).await.unwrap();
    assert_eq!(seen.workspace.version.0, 1);
    assert_eq!(world.log(&ann).await.len(), before);
}
