//! What is taken away stays away (ADR 11, ADR 16): an offer is worth what
//! whoever made it could still offer.

use guildhall_app::invitation::{InvitationMode, InvitationRef, Invite, Invited};
use guildhall_app::member::AccessAsked;
use guildhall_app::role::{CreateRole, RoleChanges, RoleRef};
use guildhall_app::workspace::WorkspaceChanges;
use guildhall_app::{AppError, ListRequest, Missing, OrganizationRef, Precondition, SecretString};
use guildhall_domain::blueprint::{Blueprint, DefaultWorkspaceAccess};
use guildhall_domain::policy::Refused;
use guildhall_domain::{
    AccessLevel, CustomRole, Email, Name, OrganizationStatus, Permission, PermissionSet, WorkspaceAccess,
    WorkspaceGrant, WorkspaceRole,
};

use crate::workspaces::{grant, listed, workspace};
use crate::world::{Person, World};

async fn invited(world: &World, by: &Person, at: OrganizationRef, name: &str, access: AccessAsked) -> SecretString {
    let invite = Invite {
        email: crate::world::email(name),
        mode: Some(InvitationMode::Link),
        role: RoleRef::Default,
        access,
        expiry: None,
        message: None,
    };
    match world.guildhall.invite(&by.caller, at, invite).await.unwrap() {
        Invited::Link { token, .. } => token,
        Invited::Member(_) => panic!("not asked for"),
    }
}

/// ADR 11: what is taken away does not come back by what was offered before: to
/// the member, by the member, or by the holders of their role.
#[tokio::test]
async fn what_is_taken_away_stays_away() {
    let world = World::new();
    let (ann, bob) = (world.register("Ann").await, world.register("Bob").await);
    let (eve, fay) = (world.register("Eve").await, world.register("Fay").await);
    let at = OrganizationRef::Id(ann.organization);
    let permissions =
        PermissionSet::MEMBER.union([Permission::InvitationManage, Permission::WorkspaceWrite].into_iter().collect());
    let recruiter = CreateRole { name: Name::parse("Recruiter").unwrap(), description: None, permissions };
    let recruiter = world.guildhall.create_role(&ann.caller, at, recruiter).await.unwrap();
    let everything = || AccessAsked::from(WorkspaceAccess::ALL);
    let to_bob = invited(&world, &ann, at, "bob", everything()).await;
    world.add(&ann, &bob, "recruiter").await;
    let bobs = bob.caller.actor.user_id.uuid();
    let set = async |asked: AccessAsked| {
        world.guildhall.set_member_access(&ann.caller, at, bobs, &asked, &Precondition::None).await.unwrap()
    };
    set(everything()).await;
    let by_bob = invited(&world, &bob, at, "eve", everything()).await;
    set(AccessAsked::default()).await;
    for (who, token) in [(&bob, to_bob), (&eve, by_bob)] {
        let accepted = world.guildhall.accept_invitation(&who.caller, &InvitationRef::Token(token)).await;
        assert_eq!(accepted.unwrap_err(), AppError::NotFound { what: Missing::Invitation, id: None });
    }
    // The same when the role loses what it offered by.
    let by_role = invited(&world, &bob, at, "fay", everything()).await;
    let less = RoleChanges { permissions: Some(PermissionSet::MEMBER), ..RoleChanges::default() };
    world.guildhall.update_role(&ann.caller, at, recruiter.id, less, &Precondition::None).await.unwrap();
    let accepted = world.guildhall.accept_invitation(&fay.caller, &InvitationRef::Token(by_role)).await;
    assert_eq!(accepted.unwrap_err(), AppError::NotFound { what: Missing::Invitation, id: None });
}

async fn offer(
    world: &World,
    by: &Person,
    at: OrganizationRef,
    to: &Person,
    role: &str,
    access: AccessAsked,
) -> SecretString {
    let invite = Invite {
        email: to.caller.email.clone(),
        mode: Some(InvitationMode::Link),
        role: RoleRef::parse(role).unwrap(),
        access,
        expiry: None,
        message: None,
    };
    match world.guildhall.invite(&by.caller, at, invite).await.unwrap() {
        Invited::Link { token, .. } => token,
        Invited::Member(_) => panic!("not asked for"),
    }
}

