//! Doors that must not stay open: behind those who are out, for those who lack
//! what they offer, and for addresses that nobody has shown (ADR 11, ADR 12).

use guildhall_app::invitation::{InvitationRef, Invite, Invited};
use guildhall_app::member::{AccountRef, AddMember};
use guildhall_app::role::{CreateRole, RoleRef};
use guildhall_app::{AppError, Conflict, Missing, NotAllowed, OrganizationRef, Precondition, SecretString};
use guildhall_domain::blueprint::{Blueprint, DefaultAccess, InvitationMode};
use guildhall_domain::policy::Refused;
use guildhall_domain::{Email, Name, Permission, WorkspaceAccess};

use crate::world::{Person, World};

fn link(email: &Email, role: &str, access: Option<WorkspaceAccess>) -> Invite {
    let role = RoleRef::parse(role).unwrap();
    let mode = Some(InvitationMode::Link);
    Invite { email: email.clone(), mode, role, access, expiry: None, message: None }
}

async fn invited(world: &World, by: &Person, to: &Email, role: &str, at: OrganizationRef) -> SecretString {
    match world.guildhall.invite(&by.caller, at, link(to, role, None)).await.unwrap() {
        Invited::Link { token, .. } => token,
        Invited::Member(_) => panic!("not asked for"),
    }
}

fn gone() -> AppError {
    AppError::NotFound { what: Missing::Invitation, id: None }
}

/// An invitation from before a removal, or to more power than is left, is dead.
#[tokio::test]
async fn removal_and_demotion_revoke_what_was_offered() {
    let world = World::new();
    let (ann, bob) = (world.register("Ann").await, world.register("Bob").await);
    let at = OrganizationRef::Id(ann.organization);
    let old = invited(&world, &ann, &bob.caller.email, "admin", at).await;
    world.add(&ann, &bob, "admin").await;
    let who = bob.caller.actor.user_id.uuid();
    let member = RoleRef::parse("member").unwrap();
    world.guildhall.change_member_role(&ann.caller, at, who, &member, &Precondition::None).await.unwrap();
    let accepted = world.guildhall.accept_invitation(&bob.caller, &InvitationRef::Token(old)).await;
    assert_eq!(accepted.unwrap_err(), gone(), "demoted is demoted");

    world.guildhall.remove_member(&ann.caller, at, who, &Precondition::None).await.unwrap();
    let anew = invited(&world, &ann, &bob.caller.email, "member", at).await;
    world.guildhall.accept_invitation(&bob.caller, &InvitationRef::Token(anew)).await.unwrap();
}

/// Who is dismissed leaves no door of their own making.
#[tokio::test]
async fn the_invitations_of_who_is_out_are_out_too() {
    let world = World::new();
    let (ann, bob, eve) = (world.register("Ann").await, world.register("Bob").await, world.register("Eve").await);
    let at = OrganizationRef::Id(ann.organization);
    world.add(&ann, &bob, "admin").await;
    let token = invited(&world, &bob, &eve.caller.email, "admin", at).await;
    let who = bob.caller.actor.user_id.uuid();
    world.guildhall.remove_member(&ann.caller, at, who, &Precondition::None).await.unwrap();
    let accepted = world.guildhall.accept_invitation(&eve.caller, &InvitationRef::Token(token)).await;
    assert_eq!(accepted.unwrap_err(), gone());
}

/// Nobody gives access that they lack: not asked for, not by default, not by sending it again.
#[tokio::test]
async fn access_is_not_given_by_who_lacks_it() {
    let blueprint = Blueprint { default_member_access: DefaultAccess::All, ..Blueprint::default() };
    let world = World::with_blueprint(blueprint);
    let (ann, bob) = (world.register("Ann").await, world.register("Bob").await);
    let at = OrganizationRef::Id(ann.organization);
    let permissions = [Permission::InvitationManage, Permission::InvitationRead, Permission::MemberRead];
    let name = Name::parse("Recruiter").unwrap();
    let role = CreateRole { name, description: None, permissions: permissions.into_iter().collect() };
    world.guildhall.create_role(&ann.caller, at, role).await.unwrap();
    let account = AccountRef::Id(bob.caller.actor.user_id);
    let role = RoleRef::parse("Recruiter").unwrap();
    let add = AddMember { account, role, access: Some(WorkspaceAccess::NONE) };
    world.guildhall.add_member(&ann.caller, at, add).await.unwrap();

    let email = Email::parse("new@example.com").unwrap();
    let asked = link(&email, "Recruiter", Some(WorkspaceAccess::ALL));
    let refused = world.guildhall.invite(&bob.caller, at, asked).await.unwrap_err();
    assert_eq!(refused, AppError::Refused(Refused::PermissionNotHeld));
    let by_default = world.guildhall.invite(&bob.caller, at, link(&email, "Recruiter", None)).await.unwrap();
    let Invited::Link { invitation, .. } = by_default else { panic!("a link was asked for") };
    assert_eq!(invitation.access, WorkspaceAccess::NONE);

    let other = Email::parse("other@example.com").unwrap();
    let anns = link(&other, "Recruiter", Some(WorkspaceAccess::ALL));
    let Invited::Link { invitation, .. } = world.guildhall.invite(&ann.caller, at, anns).await.unwrap() else {
        panic!("a link was asked for")
    };
    let resent = world.guildhall.resend_invitation(&bob.caller, at, invitation.id).await.unwrap_err();
    assert_eq!(resent, AppError::Refused(Refused::PermissionNotHeld));
}

/// N-13: an address that nobody has shown is no name, and its link no proof for another account.
#[tokio::test]
async fn addresses_that_were_not_shown() {
    let world = World::new();
    let (ann, eve) = (world.register("Ann").await, world.register("Eve").await);
    let squatter = world.sign_up("Squatter", "ceo@corp.test").await;
    let at = OrganizationRef::Id(ann.organization);
    let add = |account| AddMember { account, role: RoleRef::Default, access: None };
    let by_address = add(AccountRef::Email(squatter.caller.email.clone()));
    let refused = world.guildhall.add_member(&ann.caller, at, by_address).await.unwrap_err();
    assert_eq!(refused, Conflict::AccountEmailNotVerified.into());
    let received = InvitationRef::Received(uuid::Uuid::nil().into());
    let refused = world.guildhall.accept_invitation(&squatter.caller, &received).await.unwrap_err();
    assert_eq!(refused, NotAllowed::EmailNotVerified.into());

    world.guildhall.deliver_mail().await.unwrap();
    let token = SecretString::from(world.mailer.token_for("ceo@corp.test").unwrap());
    let refused = world.guildhall.verify_email(&eve.caller, &token).await.unwrap_err();
    assert_eq!(refused, AppError::NotFound { what: Missing::EmailVerification, id: None });
    assert!(world.guildhall.verify_email(&squatter.caller, &token).await.unwrap().has_verified_email());
    world.guildhall.add_member(&ann.caller, at, add(AccountRef::Email(squatter.caller.email))).await.unwrap();
}

/// One address gets a bounded number of mails, whoever causes them.
#[tokio::test]
async fn nobody_is_flooded_with_mails() {
    let world = World::new();
    let ann = world.sign_up("Ann", "ann@example.com").await;
    let mut sent = 0;
    while world.guildhall.request_email_verification(&ann.caller).await.is_ok() {
        sent += 1;
        assert!(sent < 100, "no bound");
    }
    assert!(sent > 0);
    let error = world.guildhall.request_email_verification(&ann.caller).await.unwrap_err();
    assert!(matches!(error, AppError::Throttled { .. }), "{error:?}");
}
