//! Denials are audited, once in each log concerned (N-15, C-20, ASVS 16.3.2).

use guildhall_app::member::CheckPermission;
use guildhall_app::organization::OrganizationChanges;
use guildhall_app::{AppError, Missing, OrganizationRef, Precondition};
use guildhall_domain::audit::{AuditAction, AuditEvent};
use guildhall_domain::policy::Denied;
use guildhall_domain::{OrganizationId, OrganizationStatus, Permission};
use uuid::Uuid;

use crate::world::{Person, World, request};

async fn denials(world: &World, owner: &Person) -> Vec<AuditEvent> {
    let log = world.log(owner).await.into_iter().map(|record| record.event);
    log.filter(|event| event.action == AuditAction::AccessDenied).collect()
}

#[tokio::test]
async fn a_strangers_attempt_is_in_both_logs_and_answered_as_unknown() {
    let world = World::new();
    let (ann, mallory) = (world.register("Ann").await, world.register("Mallory").await);
    let foreign = OrganizationRef::Id(ann.organization);
    let unknown = OrganizationRef::Id(OrganizationId::from(Uuid::from_u128(1)));
    let answer = async |organization| world.guildhall.organization(&mallory.caller, organization).await.unwrap_err();
    let (foreign, unknown) = (answer(foreign).await, answer(unknown).await);
    assert_eq!(foreign.to_string(), unknown.to_string());
    let missing = |error| matches!(error, AppError::NotFound { what: Missing::Organization, .. });
    assert!(missing(foreign) && missing(unknown));

    let victims = denials(&world, &ann).await;
    assert_eq!(victims.len(), 1);
    assert!(!victims[0].success);
    assert_eq!(victims[0].actor.user_id, Some(mallory.caller.actor.user_id));
    assert_eq!(victims[0].details["reason"], "not_a_member");
    assert_eq!(victims[0].request_id.as_deref(), Some("request-1"));
    assert_eq!(denials(&world, &mallory).await.len(), 2, "the actor's own trail has both");
    assert!(world.reports().await.iter().all(|report| report.result.is_ok()));
}

#[tokio::test]
async fn a_member_without_the_permission_is_audited_and_nothing_changes() {
    let world = World::new();
    let (ann, bob) = (world.register("Ann").await, world.register("Bob").await);
    world.add(&ann, &bob, "member").await;
    let organization = OrganizationRef::Id(ann.organization);
    let before = world.guildhall.organization(&ann.caller, organization).await.unwrap();
    let changes = OrganizationChanges::default();
    let error = world.guildhall.update_organization(&bob.caller, organization, changes, &Precondition::None).await;
    assert_eq!(error.unwrap_err(), AppError::Denied(Denied::Forbidden(Permission::OrganizationUpdate)));
    assert_eq!(world.guildhall.organization(&ann.caller, organization).await.unwrap(), before);
    let denied = denials(&world, &ann).await;
    assert_eq!(denied[0].details["permission"], "organization.update");
    assert!(denials(&world, &bob).await.is_empty(), "a member's attempt concerns one organization");
}

/// ADR 5: an id that is not found in the organization may be anybody's.
#[tokio::test]
async fn foreign_member_ids_are_unknown_and_audited() {
    let world = World::new();
    let (ann, bob) = (world.register("Ann").await, world.register("Bob").await);
    let bobs = world.guildhall.my_member(&bob.caller, OrganizationRef::Active).await.unwrap().membership.id;
    let organization = OrganizationRef::Id(ann.organization);
    for id in [bobs.uuid(), bob.caller.actor.user_id.uuid(), Uuid::from_u128(5)] {
        let error = world.guildhall.remove_member(&ann.caller, organization, id, &Precondition::None).await;
        assert_eq!(error.unwrap_err(), AppError::NotFound { what: Missing::Member, id: Some(id) });
    }
    let targets: Vec<_> = denials(&world, &ann).await.iter().map(|event| event.target.unwrap().id).collect();
    assert_eq!(targets, [Uuid::from_u128(5), bob.caller.actor.user_id.uuid(), bobs.uuid()]);
    assert!(world.guildhall.my_member(&bob.caller, OrganizationRef::Active).await.is_ok());
}

