//! `Mode::Read`: writing methods fail, and change nothing.

use std::fmt::Debug;
use std::sync::Arc;

use guildhall_domain::audit::AuditAction;
use guildhall_domain::{
    AccessLevel, Limit, MemberRole, OrganizationId, UserId, WorkspaceAccess, WorkspaceGrants, WorkspaceRole,
};
use guildhall_ports::store::{ClaimedMail, Mode, OrgTx, PlatformTx, Store, StoreError, UserTx, WorkspaceLimits};

use crate::fixtures::Fixture;

async fn refused<T: Debug>(
    f: &Fixture,
    organization: OrganizationId,
    what: &str,
    work: impl AsyncFnOnce(&mut dyn OrgTx) -> Result<T, StoreError>,
) {
    let mut unit = f.store.begin_org(organization, Mode::Read).await.unwrap();
    let result = work(unit.as_mut()).await;
    assert!(result.is_err(), "{what} in a reading unit of work gave {result:?}");
    unit.rollback().await.unwrap();
}

async fn refused_user<T: Debug>(
    f: &Fixture,
    user: UserId,
    what: &str,
    work: impl AsyncFnOnce(&mut dyn UserTx) -> Result<T, StoreError>,
) {
    let mut unit = f.store.begin_user(user, Mode::Read).await.unwrap();
    let result = work(unit.as_mut()).await;
    assert!(result.is_err(), "{what} in a reading unit of work gave {result:?}");
    unit.rollback().await.unwrap();
}

async fn refused_platform<T: Debug>(
    f: &Fixture,
    what: &str,
    work: impl AsyncFnOnce(&mut dyn PlatformTx) -> Result<T, StoreError>,
) {
    let mut unit = f.store.begin_platform(Mode::Read).await.unwrap();
    let result = work(unit.as_mut()).await;
    assert!(result.is_err(), "{what} in a reading unit of work gave {result:?}");
    unit.rollback().await.unwrap();
}

/// No writing method of an organization's unit of work works in a reading one.
pub async fn organization_unit_refuses_writes(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let id = organization.id;
    let (_, member) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    let stranger = f.seed_user("carol@acme.example").await;
    let held = f.seed_role(id, "Held", &[]).await;
    let invitation = f.seed_invitation(id, "dave@acme.example", None).await;
    let claim = f.seed_claim(id, "acme.com").await;
    let request = f.seed_join_request(id, &f.seed_user("erin@acme.example").await).await;
    let session = f.seed_session(owner.id).await;
    let before = f.state(id).await;

    let new = f.organization("New");
    refused(&f, new.id, "insert_organization", async |unit| unit.insert_organization(&new).await).await;
    refused(&f, id, "update_organization", async |unit| unit.update_organization(&organization).await).await;
    refused(&f, id, "delete_organization", async |unit| unit.delete_organization().await).await;
    let membership = f.membership(id, stranger.id, MemberRole::Member);
    refused(&f, id, "add_member", async |unit| unit.add_member(&membership, Limit::Unlimited).await).await;
    let at = f.now();
    refused(&f, id, "change_role", async |unit| unit.change_role(member.id, MemberRole::Admin, at).await).await;
    refused(&f, id, "set_access", async |unit| {
        unit.set_access(member.id, WorkspaceAccess::ALL, &WorkspaceGrants::default(), at).await
    })
    .await;
    refused(&f, id, "remove_member", async |unit| unit.remove_member(member.id, at).await).await;
    let role = f.role(id, "Other", &[]);
    refused(&f, id, "insert_role", async |unit| unit.insert_role(&role).await).await;
    refused(&f, id, "update_role", async |unit| unit.update_role(&held).await).await;
    refused(&f, id, "reassign_role", async |unit| unit.reassign_role(held.id, MemberRole::Member, at).await).await;
    refused(&f, id, "delete_role", async |unit| unit.delete_role(held.id).await).await;
    let event = f.event(Some(id), AuditAction::AddUserToOrg, &owner);
    refused(&f, id, "append_audit", async |unit| unit.append_audit(&event).await).await;

    refused(&f, id, "note_departure", async |unit| unit.note_departure(&stranger.email, at).await).await;
    refused(&f, id, "end_member_sessions", async |unit| unit.end_member_sessions(at).await).await;
    let second = f.invitation(id, "frank@acme.example", None);
    refused(&f, id, "insert_invitation", async |unit| unit.insert_invitation(&second).await).await;
    refused(&f, id, "update_invitation", async |unit| unit.update_invitation(&invitation).await).await;
    refused(&f, id, "revoke_invitations", async |unit| unit.revoke_invitations(&invitation.email, owner.id, at).await)
        .await;
    let second = f.claim(id, "acme.org");
    refused(&f, id, "insert_domain", async |unit| unit.insert_domain(&second).await).await;
    refused(&f, id, "update_domain", async |unit| unit.update_domain(&claim).await).await;
    refused(&f, id, "delete_domain", async |unit| unit.delete_domain(claim.id).await).await;
    let second = f.join_request(id, &stranger);
    refused(&f, id, "insert_join_request", async |unit| unit.insert_join_request(&second).await).await;
    refused(&f, id, "update_join_request", async |unit| unit.update_join_request(&request).await).await;
    let mail = f.mail(Some(id), "dave@acme.example", at);
    refused(&f, id, "queue_mail", async |unit| unit.queue_mail(&mail).await).await;

    assert_eq!(f.state(id).await, before);
    assert!(!f.read(id, async |unit| unit.has_departed(&stranger.email).await).await);
    assert!(f.store.authenticate(session.token_digest).await.unwrap().is_some());
    assert_eq!(f.read_platform(async |unit| unit.next_mail_due().await).await, None);
    assert_eq!(f.read(new.id, async |unit| unit.organization().await).await, None);
}