async fn is_dead(world: &World, to: &Person, token: SecretString) -> bool {
    match world.guildhall.accept_invitation(&to.caller, &InvitationRef::Token(token)).await {
        Ok(_) => false,
        Err(error) => {
            assert_eq!(error, AppError::NotFound { what: Missing::Invitation, id: None });
            true
        }
    }
}

async fn role(world: &World, owner: &Person, name: &str, more: &[Permission]) -> CustomRole {
    let permissions = PermissionSet::MEMBER.union(more.iter().copied().collect());
    let command = CreateRole { name: Name::parse(name).unwrap(), description: None, permissions };
    world.guildhall.create_role(&owner.caller, OrganizationRef::Id(owner.organization), command).await.unwrap()
}

/// Superadmin no more, or disabled: what they offered is nothing.
#[tokio::test]
async fn offers_of_who_lost_all_power() {
    let world = World::new();
    let (ann, root) = (world.register("Ann").await, world.superadmin("Root").await);
    let (eve, bob, fay) = (world.register("Eve").await, world.register("Bob").await, world.register("Fay").await);
    let at = OrganizationRef::Id(ann.organization);
    let to_eve = offer(&world, &root, at, &eve, "owner", AccessAsked::default()).await;
    world.guildhall.set_superadmin(&root.caller.email, false).await.unwrap();
    assert!(is_dead(&world, &eve, to_eve).await);

    world.add(&ann, &bob, "admin").await;
    let to_fay = offer(&world, &bob, at, &fay, "admin", AccessAsked::default()).await;
    let boss = world.superadmin("Boss").await;
    world.guildhall.set_user_disabled(&boss.caller, bob.caller.actor.user_id, true).await.unwrap();
    assert!(is_dead(&world, &fay, to_fay).await);
}

/// A workspace that was open to everybody, and is not any more.
#[tokio::test]
async fn offers_from_a_default_that_is_gone() {
    let world = World::new();
    let (ann, bob, eve) = (world.register("Ann").await, world.register("Bob").await, world.register("Eve").await);
    let at = OrganizationRef::Id(ann.organization);
    role(&world, &ann, "Recruiter", &[Permission::InvitationManage]).await;
    world.add(&ann, &bob, "recruiter").await;
    let id = workspace(&world, &ann, at, "Open").await;
    let open = |access| WorkspaceChanges { default_access: Some(access), ..WorkspaceChanges::default() };
    let change = async |access| {
        world.guildhall.update_workspace(&ann.caller, at, id, open(access), &Precondition::None).await.unwrap()
    };
    change(DefaultWorkspaceAccess::Write).await;
    let token = offer(&world, &bob, at, &eve, "member", grant(id, AccessLevel::Write)).await;
    change(DefaultWorkspaceAccess::None).await;
    assert!(is_dead(&world, &eve, token).await);
}

/// Whoever is taken out of a workspace does not come back by an older offer;
/// what others were offered, and by them, stays as good as it is.
#[tokio::test]
async fn out_of_a_workspace() {
    let world = World::new();
    let (ann, bob, eve) = (world.register("Ann").await, world.register("Bob").await, world.register("Eve").await);
    let at = OrganizationRef::Id(ann.organization);
    let id = workspace(&world, &ann, at, "Board").await;
    let to_bob = offer(&world, &ann, at, &bob, "member", grant(id, AccessLevel::Write)).await;
    let to_eve = offer(&world, &ann, at, &eve, "member", grant(id, AccessLevel::Write)).await;
    world.add(&ann, &bob, "member").await;
    let (anns, bobs) = (ann.caller.actor.user_id.uuid(), bob.caller.actor.user_id.uuid());
    world.guildhall.add_workspace_member(&ann.caller, at, id, bobs, WorkspaceRole::Owner).await.unwrap();
    // An owner of the organization leaves a board: nobody's offers end by that.
    world.guildhall.remove_workspace_member(&bob.caller, at, id, anns).await.unwrap();
    world.guildhall.add_workspace_member(&ann.caller, at, id, anns, WorkspaceRole::Owner).await.unwrap();
    world.guildhall.remove_workspace_member(&ann.caller, at, id, bobs).await.unwrap();
    assert!(is_dead(&world, &bob, to_bob).await);
    assert!(listed(&world, &bob, at).await.is_empty());
    assert!(!is_dead(&world, &eve, to_eve).await);
}

