//! Limits that move, and who moves them (M-14, M-18).

use guildhall_app::account::Register;
use guildhall_app::plan::LimitChanges;
use guildhall_app::role::CreateRole;
use guildhall_app::{AppError, Change, ListRequest, Missing, OrganizationRef, Precondition};
use guildhall_domain::audit::AuditAction;
use guildhall_domain::blueprint::Blueprint;
use guildhall_domain::policy::Denied;
use guildhall_domain::{Limit, LimitName, Name, OrganizationStatus, Permission, PlanName, WorkspaceRole};

use crate::workspaces::workspace;
use crate::world::{Person, World, request};

fn limit(name: &str, limit: Limit) -> LimitChanges {
    let limits = [(LimitName::parse(name).unwrap(), Change::Set(limit))].into();
    LimitChanges { limits, ..LimitChanges::default() }
}

/// Which thresholds of which limits were reached, oldest first.
async fn crossed(world: &World, owner: &Person) -> Vec<(String, String)> {
    let log = world.log(owner).await;
    let events = log.iter().rev().filter(|record| record.event.action == AuditAction::LimitThreshold);
    events.map(|record| (record.event.details["limit"].clone(), record.event.details["percent"].clone())).collect()
}

/// M-18: be it that more is used, or that less may be.
#[tokio::test]
async fn a_lower_limit_reaches_thresholds() {
    let mut blueprint = Blueprint::default();
    let first = blueprint.plans.0[0].clone();
    let mut small = first.clone();
    small.name = PlanName::parse("SMALL").unwrap();
    small.limits.insert(LimitName::workspaces(), Limit::AtMost(10));
    blueprint.plans.0[0].limits.clear();
    blueprint.plans.0.push(small);
    let world = World::with_blueprint(blueprint);
    let (ann, root) = (world.register("Ann").await, world.superadmin("Root").await);
    let at = OrganizationRef::Id(ann.organization);
    for n in 0..9 {
        workspace(&world, &ann, at, &format!("Board {n}")).await;
    }
    assert!(crossed(&world, &ann).await.is_empty(), "nothing is limited");
    let small = PlanName::parse("SMALL").unwrap();
    for dry_run in [true, false] {
        let none = Precondition::None;
        world.guildhall.change_plan(&root.caller, at, &small, dry_run, &none).await.unwrap();
        let seen = crossed(&world, &ann).await;
        let wanted: &[_] = if dry_run { &[] } else { &["70", "90"] };
        assert_eq!(seen.iter().map(|(_, percent)| percent.as_str()).collect::<Vec<_>>(), wanted);
    }
    let changes = limit("workspaces", Limit::AtMost(5));
    world.guildhall.set_limits(&root.caller, ann.organization, &changes, &Precondition::None).await.unwrap();
    assert_eq!(crossed(&world, &ann).await.last().unwrap().1, "100");
    let changes = limit("workspaces", Limit::AtMost(4));
    world.guildhall.set_limits(&root.caller, ann.organization, &changes, &Precondition::None).await.unwrap();
    assert_eq!(crossed(&world, &ann).await.len(), 3, "reached is reached once");
}

/// The founder is a member like others.
#[tokio::test]
async fn a_founder_fills_a_limit_of_one() {
    let mut blueprint = Blueprint::default();
    blueprint.plans.0[0].limits.insert(LimitName::members(), Limit::AtMost(1));
    let world = World::with_blueprint(blueprint);
    let ann = world.register("Ann").await;
    let percents: Vec<_> = crossed(&world, &ann).await.into_iter().map(|(_, percent)| percent).collect();
    assert_eq!(percents, ["70", "90", "100"]);
    let name = Name::parse("Bob").unwrap();
    let bob = world.guildhall.register(
        Register {
            email: crate::world::email("bob"),
            password: crate::world::PASSWORD.into(),
            name,
            organization: None,
            invitation: None,
        },
        request(),
    );
    bob.await.unwrap();
}

/// Superadmins, and nobody else; strangers learn nothing, and it is in the log.
#[tokio::test]
async fn limits_are_set_by_superadmins() {
    let world = World::new();
    let (ann, eve, root) = (world.register("Ann").await, world.register("Eve").await, world.superadmin("Root").await);
    let changes = limit("members", Limit::AtMost(7));
    let set = async |who: &Person| {
        world.guildhall.set_limits(&who.caller, ann.organization, &changes, &Precondition::None).await
    };
    assert_eq!(set(&ann).await.unwrap_err(), AppError::Denied(Denied::NotSuperadmin));
    let id = Some(ann.organization.uuid());
    assert_eq!(set(&eve).await.unwrap_err(), AppError::NotFound { what: Missing::Organization, id });
    for owner in [&ann, &eve] {
        assert_eq!(world.log(owner).await[0].event.action, AuditAction::AccessDenied);
    }
    let suspended = OrganizationStatus::Suspended;
    world.guildhall.set_organization_status(&root.caller, ann.organization, suspended).await.unwrap();
    assert_eq!(set(&ann).await.unwrap_err(), AppError::Denied(Denied::Suspended));
    set(&root).await.unwrap();
}

/// Who is in a workspace is seen by who is in it, or sees the members anyway (M-52).
#[tokio::test]
async fn members_of_a_workspace_are_not_seen_by_who_sees_no_members() {
    let world = World::new();
    let (ann, bob) = (world.register("Ann").await, world.register("Bob").await);
    let at = OrganizationRef::Id(ann.organization);
    let reader = CreateRole {
        name: Name::parse("Reader").unwrap(),
        description: None,
        permissions: [Permission::WorkspaceRead].into_iter().collect(),
    };
    world.guildhall.create_role(&ann.caller, at, reader).await.unwrap();
    world.add(&ann, &bob, "reader").await;
    let id = workspace(&world, &ann, at, "Board").await;
    let first = ListRequest::default();
    let list = async || world.guildhall.list_workspace_members(&bob.caller, at, id, &first).await;
    assert_eq!(list().await.unwrap_err(), AppError::Denied(Denied::Forbidden(Permission::MemberRead)));
    let bobs = bob.caller.actor.user_id.uuid();
    world.guildhall.add_workspace_member(&ann.caller, at, id, bobs, WorkspaceRole::Member).await.unwrap();
    assert_eq!(list().await.unwrap().items.len(), 2);
    // Leaving is possible where it is put away, and not where the organization is suspended.
    world.guildhall.set_workspace_archived(&ann.caller, at, id, true, &Precondition::None).await.unwrap();
    world.guildhall.remove_workspace_member(&bob.caller, at, id, bobs).await.unwrap();
}