/// The same of the part that is about workspaces, and of what belongs to them.
pub async fn workspace_unit_refuses_writes(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (id, at) = (organization.id, f.now());
    let (_, inside) = f.seed_member(id, "bob@acme.example", MemberRole::Member).await;
    let (_, outside) = f.seed_member(id, "carol@acme.example", MemberRole::Member).await;
    let board = f.seed_workspace(id, "Board").await;
    for role in WorkspaceRole::ALL.iter().copied() {
        let email = format!("some-{}@acme.example", role.as_str());
        let (_, member) = f.seed_member(id, &email, MemberRole::Member).await;
        f.seed_workspace_member(&board, member.id, role).await;
    }
    f.seed_workspace_member(&board, inside.id, WorkspaceRole::Member).await;
    let group = f.seed_workspace_group(id, "Boards").await;
    let (cpu, request) = (f.limit_name("cpu"), f.idempotent_request(owner.id, "key"));
    f.seed_quota(id, &cpu, 3).await;
    let before = f.state(id).await;

    let (new, limits) = (f.workspace(id, "New"), WorkspaceLimits::default());
    refused(&f, id, "insert", async |unit| unit.workspaces().insert(&new, None, limits).await).await;
    refused(&f, id, "update", async |unit| unit.workspaces().update(&board).await).await;
    refused(&f, id, "delete", async |unit| unit.workspaces().delete(board.id).await).await;
    let (owns, place) = (WorkspaceRole::Owner, board.id);
    refused(&f, id, "add_member", async |unit| unit.workspaces().add_member(place, outside.id, owns, at).await).await;
    refused(&f, id, "change_role", async |unit| unit.workspaces().change_role(place, inside.id, owns).await).await;
    refused(&f, id, "transfer", async |unit| unit.workspaces().transfer(place, inside.id).await).await;
    refused(&f, id, "remove_member", async |unit| unit.workspaces().remove_member(place, inside.id).await).await;
    let second = f.workspace_group(id, "Second");
    refused(&f, id, "insert_group", async |unit| unit.workspaces().insert_group(&second).await).await;
    refused(&f, id, "update_group", async |unit| unit.workspaces().update_group(&group).await).await;
    refused(&f, id, "delete_group", async |unit| unit.workspaces().delete_group(group.id, at).await).await;
    let grants = f.grants(&[(board.id, AccessLevel::Read)]);
    let access = WorkspaceAccess::NONE;
    refused(&f, id, "set_access", async |unit| unit.set_access(inside.id, access, &grants, at).await).await;
    refused(&f, id, "acquire_quota", async |unit| unit.acquire_quota(&cpu, 1, Limit::Unlimited).await).await;
    refused(&f, id, "release_quota", async |unit| unit.release_quota(&cpu, 1).await).await;
    let answer = async |unit: &mut dyn OrgTx| unit.keep_idempotent_answer(&request, "1", at, at).await;
    refused(&f, id, "keep_idempotent_answer", answer).await;

    assert_eq!(f.state(id).await, before);
    assert_eq!(f.read(id, async |unit| unit.idempotent_answer(&request).await).await, None);
}