/// The holders of a role that is replaced by a weaker one.
#[tokio::test]
async fn offers_by_a_role_that_is_deleted() {
    let world = World::new();
    let (ann, bob, eve) = (world.register("Ann").await, world.register("Bob").await, world.register("Eve").await);
    let at = OrganizationRef::Id(ann.organization);
    let recruiter = role(&world, &ann, "Recruiter", &[Permission::InvitationManage, Permission::WorkspaceWrite]).await;
    world.add(&ann, &bob, "recruiter").await;
    let token = offer(&world, &bob, at, &eve, "member", WorkspaceAccess::ALL.into()).await;
    let member = RoleRef::parse("member").unwrap();
    world.guildhall.delete_role(&ann.caller, at, recruiter.id, Some(&member), &Precondition::None).await.unwrap();
    assert!(is_dead(&world, &eve, token).await);
}

/// ADR 7: nobody takes away what they lack; whoever has it manages everybody.
#[tokio::test]
async fn access_is_not_taken_by_who_lacks_it() {
    let world = World::new();
    let (ann, bob, cid) = (world.register("Ann").await, world.register("Bob").await, world.register("Cid").await);
    let at = OrganizationRef::Id(ann.organization);
    role(&world, &ann, "Gatekeeper", &[Permission::MemberSetAccess]).await;
    world.add(&ann, &bob, "gatekeeper").await;
    world.add(&ann, &cid, "member").await;
    let secret = workspace(&world, &ann, at, "Secret").await;
    let cids = cid.caller.actor.user_id.uuid();
    let set = async |who: &Person, asked: AccessAsked| {
        world.guildhall.set_member_access(&who.caller, at, cids, &asked, &Precondition::None).await
    };
    for asked in [WorkspaceAccess::ALL.into(), grant(secret, AccessLevel::Read)] {
        set(&ann, asked).await.unwrap();
        let stripped = set(&bob, AccessAsked::default()).await;
        assert_eq!(stripped.unwrap_err(), AppError::Refused(Refused::PermissionNotHeld));
    }
    // However many grants there came to be.
    let mut all = Vec::new();
    for n in 0..3 {
        let id = workspace(&world, &ann, at, &format!("Board {n}")).await;
        all.push(WorkspaceGrant { workspace_id: id, access: AccessLevel::Read });
    }
    set(&ann, AccessAsked { flags: None, grants: all }).await.unwrap();
    assert!(set(&ann, AccessAsked::default()).await.unwrap().access.grants.is_empty());
    // Seeing what one manages is a read, also where the organization is suspended.
    let root = world.superadmin("Root").await;
    let suspended = OrganizationStatus::Suspended;
    world.guildhall.set_organization_status(&root.caller, ann.organization, suspended).await.unwrap();
    world.guildhall.member_access(&bob.caller, at, cids).await.unwrap();
}

/// C-120: where the oldest invitation is worth nothing any more, it is the next one's turn.
#[tokio::test]
async fn the_oldest_that_is_worth_something_is_accepted() {
    let mut blueprint = Blueprint::default();
    blueprint.invitations.auto_accept = true;
    let world = World::with_blueprint(blueprint);
    let (ann, dan, root) = (world.register("Ann").await, world.register("Dan").await, world.superadmin("Root").await);
    for (by, organization) in [(&root, ann.organization), (&dan, dan.organization)] {
        let invite = Invite {
            email: Email::parse("new@example.com").unwrap(),
            mode: Some(InvitationMode::Link),
            role: RoleRef::Default,
            access: AccessAsked::default(),
            expiry: None,
            message: None,
        };
        world.guildhall.invite(&by.caller, OrganizationRef::Id(organization), invite).await.unwrap();
    }
    world.guildhall.set_superadmin(&root.caller.email, false).await.unwrap();
    let new = world.sign_up_verified("New", "new@example.com").await;
    let mine = world.guildhall.list_my_organizations(&new.caller, &ListRequest::default()).await.unwrap();
    let ids: Vec<_> = mine.page.items.iter().map(|mine| mine.organization.id).collect();
    assert!(ids.contains(&dan.organization) && !ids.contains(&ann.organization), "{ids:?}");
}
