//! Rows of one organization are never seen or changed in a unit of work of
//! another, whatever ids it names (R-TEN, N-15, ASVS 8.4.1).

use std::sync::Arc;

use guildhall_domain::audit::{AuditAction, AuditFilter};
use guildhall_domain::page::{KeyPosition, PageRequest, PageSize};
use guildhall_domain::{
    CustomRole, DomainClaim, Enrolment, Invitation, InvitationStatus, JoinRequest, JoinRequestStatus, Limit,
    MemberRole, Membership, Organization, Permission, User, WorkspaceAccess, WorkspaceGrants,
};
use guildhall_ports::store::{InvitationFilter, MemberFilter, Store};

use uuid::Uuid;

use super::expect;
use crate::fixtures::Fixture;

struct Tenant {
    organization: Organization,
    user: User,
    member: Membership,
    role: CustomRole,
    invitation: Invitation,
    claim: DomainClaim,
    request: JoinRequest,
}

/// An organization with an owner, a member with a custom role, a log, and one of everything else.
async fn seed_tenant(f: &Fixture, name: &str) -> Tenant {
    let (owner, organization) = f.seed_owned(name).await;
    let role = f.seed_role(organization.id, "Auditor", &[Permission::AuditRead]).await;
    let email = format!("member@{}.example", organization.slug);
    let (user, member) = f.seed_member(organization.id, &email, MemberRole::Custom(role.id)).await;
    f.seed_events(organization.id, &owner, 2).await;
    let domain = format!("{}.example", organization.slug);
    let invitation = f.seed_invitation(organization.id, "invited@acme.example", Some(owner.id)).await;
    let claim = f.seed_domain(organization.id, &domain, Enrolment::Suggest).await;
    let asking = f.seed_user(&format!("asking@{domain}")).await;
    let request = f.seed_join_request(organization.id, &asking).await;
    Tenant { organization, user, member, role, invitation, claim, request }
}

/// No read in one organization gives a row of another.
pub async fn foreign_rows_are_not_seen(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (mine, theirs) = (seed_tenant(&f, "Mine").await, seed_tenant(&f, "Theirs").await);
    let id = mine.organization.id;
    for foreign in
        [theirs.member.id.uuid(), theirs.user.id.uuid(), theirs.role.id.uuid(), theirs.organization.id.uuid()]
    {
        assert_eq!(f.read(id, async |unit| unit.member(foreign).await).await, None);
    }
    assert_eq!(f.read(id, async |unit| unit.role(theirs.role.id).await).await, None);
    let found = f.read(id, async |unit| unit.role_by_name(&theirs.role.name).await).await;
    assert_eq!(found, Some(mine.role.clone()), "of two roles with one name, the one of this organization");
    assert_eq!(f.read(id, async |unit| unit.count_roles().await).await, 1);
    assert_eq!(f.read(id, async |unit| unit.open(theirs.user.id).await).await.unwrap().member, None);
    assert_eq!(f.read_user(mine.user.id, async |unit| unit.organization(theirs.organization.id).await).await, None);

    assert_eq!(f.read(id, async |unit| unit.invitation(theirs.invitation.id).await).await, None);
    let found = f.read(id, async |unit| unit.pending_invitation(&theirs.invitation.email).await).await;
    assert_eq!(found, Some(mine.invitation.clone()), "of two invitations to one address, the one of this organization");
    assert_eq!(f.read(id, async |unit| unit.domain(theirs.claim.id).await).await, None);
    assert_eq!(f.read(id, async |unit| unit.join_request(theirs.request.id).await).await, None);
    assert_eq!(f.read(id, async |unit| unit.join_request_of(theirs.request.user_id).await).await, None);

    let state = f.state(id).await;
    assert!(state.members.iter().all(|profile| profile.membership.organization_id == id));
    assert!(state.roles.iter().all(|role| role.organization_id == id));
    assert!(state.records.iter().all(|record| record.event.organization_id == Some(id)));
    assert_eq!((state.members.len(), state.roles.len(), state.records.len()), (2, 1, 2));
    assert_eq!((state.invitations, state.domains), (vec![mine.invitation], vec![mine.claim]));
    assert_eq!(state.join_requests, [mine.request]);
}

