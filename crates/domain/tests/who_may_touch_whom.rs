//! Who may add, change and remove whom, as one file that people read
//! (C-05, C-110, M-11, M-12; "who may touch whom" in the decisions).

mod golden;

use golden::{assert_golden, table};
use guildhall_domain::policy::{Actor, Facts, Grant, MemberFacts, Refused, decide};
use guildhall_domain::{
    MemberId, MemberRole, OrganizationId, OrganizationStatus, Permission, PermissionSet, RoleId, UserId,
    WorkspaceAccess,
};
use uuid::Uuid;

/// A role by its name in the table: what it is and what it holds.
type Role = (&'static str, MemberRole, PermissionSet);

fn custom(name: &'static str, id: u128, permissions: &[Permission]) -> Role {
    let permissions = PermissionSet::BASELINE.union(permissions.iter().copied().collect());
    (name, MemberRole::Custom(RoleId::from(Uuid::from_u128(id))), permissions)
}

fn built_in(role: MemberRole) -> Role {
    (role.as_str(), role, role.built_in_permissions())
}

fn roles() -> Vec<Role> {
    let manager = [
        Permission::MemberRead,
        Permission::RoleRead,
        Permission::MemberAdd,
        Permission::MemberChangeRole,
        Permission::MemberRemove,
        Permission::RoleManage,
        Permission::WorkspaceCreate,
        Permission::CreditSpend,
    ];
    vec![
        built_in(MemberRole::Owner),
        built_in(MemberRole::Admin),
        built_in(MemberRole::Member),
        custom("manager", 10, &manager),
        custom("auditor", 11, &[Permission::AuditRead]),
        custom("bare", 12, &[]),
    ]
}

fn facts((_, role, permissions): Role, member: u128) -> MemberFacts {
    let access = WorkspaceAccess::NONE.for_role(role);
    MemberFacts { member_id: MemberId::from(Uuid::from_u128(member)), role, permissions, access }
}

/// Everybody who acts, with their membership 1; the superadmin is no member.
fn actors() -> Vec<(&'static str, bool, Option<MemberFacts>)> {
    let mut actors = vec![("superadmin", true, None)];
    actors.extend(roles().into_iter().map(|role| (role.0, false, Some(facts(role, 1)))));
    actors
}

fn grant(superadmin: bool, member: Option<MemberFacts>, permission: Permission) -> Option<Grant> {
    let actor = Actor { user_id: UserId::from(Uuid::from_u128(2)), superadmin };
    let organization = OrganizationId::from(Uuid::from_u128(1));
    decide(&actor, &Facts { organization, status: OrganizationStatus::Active, member }, permission).ok()
}

fn cell(grant: Option<Grant>, ask: impl FnOnce(Grant) -> Result<(), Refused>) -> String {
    match grant.map(ask) {
        None => "-".to_owned(),
        Some(Ok(())) => "yes".to_owned(),
        Some(Err(refused)) => refused.code().to_owned(),
    }
}

#[test]
fn who_may_touch_whom_is_what_was_signed_off() {
    let names = |first: &str| -> Vec<String> {
        [first.to_owned()].into_iter().chain(roles().into_iter().map(|(name, ..)| name.to_owned())).collect()
    };
    let mut text = String::from(
        "# Who may touch whom. Down: who acts. Across: the role concerned. -: not even asked, the permission is missing.\n\
         # Custom roles, beside what every member has: manager holds member.read, role.read, member.add,\n\
         # member.change_role, member.remove, role.manage, workspace.create and credits.spend; auditor holds audit.read;\n\
         # bare holds nothing.\n",
    );

    let mut rows = vec![names("ADD AS")];
    for (name, superadmin, member) in actors() {
        let grant = grant(superadmin, member, Permission::MemberAdd);
        let cells = roles().into_iter().map(|(_, role, permissions)| cell(grant, |g| g.may_give(role, permissions)));
        rows.push([name.to_owned()].into_iter().chain(cells).collect());
    }
    text.push_str(&format!("\n{}", table(&rows)));

    for (name, superadmin, member) in actors() {
        let grant = grant(superadmin, member, Permission::MemberChangeRole);
        if grant.is_none() {
            text.push_str(&format!("\n{} CHANGES NOBODY'S ROLE\n", name.to_uppercase()));
            continue;
        }
        let mut rows = vec![names(&format!("{} CHANGES FROM ↓ TO →", name.to_uppercase()))];
        for target in roles() {
            let current = facts(target, 2);
            let cells = roles()
                .into_iter()
                .map(|(_, role, permissions)| cell(grant, |g| g.may_assign(&current, role, permissions)));
            rows.push([target.0.to_owned()].into_iter().chain(cells).collect());
        }
        if let Some(own) = member {
            let cells = roles()
                .into_iter()
                .map(|(_, role, permissions)| cell(grant, |g| g.may_assign(&own, role, permissions)));
            rows.push(["themself".to_owned()].into_iter().chain(cells).collect());
        }
        text.push_str(&format!("\n{}", table(&rows)));
    }

    let mut rows = vec![names("REMOVE")];
    rows[0].push("themself".to_owned());
    for (name, superadmin, member) in actors() {
        let grant = grant(superadmin, member, Permission::MemberRemove);
        let mut row = vec![name.to_owned()];
        row.extend(roles().into_iter().map(|target| cell(grant, |g| g.may_remove(&facts(target, 2)))));
        row.push(member.map_or("-".to_owned(), |own| cell(grant, |g| g.may_remove(&own))));
        rows.push(row);
    }
    text.push_str(&format!("\n{}", table(&rows)));

    let mut rows = vec![vec!["DEFINE A ROLE WITH".to_owned()]];
    rows[0].extend(Permission::ALL.iter().map(Permission::to_string));
    for (name, superadmin, member) in actors() {
        let grant = grant(superadmin, member, Permission::RoleManage);
        let mut row = vec![name.to_owned()];
        row.extend(Permission::ALL.iter().map(|p| cell(grant, |g| g.may_define([*p].into_iter().collect()))));
        rows.push(row);
    }
    text.push_str(&format!("\n{}", table(&rows)));

    assert_golden("who_may_touch_whom.txt", &text);
}

/// C-110: a superadmin who happens to be a member leaves too, rather than remove themself.
#[test]
fn superadmin_members_cannot_remove_themselves_either() {
    let own = facts(built_in(MemberRole::Member), 1);
    let grant = grant(true, Some(own), Permission::MemberRemove).expect("superadmins may");
    assert_eq!(grant.may_remove(&own), Err(Refused::CannotRemoveYourself));
}

/// M-20, M-51, C-06: members make workspaces and spend credits, so a role that manages members does too, or lacks
/// something that members have, and touches none.
#[test]
fn who_lacks_what_members_have_touches_no_member() {
    let mut held = vec![Permission::MemberRead, Permission::RoleRead, Permission::MemberAdd, Permission::MemberRemove];
    let plain = built_in(MemberRole::Member);
    let ask = |held: &[Permission]| {
        let grant = grant(false, Some(facts(custom("steward", 14, held), 1)), Permission::MemberAdd).expect("it adds");
        (grant.may_give(plain.1, plain.2), grant.may_remove(&facts(plain, 2)))
    };
    for missing in [Permission::WorkspaceCreate, Permission::CreditSpend] {
        assert_eq!(ask(&held), (Err(Refused::PermissionNotHeld), Err(Refused::PermissionNotHeld)));
        held.push(missing);
    }
    assert_eq!(ask(&held), (Ok(()), Ok(())));
}

/// C-05: inviting gives a role, so the rules of giving hold: as owner only by an owner.
#[test]
fn only_owners_invite_as_owner() {
    let invite = |role: Role| grant(false, Some(facts(role, 1)), Permission::InvitationManage);
    let (owner, admin) = (built_in(MemberRole::Owner), built_in(MemberRole::Admin));
    assert_eq!(invite(owner).map(|grant| grant.may_give(owner.1, owner.2)), Some(Ok(())));
    let as_owner = invite(admin).map(|grant| grant.may_give(owner.1, owner.2));
    assert_eq!(as_owner, Some(Err(Refused::OnlyOwnersManageOwners)));
    assert_eq!(invite(admin).map(|grant| grant.may_give(admin.1, admin.2)), Some(Ok(())));
    assert!(invite(built_in(MemberRole::Member)).is_none());
    let inviter = custom("inviter", 13, &[Permission::InvitationManage]);
    let as_admin = invite(inviter).map(|grant| grant.may_give(admin.1, admin.2));
    assert_eq!(as_admin, Some(Err(Refused::PermissionNotHeld)));
}