/// No writing method of an account's unit of work works in a reading one.
pub async fn user_unit_refuses_writes(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    let session = f.seed_session(user.id).await;
    let organization = f.seed_organization("Acme", &user).await;
    let id = user.id;

    let new = f.user("bob@acme.example");
    let password = f.password("other");
    refused_user(&f, new.id, "insert_user", async |unit| unit.insert_user(&new, &password).await).await;
    refused_user(&f, id, "update_user", async |unit| unit.update_user(&user).await).await;
    refused_user(&f, id, "delete_user", async |unit| unit.delete_user().await).await;
    refused_user(&f, id, "set_password", async |unit| unit.set_password(&password).await).await;
    let other = f.session(id);
    refused_user(&f, id, "insert_session", async |unit| unit.insert_session(&other).await).await;
    refused_user(&f, id, "delete_session", async |unit| unit.delete_session(session.id).await).await;
    refused_user(&f, id, "delete_sessions", async |unit| unit.delete_sessions(None).await).await;
    let event = f.event(None, AuditAction::LogIn, &user);
    refused_user(&f, id, "append_audit", async |unit| unit.append_audit(&event).await).await;

    refused_user(&f, new.id, "insert_first_user", async |unit| unit.insert_first_user(&new, &password).await).await;
    let link = f.email_verification(id);
    refused_user(&f, id, "set_email_verification", async |unit| unit.set_email_verification(&link).await).await;
    refused_user(&f, id, "clear_email_verification", async |unit| unit.clear_email_verification().await).await;
    refused_user(&f, id, "set_default_organization", async |unit| unit.set_default_organization(organization.id).await)
        .await;
    let mail = f.mail(None, "alice@acme.example", f.now());
    refused_user(&f, id, "queue_mail", async |unit| unit.queue_mail(&mail).await).await;

    assert_eq!(f.stored_user(id).await, user);
    assert_eq!(f.read_user(id, async |unit| unit.email_verification().await).await, None);
    assert_eq!(f.read_user(id, async |unit| unit.default_organization(false).await).await, None);
    assert_eq!(f.read_platform(async |unit| unit.next_mail_due().await).await, None);
    assert_eq!(f.read_user(new.id, async |unit| unit.user().await).await, None);
    assert_eq!(f.read_user(id, async |unit| unit.password().await).await, Some(f.password("secret")));
    assert!(f.store.authenticate(session.token_digest).await.unwrap().is_some());
    assert_eq!(f.store.authenticate(other.token_digest).await, Ok(None));
    assert_eq!(f.read_platform(async |unit| unit.audit_head().await).await.sequence, 0);
}

/// No writing method of the operator's unit of work works in a reading one.
pub async fn operator_unit_refuses_writes(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let mail = f.seed_mail(organization.id, "bob@acme.example").await;
    let now = f.now();
    refused_platform(&f, "claim_mail", async |unit| unit.claim_mail(now, now, 10).await).await;
    refused_platform(&f, "delete_mail", async |unit| unit.delete_mail(mail.id).await).await;
    refused_platform(&f, "postpone_mail", async |unit| unit.postpone_mail(mail.id, now).await).await;
    assert_eq!(f.read_platform(async |unit| unit.next_mail_due().await).await, Some(mail.created_at));
    let claimed = f.write_platform(async |unit| unit.claim_mail(now, now, 10).await).await;
    assert_eq!(claimed, [ClaimedMail { mail, attempt: 1 }]);
}

/// A reading unit of work stays one when it goes on elsewhere.
pub async fn going_on_keeps_the_mode(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let user = f.seed_user("bob@acme.example").await;
    let before = f.state(organization.id).await;

    let reading = f.store.begin_user(owner.id, Mode::Read).await.unwrap();
    let mut reading = reading.into_org(organization.id).await.unwrap();
    assert_eq!(reading.organization().await.unwrap().unwrap(), organization);
    let membership = f.membership(organization.id, user.id, MemberRole::Member);
    assert!(reading.add_member(&membership, Limit::Unlimited).await.is_err());
    reading.rollback().await.unwrap();

    let reading = f.store.begin_org(organization.id, Mode::Read).await.unwrap();
    let mut reading = reading.into_user(user.id).await.unwrap();
    assert_eq!(reading.user().await.unwrap().unwrap(), user);
    assert!(reading.set_password(&f.password("other")).await.is_err());
    reading.rollback().await.unwrap();

    assert_eq!(f.state(organization.id).await, before);
}
