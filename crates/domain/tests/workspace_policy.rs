//! Who may do what in a workspace, as one file that people read (C-20, C-109,
//! C-121, C-122, M-50, M-52).

mod golden;

use golden::{assert_golden, table};
use guildhall_domain::policy::{
    Actor, Denied, Facts, MemberFacts, WorkspaceFacts, WorkspacePower, WorkspaceTies, decide_in, power,
};
use guildhall_domain::{
    AccessLevel, MemberId, MemberRole, OrganizationId, OrganizationStatus, Permission, PermissionSet, RoleId, UserId,
    WorkspaceAccess, WorkspaceId, WorkspaceRole,
};
use uuid::Uuid;

/// A caller of the table: a name, the power over the installation, the place in the organization and in the workspace.
struct Caller {
    name: &'static str,
    superadmin: bool,
    member: Option<MemberFacts>,
    ties: WorkspaceTies,
}

const UNTIED: WorkspaceTies = WorkspaceTies { role: None, grant: None };

fn member(role: MemberRole) -> MemberFacts {
    MemberFacts::built_in(MemberId::from(Uuid::from_u128(3)), role)
}

fn custom(permission: Permission) -> MemberFacts {
    let role = MemberRole::Custom(RoleId::from(Uuid::from_u128(4)));
    let permissions = PermissionSet::BASELINE.union([permission].into_iter().collect());
    MemberFacts { role, permissions, ..member(MemberRole::Member) }
}

fn callers() -> Vec<Caller> {
    let caller = |name, member, ties| Caller { name, superadmin: false, member, ties };
    let plain = Some(member(MemberRole::Member));
    let flags = |all_read, all_write| {
        Some(MemberFacts { access: WorkspaceAccess { all_read, all_write }, ..member(MemberRole::Member) })
    };
    let grant = |level| WorkspaceTies { grant: Some(level), ..UNTIED };
    let role = |role| WorkspaceTies { role: Some(role), ..UNTIED };
    vec![
        Caller { name: "superadmin", superadmin: true, member: None, ties: UNTIED },
        caller("owner", Some(member(MemberRole::Owner)), UNTIED),
        caller("admin", Some(member(MemberRole::Admin)), UNTIED),
        caller("role with workspace.manage", Some(custom(Permission::WorkspaceManage)), UNTIED),
        caller("role with workspace.write", Some(custom(Permission::WorkspaceWrite)), UNTIED),
        caller("role with workspace.read", Some(custom(Permission::WorkspaceRead)), UNTIED),
        caller("member with all_write", flags(false, true), UNTIED),
        caller("member with all_read", flags(true, false), UNTIED),
        caller("member, owner of the workspace", plain, role(WorkspaceRole::Owner)),
        caller("member in the workspace", plain, role(WorkspaceRole::Member)),
        caller("member with a grant to write", plain, grant(AccessLevel::Write)),
        caller("member with a grant to read", plain, grant(AccessLevel::Read)),
        caller("member", plain, UNTIED),
        caller("stranger", None, UNTIED),
    ]
}

fn asks(caller: &Caller, status: OrganizationStatus) -> (Actor, Facts) {
    let actor = Actor { user_id: UserId::from(Uuid::from_u128(2)), superadmin: caller.superadmin };
    (actor, Facts { organization: OrganizationId::from(Uuid::from_u128(1)), status, member: caller.member })
}

fn workspace(default_access: Option<AccessLevel>, personal_of: Option<u128>) -> WorkspaceFacts {
    WorkspaceFacts {
        id: WorkspaceId::from(Uuid::from_u128(5)),
        personal_of: personal_of.map(|user| UserId::from(Uuid::from_u128(user))),
        archived: false,
        default_access,
    }
}

fn verdict(caller: &Caller, status: OrganizationStatus, archived: bool, permission: Permission) -> &'static str {
    let (actor, facts) = asks(caller, status);
    let workspace = WorkspaceFacts { archived, ..workspace(None, None) };
    match decide_in(&actor, &facts, &workspace, caller.ties, permission) {
        Ok(()) => "yes",
        Err(Denied::NotVisible) => "404",
        Err(Denied::WorkspaceDenied { .. }) => "no",
        Err(Denied::Archived) => "archived",
        Err(Denied::Suspended) => "suspended",
        Err(Denied::LockedDown) => "locked-down",
        Err(Denied::Forbidden(_) | Denied::NotSuperadmin) => "not for workspaces",
    }
}

#[test]
fn the_policy_of_workspaces_is_the_one_that_was_signed_off() {
    let mut text = String::from(
        "# How much somebody may do in a workspace: manage includes write, and write includes read. -: nothing.\n\
         # closed: without default access. open: every member of the organization reads, or writes.\n",
    );
    let workspaces = [
        ("closed", workspace(None, None)),
        ("open to read", workspace(Some(AccessLevel::Read), None)),
        ("open to write", workspace(Some(AccessLevel::Write), None)),
        ("their own", workspace(None, Some(2))),
        ("somebody's own", workspace(Some(AccessLevel::Write), Some(9))),
    ];
    let names = workspaces.iter().map(|(name, _)| (*name).to_owned());
    let mut rows: Vec<Vec<String>> = vec![["POWER".to_owned()].into_iter().chain(names).collect()];
    for caller in callers() {
        let (actor, facts) = asks(&caller, OrganizationStatus::Active);
        let cell = |workspace| power(&actor, &facts, workspace, caller.ties).map_or("-", WorkspacePower::as_str);
        let cells = workspaces.iter().map(|(_, workspace)| cell(workspace).to_owned());
        rows.push([caller.name.to_owned()].into_iter().chain(cells).collect());
    }
    text.push_str(&format!("\n{}", table(&rows)));

    text.push_str(
        "\n# What is answered in a closed workspace, by the status of the organization and of the workspace.\n\
         # no: a member without the power (403). 404: told nothing, as if there were no organization.\n",
    );
    for status in OrganizationStatus::ALL {
        for archived in [false, true] {
            let state = if archived { ", ARCHIVED WORKSPACE" } else { "" };
            let permissions = [Permission::WorkspaceRead, Permission::WorkspaceWrite, Permission::WorkspaceManage];
            let head = [format!("{}{state}", status.as_str().to_uppercase())];
            let mut rows: Vec<Vec<String>> =
                vec![head.into_iter().chain(permissions.map(|it| it.to_string())).collect()];
            for caller in callers() {
                let cells = permissions.map(|it| verdict(&caller, status, archived, it).to_owned());
                rows.push([caller.name.to_owned()].into_iter().chain(cells).collect());
            }
            text.push_str(&format!("\n{}", table(&rows)));
        }
    }
    assert_golden("workspace_policy.txt", &text);
}

/// C-20: a denial says whom to ask.
#[test]
fn denials_say_what_to_do() {
    let caller = callers().pop().map(|stranger| Caller { member: Some(member(MemberRole::Member)), ..stranger });
    let (actor, facts) = asks(&caller.expect("there are callers"), OrganizationStatus::Active);
    let denied = decide_in(&actor, &facts, &workspace(None, None), UNTIED, Permission::WorkspaceWrite);
    let said = denied.expect_err("no access").to_string();
    assert!(said.contains("workspace.write") && said.contains("ask one of its owners"), "{said}");
    assert!(Denied::Archived.to_string().contains("restore it"));
}
