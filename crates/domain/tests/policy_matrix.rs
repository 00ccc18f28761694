//! The whole policy, role × permission × status, as one file that people read
//! (C-04 to C-07, M-08, M-09, M-55, N-15, N-35, N-36).

mod golden;

use golden::{assert_golden, table};
use guildhall_domain::policy::{Actor, Denied, Facts, MemberFacts, decide, decide_platform};
use guildhall_domain::{
    MemberId, MemberRole, OrganizationId, OrganizationStatus, Permission, PermissionSet, RoleId, UserId,
    WorkspaceAccess,
};
use uuid::Uuid;

/// A caller of the matrix: a name, the power over the installation, the place in the organization.
type Caller = (&'static str, bool, Option<MemberFacts>);

fn member_id() -> MemberId {
    MemberId::from(Uuid::from_u128(3))
}

fn custom(permissions: &[Permission]) -> Option<MemberFacts> {
    let role = MemberRole::Custom(RoleId::from(Uuid::from_u128(4)));
    let permissions = PermissionSet::BASELINE.union(permissions.iter().copied().collect());
    Some(MemberFacts { member_id: member_id(), role, permissions, access: WorkspaceAccess::NONE })
}

fn built_in(role: MemberRole) -> Option<MemberFacts> {
    Some(MemberFacts::built_in(member_id(), role))
}

fn callers() -> Vec<Caller> {
    vec![
        ("superadmin", true, None),
        ("owner", false, built_in(MemberRole::Owner)),
        ("admin", false, built_in(MemberRole::Admin)),
        ("member", false, built_in(MemberRole::Member)),
        ("recruiter", false, custom(&[Permission::MemberRead, Permission::MemberAdd])),
        ("bare", false, custom(&[])),
        ("stranger", false, None),
    ]
}

fn verdict(caller: &Caller, status: OrganizationStatus, permission: Permission) -> &'static str {
    let (_, superadmin, member) = *caller;
    let actor = Actor { user_id: UserId::from(Uuid::from_u128(2)), superadmin };
    let facts = Facts { organization: OrganizationId::from(Uuid::from_u128(1)), status, member };
    match decide(&actor, &facts, permission) {
        Ok(grant) => {
            assert_eq!((grant.permission(), grant.organization()), (permission, facts.organization));
            assert_eq!((grant.actor(), grant.member()), (actor.user_id, member.map(|member| member.member_id)));
            "yes"
        }
        Err(Denied::NotVisible) => "404",
        Err(Denied::Forbidden(named)) => {
            assert_eq!(named, permission, "the denial names what is needed");
            "no"
        }
        Err(Denied::Suspended) => "suspended",
        Err(Denied::LockedDown) => "locked-down",
        Err(Denied::NotSuperadmin) => "operators-only",
        Err(Denied::WorkspaceDenied { .. } | Denied::Archived) => "not for organizations",
    }
}

#[test]
fn the_policy_is_the_one_that_was_signed_off() {
    let callers = callers();
    let mut text = String::from(
        "# Who may do what in an organization, by its status.\n\
         # yes: granted. no: a member whose role lacks it (403). 404: told nothing, as if there were no organization.\n\
         # Custom roles: recruiter holds member.read and member.add beside what every member has, bare nothing beside it.\n",
    );
    for status in OrganizationStatus::ALL {
        let mut rows = vec![vec![status.as_str().to_uppercase()]];
        rows[0].extend(callers.iter().map(|(name, ..)| (*name).to_owned()));
        for permission in Permission::ALL {
            let mut row = vec![permission.to_string()];
            row.extend(callers.iter().map(|caller| verdict(caller, status, *permission).to_owned()));
            rows.push(row);
        }
        text.push('\n');
        text.push_str(&table(&rows));
    }
    assert_golden("policy_matrix.txt", &text);
}

/// M-55: a superadmin's own membership takes nothing from their power.
#[test]
fn superadmins_may_do_everything_whatever_their_membership() {
    for (_, _, member) in callers() {
        for status in OrganizationStatus::ALL {
            for permission in Permission::ALL {
                assert_eq!(verdict(&("superadmin", true, member), status, *permission), "yes");
            }
        }
    }
}