/// The hottest call decides as every other does.
#[tokio::test]
async fn checks_agree_with_the_policy() {
    let world = World::new();
    let (ann, bob, eve) = (world.register("Ann").await, world.register("Bob").await, world.register("Eve").await);
    world.add(&ann, &bob, "admin").await;
    let organization = OrganizationRef::Id(ann.organization);
    let check = async |who: &Person, permission, about: Option<&Person>| {
        let user_id = about.map(|person| person.caller.actor.user_id);
        world
            .guildhall
            .check(&who.token, request(), organization, CheckPermission { permission, user_id, workspace_id: None })
            .await
    };
    for permission in Permission::ALL {
        let admins = guildhall_domain::PermissionSet::ADMIN.contains(*permission);
        assert_eq!(check(&ann, *permission, None).await, Ok(true));
        assert_eq!(check(&bob, *permission, None).await, Ok(admins));
        assert_eq!(check(&ann, *permission, Some(&bob)).await, Ok(admins));
        assert_eq!(check(&bob, *permission, Some(&bob)).await, Ok(admins));
        assert_eq!(check(&bob, *permission, Some(&eve)).await, Ok(false), "no member, no power");
    }
    let stranger = check(&eve, Permission::OrganizationRead, None).await.unwrap_err();
    assert!(matches!(stranger, AppError::NotFound { what: Missing::Organization, .. }));
    assert_eq!(denials(&world, &ann).await.len(), 1);
    let nobody = CheckPermission { permission: Permission::OrganizationRead, user_id: None, workspace_id: None };
    let nobody = world.guildhall.check("ghs_nothing", request(), organization, nobody).await;
    assert_eq!(nobody.unwrap_err(), AppError::Unauthenticated);
}

/// N-35, N-36: suspension stops writes, lockdown stops everything, for everybody but superadmins.
#[tokio::test]
async fn stopped_organizations() {
    let world = World::new();
    let (ann, root) = (world.register("Ann").await, world.register("Root").await);
    world.guildhall.set_superadmin(&crate::world::email("Root"), true).await.unwrap();
    let root = world.guildhall.authenticate(&root.token, request()).await.unwrap();
    let organization = OrganizationRef::Id(ann.organization);
    let update = async |caller| {
        let changes = OrganizationChanges::default();
        world.guildhall.update_organization(caller, organization, changes, &Precondition::None).await.map(|_| ())
    };
    let stop = async |status| world.guildhall.set_organization_status(&root, ann.organization, status).await;
    stop(OrganizationStatus::Suspended).await.unwrap();
    assert_eq!(update(&ann.caller).await, Err(AppError::Denied(Denied::Suspended)));
    assert!(world.guildhall.organization(&ann.caller, organization).await.is_ok());
    stop(OrganizationStatus::Lockdown).await.unwrap();
    let locked = world.guildhall.organization(&ann.caller, organization).await.map(|_| ());
    assert_eq!(locked, Err(AppError::Denied(Denied::LockedDown)));
    assert_eq!(update(&root).await, Ok(()));
    stop(OrganizationStatus::Active).await.unwrap();
    assert_eq!(update(&ann.caller).await, Ok(()));
    let not_root =
        world.guildhall.set_organization_status(&ann.caller, ann.organization, OrganizationStatus::Suspended);
    assert_eq!(not_root.await.unwrap_err(), AppError::Denied(Denied::NotSuperadmin));
}

/// A role id of another organization in a body or query is refused as unknown, and audited.
#[tokio::test]
async fn foreign_role_ids_are_audited() {
    use guildhall_app::member::MemberQuery;
    use guildhall_app::role::{CreateRole, RoleRef};
    let world = World::new();
    let (ann, bob) = (world.register("Ann").await, world.register("Bob").await);
    let command = CreateRole {
        name: guildhall_domain::Name::parse("Auditor").unwrap(),
        description: None,
        permissions: [Permission::AuditRead].into_iter().collect(),
    };
    let foreign = world.guildhall.create_role(&bob.caller, OrganizationRef::Active, command).await.unwrap().id;
    let member = ann.caller.actor.user_id.uuid();
    let (organization, role) = (OrganizationRef::Id(ann.organization), RoleRef::Id(foreign));
    let change = world.guildhall.change_member_role(&ann.caller, organization, member, &role, &Precondition::None);
    assert!(matches!(change.await.unwrap_err(), AppError::Invalid(fields) if fields[0].code == "unknown_role"));
    let query = MemberQuery { role: Some(role), search: None };
    assert!(world.guildhall.list_members(&ann.caller, organization, &query, &Default::default()).await.is_err());
    let targets: Vec<_> = denials(&world, &ann).await.iter().map(|event| event.target.unwrap().id).collect();
    assert_eq!(targets, [foreign.uuid(); 2]);
}