/// No filter and no position brings a foreign row into a list (R-TEN-3).
pub async fn foreign_rows_are_not_listed(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (mine, theirs) = (seed_tenant(&f, "Mine").await, seed_tenant(&f, "Theirs").await);
    let id = mine.organization.id;
    let everything = PageRequest::first(PageSize::MAX);
    for filter in [
        MemberFilter { search: Some("theirs.example".to_owned()), role: None },
        MemberFilter { search: None, role: Some(MemberRole::Custom(theirs.role.id)) },
    ] {
        assert_eq!(f.read(id, async |unit| unit.list_members(&filter, &everything).await).await.items, []);
    }
    let log = PageRequest::first(PageSize::MAX);
    let target = Some(f.state(theirs.organization.id).await.members[1].membership.user_id);
    for filter in [
        AuditFilter { actor: target, ..AuditFilter::default() },
        AuditFilter { target: target.map(|id| id.uuid()), ..AuditFilter::default() },
    ] {
        assert_eq!(
            f.read(theirs.organization.id, async |unit| unit.list_audit(&filter, &log).await).await.items.len(),
            2
        );
        assert_eq!(f.read(id, async |unit| unit.list_audit(&filter, &log).await).await.items, []);
    }
    let filter = InvitationFilter { status: None, email: Some(theirs.invitation.email.clone()) };
    let found = f.read(id, async |unit| unit.list_invitations(&filter, &PageRequest::first(PageSize::MAX)).await).await;
    assert_eq!(found.items, [mine.invitation]);
    for after in [theirs.invitation.id.uuid(), theirs.claim.id.uuid(), theirs.request.id.uuid(), Uuid::max()] {
        let request = PageRequest { size: PageSize::MAX, after: Some(after) };
        let everything = InvitationFilter::default();
        let page = f.read(id, async |unit| unit.list_invitations(&everything, &request).await).await;
        assert!(page.items.iter().all(|invitation| invitation.organization_id == id));
        let page = f.read(id, async |unit| unit.list_domains(&request).await).await;
        assert!(page.items.iter().all(|claim| claim.organization_id == id));
        let page = f.read(id, async |unit| unit.list_join_requests(&request).await).await;
        assert!(page.items.iter().all(|request| request.organization_id == id));
    }
    // A position from the other's list is only a place in this one's.
    let after = KeyPosition { key: theirs.user.email.as_str().to_owned(), id: theirs.member.id.uuid() };
    for after in [after, KeyPosition { key: String::new(), id: Uuid::nil() }] {
        let request = PageRequest { size: PageSize::MAX, after: Some(after) };
        let page = f.read(id, async |unit| unit.list_members(&MemberFilter::default(), &request).await).await;
        assert!(page.items.iter().all(|profile| profile.membership.organization_id == id));
        let page = f.read(id, async |unit| unit.list_roles(&request).await).await;
        assert!(page.items.iter().all(|role| role.organization_id == id));
        let page = f.read_user(mine.user.id, async |unit| unit.list_organizations(&request).await).await;
        assert!(page.items.iter().all(|place| place.organization.id == id));
    }
}

/// A foreign id answers exactly as an unknown one, and nothing changes on either side.
pub async fn foreign_rows_are_not_changed(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (mine, theirs) = (seed_tenant(&f, "Mine").await, seed_tenant(&f, "Theirs").await);
    let before = (f.state(mine.organization.id).await, f.state(theirs.organization.id).await);
    let id = mine.organization.id;
    let member = theirs.member.id;
    let at = f.now();
    for role in MemberRole::BUILT_IN.into_iter().chain([MemberRole::Custom(mine.role.id)]) {
        expect::not_found(f.try_write(id, async |unit| unit.change_role(member, role, at).await).await);
    }
    expect::not_found(
        f.try_write(id, async |unit| {
            unit.set_access(member, WorkspaceAccess::ALL, &WorkspaceGrants::default(), at).await
        })
        .await,
    );
    expect::not_found(f.try_write(id, async |unit| unit.remove_member(member, at).await).await);
    let mut role = theirs.role.clone();
    role.permissions = Permission::ALL.iter().copied().collect();
    for organization_id in [theirs.organization.id, id] {
        let role = CustomRole { organization_id, name: f.name("Renamed"), ..role.clone() };
        expect::not_found(f.try_write(id, async |unit| unit.update_role(&role).await).await);
    }
    expect::not_found(f.try_write(id, async |unit| unit.delete_role(theirs.role.id).await).await);
    for organization_id in [theirs.organization.id, id] {
        let status = InvitationStatus::Revoked;
        let change = Invitation { organization_id, status, ..theirs.invitation.clone() };
        expect::not_found(f.try_write(id, async |unit| unit.update_invitation(&change).await).await);
        let change = DomainClaim { organization_id, enrolment: Enrolment::Automatic, ..theirs.claim.clone() };
        expect::not_found(f.try_write(id, async |unit| unit.update_domain(&change).await).await);
        let status = JoinRequestStatus::Declined;
        let change = JoinRequest { organization_id, status, ..theirs.request.clone() };
        expect::not_found(f.try_write(id, async |unit| unit.update_join_request(&change).await).await);
    }
    expect::not_found(f.try_write(id, async |unit| unit.delete_domain(theirs.claim.id).await).await);
    let moved = f.write(id, async |unit| unit.reassign_role(theirs.role.id, MemberRole::Owner, at).await).await;
    assert_eq!(moved, 0);
    assert_eq!((f.state(id).await, f.state(theirs.organization.id).await), before);
}