/// M-55: the installation is the superadmins' alone, whatever they are in an organization.
#[test]
fn only_superadmins_operate_the_installation() {
    let user_id = UserId::from(Uuid::from_u128(2));
    assert_eq!(decide_platform(&Actor { user_id, superadmin: true }).map(|grant| grant.actor()), Ok(user_id));
    assert_eq!(decide_platform(&Actor { user_id, superadmin: false }), Err(Denied::NotSuperadmin));
}

/// C-04, C-111 to C-113, N-13, N-14: whom to invite and which domains to claim is the
/// owners' and admins' business, and a custom role's that says so.
#[test]
fn owners_and_admins_invite_and_claim_domains() {
    let names = ["invitation.read", "invitation.manage", "domain.read", "domain.manage"];
    let permissions = names.map(|name| Permission::parse(name).expect("a permission"));
    for permission in permissions {
        assert!(PermissionSet::OWNER.contains(permission) && PermissionSet::ADMIN.contains(permission));
        assert!(!PermissionSet::MEMBER.contains(permission) && !PermissionSet::BASELINE.contains(permission));
        assert!(!permission.is_owner_only());
        assert_eq!(permission.is_write(), permission.as_str().ends_with(".manage"));
        let trusted = ("trusted", false, custom(&[permission]));
        assert_eq!(verdict(&trusted, OrganizationStatus::Active, permission), "yes");
    }
}

/// M-08, M-19, M-21: what is used and what is paid for is the owners' and admins' business.
#[test]
fn owners_and_admins_see_the_usage_and_manage_billing() {
    for (permission, write) in [(Permission::UsageRead, false), (Permission::BillingManage, true)] {
        assert!(PermissionSet::OWNER.contains(permission) && PermissionSet::ADMIN.contains(permission));
        assert!(!PermissionSet::MEMBER.contains(permission) && !PermissionSet::BASELINE.contains(permission));
        assert!(!permission.is_owner_only());
        assert_eq!(permission.is_write(), write);
    }
}

/// M-08, M-51, C-06, C-14, N-18: everybody makes workspaces; what all of them hold, how they are grouped, and what
/// is used of resources is the owners' and admins' business.
#[test]
fn everybody_makes_workspaces_and_owners_and_admins_run_them() {
    let names = ["workspace.read", "workspace.write", "workspace.manage", "workspace_group.manage", "usage.report"];
    for permission in names.map(|name| Permission::parse(name).expect("a permission")) {
        assert!(PermissionSet::OWNER.contains(permission) && PermissionSet::ADMIN.contains(permission));
        assert!(!PermissionSet::MEMBER.contains(permission) && !PermissionSet::BASELINE.contains(permission));
        assert!(!permission.is_owner_only());
        assert_eq!(permission.is_write(), permission != Permission::WorkspaceRead);
    }
    assert!(PermissionSet::MEMBER.contains(Permission::WorkspaceCreate) && Permission::WorkspaceCreate.is_write());
    assert!(!PermissionSet::BASELINE.contains(Permission::WorkspaceCreate));
    assert!(!Permission::WorkspaceCreate.is_for_workspaces());
}

/// M-08, M-20, M-27, M-30, M-32: everybody spends of the pool; who spent what, and how much each may, is the owners'
/// and admins' business.
#[test]
fn everybody_spends_credits_and_owners_and_admins_run_the_pool() {
    for permission in ["credits.spend", "credits.read", "quota.manage"] {
        let permission = Permission::parse(permission).expect("a permission");
        assert!(PermissionSet::OWNER.contains(permission) && PermissionSet::ADMIN.contains(permission));
        assert_eq!(PermissionSet::MEMBER.contains(permission), permission == Permission::CreditSpend);
        assert!(!PermissionSet::BASELINE.contains(permission));
        assert!(!permission.is_owner_only() && !permission.is_for_workspaces());
        assert_eq!(permission.is_write(), permission != Permission::CreditRead);
    }
}