/// A foreign organization and one that is not there leave the same words in the caller's log.
#[tokio::test]
async fn the_callers_own_log_tells_nothing_either() {
    let world = World::new();
    let (ann, mallory) = (world.register("Ann").await, world.register("Mallory").await);
    for id in [ann.organization, OrganizationId::from(Uuid::from_u128(1))] {
        assert!(world.guildhall.organization(&mallory.caller, OrganizationRef::Id(id)).await.is_err());
    }
    let log = denials(&world, &mallory).await;
    assert_eq!(log.len(), 2);
    assert_eq!(log[0].details, log[1].details);
}

/// A stopped organization cannot be left, or deleted with its log, by deleting one's account.
#[tokio::test]
async fn deleting_an_account_is_no_way_out_of_a_lockdown() {
    let world = World::new();
    let (ann, root) = (world.register("Ann").await, world.register("Root").await);
    world.guildhall.set_superadmin(&crate::world::email("Root"), true).await.unwrap();
    let root = world.guildhall.authenticate(&root.token, request()).await.unwrap();
    for (status, denied) in
        [(OrganizationStatus::Lockdown, Denied::LockedDown), (OrganizationStatus::Suspended, Denied::Suspended)]
    {
        world.guildhall.set_organization_status(&root, ann.organization, status).await.unwrap();
        assert_eq!(world.guildhall.delete_account(&ann.caller).await, Err(AppError::Denied(denied)));
    }
    world.guildhall.set_organization_status(&root, ann.organization, OrganizationStatus::Active).await.unwrap();
    world.guildhall.delete_account(&ann.caller).await.unwrap();
}

/// "No organization is ever unmanageable": power is not given to who cannot log in; checks say no about them.
#[tokio::test]
async fn disabled_accounts_get_no_power() {
    use guildhall_app::Conflict;
    use guildhall_app::role::RoleRef;
    let world = World::new();
    let (ann, dan, root) = (world.register("Ann").await, world.register("Dan").await, world.register("Root").await);
    world.guildhall.set_superadmin(&crate::world::email("Root"), true).await.unwrap();
    let root = world.guildhall.authenticate(&root.token, request()).await.unwrap();
    world.add(&ann, &dan, "member").await;
    let id = dan.caller.actor.user_id;
    let organization = OrganizationRef::Id(ann.organization);
    let question = CheckPermission { permission: Permission::MemberRead, user_id: Some(id), workspace_id: None };
    assert_eq!(world.guildhall.check(&ann.token, request(), organization, question).await, Ok(true));
    world.guildhall.set_user_disabled(&root, id, true).await.unwrap();
    assert_eq!(world.guildhall.check(&ann.token, request(), organization, question).await, Ok(false));
    let disabled = AppError::Conflict(Conflict::AccountDisabled);
    let transfer = world.guildhall.transfer_ownership(&ann.caller, organization, id).await;
    assert_eq!(transfer.unwrap_err(), disabled);
    let owner = RoleRef::parse("owner").unwrap();
    let promotion =
        world.guildhall.change_member_role(&ann.caller, organization, id.uuid(), &owner, &Precondition::None);
    assert_eq!(promotion.await.unwrap_err(), disabled);
}

/// Nobody gives access that they lack, to themself or to others.
#[tokio::test]
async fn access_is_not_given_by_who_lacks_it() {
    use guildhall_app::role::CreateRole;
    use guildhall_domain::WorkspaceAccess;
    let world = World::new();
    let (ann, bob) = (world.register("Ann").await, world.register("Bob").await);
    let organization = OrganizationRef::Id(ann.organization);
    let command = CreateRole {
        name: guildhall_domain::Name::parse("Gatekeeper").unwrap(),
        description: None,
        permissions: [Permission::MemberSetAccess].into_iter().collect(),
    };
    world.guildhall.create_role(&ann.caller, organization, command).await.unwrap();
    world.add(&ann, &bob, "gatekeeper").await;
    let own = bob.caller.actor.user_id.uuid();
    let set = async |who: &Person, flags: WorkspaceAccess| {
        world.guildhall.set_member_access(&who.caller, organization, own, &flags.into(), &Precondition::None).await
    };
    let everything = WorkspaceAccess { all_read: true, all_write: true };
    let refused = set(&bob, everything).await.unwrap_err();
    assert_eq!(refused, AppError::Refused(guildhall_domain::policy::Refused::PermissionNotHeld));
    let reading = WorkspaceAccess { all_read: true, all_write: false };
    set(&ann, reading).await.unwrap();
    let before = world.log(&ann).await.len();
    set(&bob, reading).await.unwrap();
    assert_eq!(world.log(&ann).await.len(), before, "the same access again writes nothing");
    assert!(set(&bob, everything).await.is_err());
}