/// A value that names another organization is not written into that one.
pub async fn foreign_rows_are_not_made(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (mine, theirs) = (seed_tenant(&f, "Mine").await, seed_tenant(&f, "Theirs").await);
    let before = f.state(theirs.organization.id).await;
    let id = mine.organization.id;
    let user = f.seed_user("mallory@mine.example").await;

    let membership = f.membership(theirs.organization.id, user.id, MemberRole::Owner);
    let _ = f.try_write(id, async |unit| unit.add_member(&membership, Limit::Unlimited).await).await;
    let role = f.role(theirs.organization.id, "Backdoor", Permission::ALL);
    let _ = f.try_write(id, async |unit| unit.insert_role(&role).await).await;
    let invitation = f.invitation(theirs.organization.id, "mallory@mine.example", None);
    let _ = f.try_write(id, async |unit| unit.insert_invitation(&invitation).await).await;
    let claim = f.claim(theirs.organization.id, "backdoor.example");
    let _ = f.try_write(id, async |unit| unit.insert_domain(&claim).await).await;
    let request = f.join_request(theirs.organization.id, &user);
    let _ = f.try_write(id, async |unit| unit.insert_join_request(&request).await).await;
    let event = f.event(Some(theirs.organization.id), AuditAction::AccessDenied, &user);
    assert!(f.try_write(id, async |unit| unit.append_audit(&event).await).await.is_err());
    let mut changed = theirs.organization.clone();
    changed.name = f.name("Taken over");
    changed.slug = changed.slug.with_suffix("x");
    let _ = f.try_write(id, async |unit| unit.update_organization(&changed).await).await;
    let mut new = f.organization("New");
    new.id = theirs.organization.id;
    let _ = f.try_write(f.id(), async |unit| unit.insert_organization(&new).await).await;

    assert_eq!(f.state(theirs.organization.id).await, before);
    let place = f.read_user(user.id, async |unit| unit.organization(theirs.organization.id).await).await;
    assert_eq!(place, None);
}

/// A change in one organization leaves every other as it was.
pub async fn changes_stay_in_their_organization(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (mine, theirs) = (seed_tenant(&f, "Mine").await, seed_tenant(&f, "Theirs").await);
    let id = mine.organization.id;
    // The same person with the same role name on both sides.
    f.seed_membership(theirs.organization.id, mine.user.id, MemberRole::Member).await;
    f.seed_invitation(theirs.organization.id, "other@acme.example", Some(mine.user.id)).await;
    let before = f.state(theirs.organization.id).await;
    let mut role = mine.role.clone();
    role.permissions = [Permission::MemberRead].into_iter().collect();
    f.write(id, async |unit| {
        unit.update_role(&role).await?;
        unit.set_access(mine.member.id, WorkspaceAccess::ALL, &WorkspaceGrants::default(), f.now()).await?;
        unit.reassign_role(mine.role.id, MemberRole::Owner, f.now()).await?;
        unit.delete_role(mine.role.id).await?;
        unit.append_audit(&f.event(Some(id), AuditAction::DeleteRole, &mine.user)).await?;
        unit.remove_member(mine.member.id, f.now()).await?;
        unit.note_departure(&mine.user.email, f.now()).await?;
        unit.revoke_invitations(&mine.invitation.email, mine.user.id, f.now()).await?;
        unit.update_invitation(&Invitation { status: InvitationStatus::Declined, ..mine.invitation.clone() }).await?;
        unit.delete_domain(mine.claim.id).await?;
        unit.update_join_request(&JoinRequest { status: JoinRequestStatus::Declined, ..mine.request.clone() }).await
    })
    .await;
    assert!(!f.read(theirs.organization.id, async |unit| unit.has_departed(&mine.user.email).await).await);
    f.store.touch_member(id, mine.user.id, f.now()).await.unwrap();
    assert_eq!(f.state(theirs.organization.id).await, before);
}
