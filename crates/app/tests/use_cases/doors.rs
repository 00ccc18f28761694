//! Doors that must not stay open: behind those who are out, for those who lack
//! what they offer, and for addresses that nobody has shown (ADR 11, ADR 12).

use guildhall_app::account::Register;
use guildhall_app::domain::ClaimDomain;
use guildhall_app::invitation::{InvitationRef, Invite, Invited};
use guildhall_app::member::{AccessAsked, AccountRef, AddMember};
use guildhall_app::organization::OrganizationChanges;
use guildhall_app::role::{CreateRole, RoleRef};
use guildhall_app::{
    AppError, Conflict, ListRequest, Missing, NotAllowed, OrganizationRef, Precondition, SecretString,
};
use guildhall_domain::audit::{AuditAction, AuditFilter, AuditRecord};
use guildhall_domain::blueprint::{Blueprint, DefaultAccess, InvitationMode, MembershipMode};
use guildhall_domain::policy::{Denied, Refused};
use guildhall_domain::{DomainName, Email, Enrolment, Name, OrganizationStatus, Permission, WorkspaceAccess};

use crate::world::{Person, World};

fn link(email: &Email, role: &str, access: Option<WorkspaceAccess>) -> Invite {
    let role = RoleRef::parse(role).unwrap();
    let mode = Some(InvitationMode::Link);
    let access = AccessAsked { flags: access, grants: Vec::new() };
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
    let add = AddMember { account, role, access: WorkspaceAccess::NONE.into() };
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
    let add = |account| AddMember { account, role: RoleRef::Default, access: AccessAsked::default() };
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

/// ADR 7, ADR 11: a domain lets nobody in with what its manager could not give by hand.
#[tokio::test]
async fn a_domain_gives_nothing_that_its_manager_lacks() {
    let world = World::with_blueprint(Blueprint { default_member_access: DefaultAccess::All, ..Blueprint::default() });
    let (ann, bob) = (world.register("Ann").await, world.register("Bob").await);
    let at = OrganizationRef::Id(ann.organization);
    let permissions = [Permission::DomainRead, Permission::DomainManage];
    let name = Name::parse("Postmaster").unwrap();
    let role = CreateRole { name, description: None, permissions: permissions.into_iter().collect() };
    world.guildhall.create_role(&ann.caller, at, role).await.unwrap();
    let account = AccountRef::Id(bob.caller.actor.user_id);
    let role = RoleRef::parse("Postmaster").unwrap();
    let add = AddMember { account, role, access: WorkspaceAccess::NONE.into() };
    world.guildhall.add_member(&ann.caller, at, add).await.unwrap();

    let claim = |domain: &str, enrolment| ClaimDomain { domain: DomainName::parse(domain).unwrap(), enrolment };
    let lacks = AppError::Refused(Refused::PermissionNotHeld);
    let automatic = world.guildhall.claim_domain(&bob.caller, at, claim("a.test", Enrolment::Automatic)).await;
    assert_eq!(automatic.unwrap_err(), lacks);
    let own = world.guildhall.claim_domain(&bob.caller, at, claim("b.test", Enrolment::Manual)).await.unwrap();
    let raised =
        world.guildhall.set_enrolment(&bob.caller, at, own.id, Enrolment::Automatic, &Precondition::None).await;
    assert_eq!(raised.unwrap_err(), lacks);
    // Verifying what an admin has set to automatic opens the same door.
    let anns = world.guildhall.claim_domain(&ann.caller, at, claim("c.test", Enrolment::Automatic)).await.unwrap();
    world.records.set(&anns.record_name(), &[&anns.record_value()]);
    assert_eq!(world.guildhall.check_domain(&bob.caller, at, anns.id).await.unwrap_err(), lacks);
    world.guildhall.check_domain(&ann.caller, at, anns.id).await.unwrap();
}

/// M-02, ADR 11: in exclusive mode what somebody has made their own does not give way, if only by a name.
#[tokio::test]
async fn what_was_made_ones_own_stays() {
    let world = World::with_blueprint(Blueprint { membership: MembershipMode::Exclusive, ..Blueprint::default() });
    let ann = world.register("Ann").await;
    let at = OrganizationRef::Id(ann.organization);
    let (bob, cid) = (world.sign_up("Bob", "bob@example.com").await, world.sign_up("Cid", "cid@example.com").await);
    let changes = OrganizationChanges { name: Some(Name::parse("Bob and Sons").unwrap()), ..Default::default() };
    let own = OrganizationRef::Id(bob.organization);
    world.guildhall.update_organization(&bob.caller, own, changes, &Precondition::None).await.unwrap();
    let add = |who: &Person| AddMember {
        account: AccountRef::Id(who.caller.actor.user_id),
        role: RoleRef::Default,
        access: AccessAsked::default(),
    };
    let refused = world.guildhall.add_member(&ann.caller, at, add(&bob)).await.unwrap_err();
    assert_eq!(refused, Conflict::AlreadyInOrganization.into());
    world.guildhall.organization(&bob.caller, own).await.unwrap();
    // Untouched, it gives way; and the installation's log keeps that it did.
    world.guildhall.add_member(&ann.caller, at, add(&cid)).await.unwrap();
    let gone = world.guildhall.organization(&cid.caller, OrganizationRef::Id(cid.organization)).await;
    assert!(matches!(gone.unwrap_err(), AppError::NotFound { what: Missing::Organization, .. }));
}

/// N-35, N-36: a stopped organization is not written to by who declines, either.
#[tokio::test]
async fn nothing_is_answered_while_an_organization_is_stopped() {
    let world = World::new();
    let (ann, bob, root) = (world.register("Ann").await, world.register("Bob").await, world.register("Root").await);
    world.guildhall.set_superadmin(&root.caller.email, true).await.unwrap();
    let root = world.person(world.login("Root", crate::world::PASSWORD).await.unwrap()).await;
    let at = OrganizationRef::Id(ann.organization);
    let which = InvitationRef::Token(invited(&world, &ann, &bob.caller.email, "member", at).await);
    let stopped = OrganizationStatus::Suspended;
    world.guildhall.set_organization_status(&root.caller, ann.organization, stopped).await.unwrap();
    let suspended = AppError::Denied(Denied::Suspended);
    assert_eq!(world.guildhall.decline_invitation(&bob.caller, &which).await.unwrap_err(), suspended);
    assert_eq!(world.guildhall.accept_invitation(&bob.caller, &which).await.unwrap_err(), suspended);
    // N-15, ASVS 16.3.2: both are in the log.
    let log = world.guildhall.list_audit_events(&root.caller, at, &denials(), &ListRequest::default()).await.unwrap();
    assert_eq!(log.items.len(), 2);
    assert_eq!(log.items[0].event.details["reason"], "organization_suspended");
    // And nobody shuts themself out.
    let own = root.caller.actor.user_id;
    let refused = world.guildhall.set_user_disabled(&root.caller, own, true).await.unwrap_err();
    assert_eq!(refused, Conflict::CannotDisableYourself.into());
}

/// N-15, ADR 12: whoever tries what is another's leaves a trace, with an account or before they have one.
#[tokio::test]
async fn attempts_at_others_invitations_are_audited() {
    let world = World::new();
    let (ann, eve) = (world.register("Ann").await, world.register("Eve").await);
    let at = OrganizationRef::Id(ann.organization);
    let email = Email::parse("bob@example.com").unwrap();
    let token = invited(&world, &ann, &email, "member", at).await;
    let which = InvitationRef::Token(token.clone());
    let refused = world.guildhall.accept_invitation(&eve.caller, &which).await.unwrap_err();
    assert_eq!(refused, NotAllowed::InvitationForAnother.into());
    let command = Register {
        email: Email::parse("mallory@example.com").unwrap(),
        password: SecretString::from(crate::world::PASSWORD),
        name: Name::parse("Mallory").unwrap(),
        organization: None,
        invitation: Some(token),
    };
    let refused = world.guildhall.register(command, crate::world::request()).await.unwrap_err();
    assert_eq!(refused, NotAllowed::InvitationForAnother.into());
    let reasons = |records: Vec<AuditRecord>| -> Vec<(String, String)> {
        let denied = records.into_iter().filter(|record| record.event.action == AuditAction::AccessDenied);
        denied
            .map(|it| (it.event.actor.email.unwrap().as_str().to_owned(), it.event.details["reason"].clone()))
            .collect()
    };
    let tried = |who: &str| (who.to_owned(), "invitation_for_another".to_owned());
    assert_eq!(reasons(world.log(&ann).await), [tried("mallory@example.com"), tried("eve@example.com")]);
    assert_eq!(reasons(world.log(&eve).await), [tried("eve@example.com")], "in the log of their own, too");
    // A click on what is nobody's, or another's, is in the log of one's own.
    let eve = world.sign_up_verified("Eve", "eve@corp.test").await;
    let received = InvitationRef::Received(uuid::Uuid::nil().into());
    assert_eq!(world.guildhall.accept_invitation(&eve.caller, &received).await.unwrap_err(), gone());
    assert_eq!(reasons(world.log(&eve).await), [("eve@corp.test".to_owned(), "unknown_id".to_owned())]);
    let asked = world.guildhall.request_to_join(&eve.caller, ann.organization).await.unwrap_err();
    assert!(matches!(asked, AppError::NotFound { what: Missing::Organization, .. }));
    assert_eq!(reasons(world.log(&eve).await).len(), 2);
}

/// Nobody takes away what they could not give.
#[tokio::test]
async fn an_owners_invitation_is_revoked_by_owners() {
    let world = World::new();
    let (ann, bob) = (world.register("Ann").await, world.register("Bob").await);
    let at = OrganizationRef::Id(ann.organization);
    world.add(&ann, &bob, "admin").await;
    let email = Email::parse("new@example.com").unwrap();
    let offered = world.guildhall.invite(&ann.caller, at, link(&email, "owner", None)).await.unwrap();
    let Invited::Link { invitation, .. } = offered else { panic!("a link was asked for") };
    let refused = world.guildhall.revoke_invitation(&bob.caller, at, invitation.id, &Precondition::None).await;
    assert_eq!(refused.unwrap_err(), AppError::Refused(Refused::OnlyOwnersManageOwners));
    world.guildhall.revoke_invitation(&ann.caller, at, invitation.id, &Precondition::None).await.unwrap();
}

/// RFC 5891: one domain has one name, in a claim as in an address (N-13).
#[tokio::test]
async fn a_domain_in_unicode_is_the_domain_in_ascii() {
    let world = World::new();
    let ann = world.register("Ann").await;
    let at = OrganizationRef::Id(ann.organization);
    let domain = DomainName::parse("münchen.test").unwrap();
    let command = ClaimDomain { domain, enrolment: Enrolment::Automatic };
    let claim = world.guildhall.claim_domain(&ann.caller, at, command).await.unwrap();
    assert_eq!(claim.record_name(), "_guildhall.xn--mnchen-3ya.test");
    world.records.set(&claim.record_name(), &[&claim.record_value()]);
    world.guildhall.check_domain(&ann.caller, at, claim.id).await.unwrap();
    for (name, address) in [("Uma", "uma@münchen.test"), ("Ugo", "ugo@xn--mnchen-3ya.test")] {
        let ascii = Email::parse(address).unwrap();
        let who = world.sign_up_verified(name, ascii.as_str()).await;
        world.guildhall.organization(&who.caller, at).await.unwrap();
    }
}

fn denials() -> AuditFilter {
    AuditFilter { action: Some(AuditAction::AccessDenied), ..AuditFilter::default() }
}
