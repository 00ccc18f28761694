use guildhall_app::Change;
use guildhall_app::account::ProfileChanges;
use guildhall_app::organization::CreateOrganization;
use guildhall_app::user::CreateSuperadmin;
use guildhall_app::{AppError, Conflict, ListRequest, OrganizationRef, Precondition, SecretString};
use guildhall_domain::audit::AuditAction;
use guildhall_domain::{Name, TimeZone};

use crate::world::{PASSWORD, World, email};

/// S-03, S-05, N-06.
#[tokio::test]
async fn registering_makes_account_organization_and_session() {
    let world = World::new();
    let ann = world.register("Ann").await;
    let member = world.guildhall.my_member(&ann.caller, OrganizationRef::Active).await.unwrap();
    assert!(member.membership.role.is_owner());
    assert_eq!(member.membership.organization_id, ann.organization);
    let actions: Vec<_> = world.log(&ann).await.into_iter().map(|record| record.event.action).collect();
    assert_eq!(actions, [AuditAction::AddUserToOrg, AuditAction::CreateOrganization]);
    assert!(world.reports().await.iter().all(|report| report.result.is_ok()));
}

/// A password that cannot be used is refused before it is hashed (ASVS 6.2).
#[tokio::test]
async fn weak_passwords_name_the_field() {
    let world = World::new();
    for weak in ["short", "passwordpassword", "Ann Incorporated", &"x".repeat(129)] {
        let command = guildhall_app::account::Register {
            email: email("Ann"),
            password: SecretString::from(weak),
            name: Name::parse("Ann").unwrap(),
            organization: Some(Name::parse("Ann Incorporated").unwrap()),
            invitation: None,
        };
        let error = world.guildhall.register(command, crate::world::request()).await.unwrap_err();
        let AppError::Invalid(fields) = error else { panic!("{weak}: {error:?}") };
        assert_eq!(fields[0].pointer, "/password");
        assert!(!fields[0].detail.contains(weak), "a password must not be repeated");
    }
}

/// C-136: what PATCH keeps, sets and clears; the e-mail is not among it.
#[tokio::test]
async fn a_profile_changes_by_parts() {
    let world = World::new();
    let ann = world.register("Ann").await;
    let changes = ProfileChanges {
        timezone: Change::Set(TimeZone::parse("Europe/Berlin").unwrap()),
        pronouns: Change::Set(Name::parse("she/her").unwrap()),
        ..ProfileChanges::default()
    };
    let user = world.guildhall.update_profile(&ann.caller, changes, &Precondition::None).await.unwrap();
    assert!(user.is_onboarded(), "C-138: a name and a time zone");
    let before = (&user).into();
    let changes = ProfileChanges { pronouns: Change::Clear, ..ProfileChanges::default() };
    let user =
        world.guildhall.update_profile(&ann.caller, changes.clone(), &Precondition::OneOf(vec![before])).await.unwrap();
    assert_eq!((user.pronouns, user.timezone.unwrap().as_str()), (None, "Europe/Berlin"));
    let stale = Precondition::OneOf(vec![guildhall_app::EntityTag::new("old")]);
    let error = world.guildhall.update_profile(&ann.caller, changes, &stale).await.unwrap_err();
    assert_eq!(error, AppError::PreconditionFailed);
}

/// C-136: organizations that nobody else is in go, the others are left, in one
/// transaction or not at all.
#[tokio::test]
async fn deleting_an_account() {
    let world = World::new();
    let (ann, bob) = (world.register("Ann").await, world.register("Bob").await);
    world.add(&ann, &bob, "admin").await;
    let create = |name: &str| CreateOrganization {
        name: Name::parse(name).unwrap(),
        slug: None,
        description: None,
        domain: None,
    };
    let shared = world.guildhall.create_organization(&bob.caller, create("Shared")).await.unwrap().organization.id;
    let command = guildhall_app::member::AddMember {
        account: guildhall_app::member::AccountRef::Id(ann.caller.actor.user_id),
        role: guildhall_app::role::RoleRef::default(),
        access: guildhall_app::member::AccessAsked::default(),
    };
    world.guildhall.add_member(&bob.caller, OrganizationRef::Id(shared), command).await.unwrap();

    // Bob is the only owner of Shared, where Ann is too: nothing happens, not even elsewhere.
    let error = world.guildhall.delete_account(&bob.caller).await.unwrap_err();
    assert_eq!(error, AppError::Conflict(Conflict::LastOwner));
    let mine = world.guildhall.list_my_organizations(&bob.caller, &ListRequest::default()).await.unwrap();
    assert_eq!(mine.page.items.len(), 3);

    let heir = ann.caller.actor.user_id;
    world.guildhall.transfer_ownership(&bob.caller, OrganizationRef::Id(shared), heir).await.unwrap();
    world.guildhall.delete_account(&bob.caller).await.unwrap();
    assert_eq!(world.login("Bob", PASSWORD).await.unwrap_err(), AppError::InvalidCredentials);
    let here = world.guildhall.organization(&ann.caller, OrganizationRef::Id(ann.organization)).await.unwrap();
    assert_eq!(here.users_count, 1);
    let left = &world.log(&ann).await[0].event;
    assert_eq!(left.action, AuditAction::RemoveUserFromOrg);
    assert_eq!(left.details["reason"], "account_deleted");
    let reports = world.reports().await;
    assert_eq!(reports.len(), 3, "the installation, Ann's and Shared; Bob's own went with him");
    assert!(reports.iter().all(|report| report.result.is_ok()));
    // The address is free again.
    world.register("Bob").await;
}

/// M-55: power over the installation is the operator's to give.
#[tokio::test]
async fn superadmins_are_made_by_the_operator() {
    let world = World::new();
    let command = CreateSuperadmin {
        email: email("Root"),
        name: Name::parse("Root").unwrap(),
        password: SecretString::from(PASSWORD),
    };
    assert!(world.guildhall.create_superadmin(command.clone()).await.unwrap().superadmin);
    let again = world.guildhall.create_superadmin(command).await.unwrap_err();
    assert_eq!(again, AppError::Conflict(Conflict::EmailAlreadyRegistered));
    let root = world.person(world.login("Root", PASSWORD).await.unwrap()).await;
    let ann = world.register("Ann").await;
    let seen = world.guildhall.organization(&root.caller, OrganizationRef::Id(ann.organization)).await.unwrap();
    assert_eq!(seen.id, ann.organization);
    world.guildhall.set_superadmin(&email("Root"), false).await.unwrap();
    let root = world.guildhall.authenticate(&root.token, crate::world::request()).await.unwrap();
    assert!(world.guildhall.organization(&root, OrganizationRef::Id(ann.organization)).await.is_err());
}
