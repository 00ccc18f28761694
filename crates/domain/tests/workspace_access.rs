//! The engine of access to workspaces against a model that is as plain as the
//! sentences of the documents, over everything that can be (C-06, C-20, C-109,
//! C-121, C-122, M-50, M-52, M-55).

use guildhall_domain::policy::{
    Actor, Denied, Facts, MemberFacts, WorkspaceFacts, WorkspacePower, WorkspaceSource, WorkspaceTies, WorkspaceView,
    WorkspaceViewer, decide_in, power, sources,
};
use guildhall_domain::{
    AccessLevel, MemberId, MemberRole, OrganizationId, OrganizationStatus, Permission, PermissionSet, RoleId, UserId,
    WorkspaceAccess, WorkspaceId, WorkspaceRole,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use uuid::Uuid;

const ME: u128 = 2;
const SOMEBODY: u128 = 3;

fn user(number: u128) -> UserId {
    UserId::from(Uuid::from_u128(number))
}

/// Who asks, where, and what ties them to a workspace.
#[derive(Debug, Clone, Copy)]
struct World {
    actor: Actor,
    facts: Facts,
    workspace: WorkspaceFacts,
    ties: WorkspaceTies,
}

impl World {
    fn sources(&self) -> Vec<(WorkspaceSource, WorkspacePower)> {
        sources(&self.actor, &self.facts, &self.workspace, self.ties)
    }

    fn power(&self) -> Option<WorkspacePower> {
        power(&self.actor, &self.facts, &self.workspace, self.ties)
    }

    fn decide(&self, permission: Permission) -> Result<(), Denied> {
        decide_in(&self.actor, &self.facts, &self.workspace, self.ties, permission)
    }

    fn viewer(&self) -> Option<WorkspaceViewer> {
        WorkspaceViewer::of(&self.actor, &self.facts)
    }
}

/// What is done in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    See,
    Change,
    Run,
}

const DEEDS: [(Deed, Permission, WorkspacePower); 3] = [
    (Deed::See, Permission::WorkspaceRead, WorkspacePower::Read),
    (Deed::Change, Permission::WorkspaceWrite, WorkspacePower::Write),
    (Deed::Run, Permission::WorkspaceManage, WorkspacePower::Manage),
];

/// Whether the documents let it be done, whatever state the organization and the workspace are in.
fn allowed(world: &World, deed: Deed) -> bool {
    let World { actor, facts, workspace, ties } = world;
    // M-55: a superadmin does everything.
    if actor.superadmin {
        return true;
    }
    // N-15: a stranger does nothing.
    let Some(member) = facts.member else { return false };
    // M-50: a personal workspace is for its user alone, whoever else it is shared with by mistake.
    if let Some(own) = workspace.personal_of {
        return own == actor.user_id;
    }
    let has = |permission: Permission| member.permissions.names().contains(&permission.as_str());
    let (reads, writes) = (ties.grant == Some(AccessLevel::Read), ties.grant == Some(AccessLevel::Write));
    let (open, wide_open) =
        (workspace.default_access == Some(AccessLevel::Read), workspace.default_access == Some(AccessLevel::Write));
    match deed {
        // C-121: who writes reads, by whatever they write.
        Deed::See => {
            has(Permission::WorkspaceRead) || member.access.all_read || reads || open || allowed(world, Deed::Change)
        }
        // M-52: its members change what is in it, and its owners do all that members do.
        Deed::Change => {
            has(Permission::WorkspaceWrite)
                || member.access.all_write
                || writes
                || wide_open
                || ties.role == Some(WorkspaceRole::Member)
                || allowed(world, Deed::Run)
        }
        // M-52: owners invite, remove, edit name and description.
        Deed::Run => has(Permission::WorkspaceManage) || ties.role == Some(WorkspaceRole::Owner),
    }
}

/// The answer to who wants to do it now.
fn answer(world: &World, deed: Deed, permission: Permission) -> Result<(), Denied> {
    let outsider = !world.actor.superadmin && world.facts.member.is_none();
    let status = if world.actor.superadmin { OrganizationStatus::Active } else { world.facts.status };
    if outsider {
        Err(Denied::NotVisible) // N-15: as if there were no such organization
    } else if status == OrganizationStatus::Lockdown {
        Err(Denied::LockedDown) // N-36
    } else if !allowed(world, deed) {
        Err(Denied::WorkspaceDenied { workspace: world.workspace.id, permission }) // C-20, C-122
    } else if status == OrganizationStatus::Suspended && deed != Deed::See {
        Err(Denied::Suspended) // N-35
    } else if world.workspace.archived && deed == Deed::Change {
        Err(Denied::Archived) // what is put away is read, restored and deleted, not written
    } else {
        Ok(())
    }
}

/// How much a source gives, where it gives anything.
fn given(world: &World, source: WorkspaceSource) -> Option<WorkspacePower> {
    let World { actor, facts, workspace, ties } = world;
    let level = |level: AccessLevel| match level {
        AccessLevel::Read => WorkspacePower::Read,
        AccessLevel::Write => WorkspacePower::Write,
    };
    if source == WorkspaceSource::Superadmin {
        return actor.superadmin.then_some(WorkspacePower::Manage);
    }
    let member = facts.member?;
    match (source, workspace.personal_of) {
        (WorkspaceSource::Personal, own) => (own == Some(actor.user_id)).then_some(WorkspacePower::Manage),
        (_, Some(_)) => None,
        (WorkspaceSource::Role(role), None) if role == member.role => {
            DEEDS.iter().rfind(|(_, permission, _)| member.permissions.contains(*permission)).map(|(.., power)| *power)
        }
        (WorkspaceSource::AllWorkspaces, None) => match (member.access.all_read, member.access.all_write) {
            (_, true) => Some(WorkspacePower::Write),
            (true, _) => Some(WorkspacePower::Read),
            _ => None,
        },
        (WorkspaceSource::Grant, None) => ties.grant.map(level),
        (WorkspaceSource::WorkspaceRole(WorkspaceRole::Owner), None) => {
            (ties.role == Some(WorkspaceRole::Owner)).then_some(WorkspacePower::Manage)
        }
        (WorkspaceSource::WorkspaceRole(WorkspaceRole::Member), None) => {
            (ties.role == Some(WorkspaceRole::Member)).then_some(WorkspacePower::Write)
        }
        (WorkspaceSource::DefaultAccess, None) => workspace.default_access.map(level),
        _ => None,
    }
}

/// Whether the workspace is in what a store lists for `viewer`.
fn listed(viewer: &WorkspaceViewer, workspace: &WorkspaceFacts, ties: WorkspaceTies) -> bool {
    let own = workspace.personal_of == Some(viewer.user_id);
    let shared = workspace.personal_of.is_none();
    let tied = workspace.default_access.is_some() || ties.grant.is_some() || ties.role.is_some();
    match viewer.view {
        WorkspaceView::Everything => true,
        WorkspaceView::EveryShared => own || shared,
        WorkspaceView::Tied => own || (shared && tied),
    }
}

/// Takes one of each of several lists, by a number.
struct Digits(usize);

impl Digits {
    fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        let one = all[self.0 % all.len()];
        self.0 /= all.len();
        one
    }
}

/// A stranger, the built-in roles, and custom ones with each set of the permissions for workspaces.
fn roles() -> Vec<Option<(MemberRole, PermissionSet)>> {
    let custom = (0..8u8).map(|bits| {
        let held = DEEDS.iter().enumerate().filter(|(bit, _)| bits & (1 << bit) != 0);
        let permissions = PermissionSet::BASELINE.union(held.map(|(_, (_, permission, _))| *permission).collect());
        Some((MemberRole::Custom(RoleId::from(Uuid::from_u128(4))), permissions))
    });
    let built_in = MemberRole::BUILT_IN.map(|role| Some((role, role.built_in_permissions())));
    [None].into_iter().chain(built_in).chain(custom).collect()
}

const LEVELS: [Option<AccessLevel>; 3] = [None, Some(AccessLevel::Read), Some(AccessLevel::Write)];
const IN_IT: [Option<WorkspaceRole>; 3] = [None, Some(WorkspaceRole::Member), Some(WorkspaceRole::Owner)];

/// The world of this number; none behind the last one.
fn world(number: usize, roles: &[Option<(MemberRole, PermissionSet)>]) -> Option<World> {
    let mut digits = Digits(number);
    let superadmin = digits.pick(&[false, true]);
    let (all_read, all_write) = (digits.pick(&[false, true]), digits.pick(&[false, true]));
    let member = digits.pick(roles).map(|(role, permissions)| MemberFacts {
        member_id: MemberId::from(Uuid::from_u128(5)),
        role,
        permissions,
        access: WorkspaceAccess { all_read, all_write },
    });
    let status = digits.pick(&OrganizationStatus::ALL);
    let workspace = WorkspaceFacts {
        id: WorkspaceId::from(Uuid::from_u128(6)),
        personal_of: digits.pick(&[None, Some(user(ME)), Some(user(SOMEBODY))]),
        archived: digits.pick(&[false, true]),
        default_access: digits.pick(&LEVELS),
    };
    let ties = WorkspaceTies { role: digits.pick(&IN_IT), grant: digits.pick(&LEVELS) };
    let facts = Facts { organization: OrganizationId::from(Uuid::from_u128(1)), status, member };
    let world = World { actor: Actor { user_id: user(ME), superadmin }, facts, workspace, ties };
    (digits.0 == 0).then_some(world)
}

fn worlds() -> impl Iterator<Item = World> {
    let roles = roles();
    (0..).map_while(move |number| world(number, &roles))
}

#[test]
fn all_worlds_are_looked_at() {
    let (callers, organizations, workspaces, ties) = (2 * 4 * 12, 3, 3 * 2 * 3, 3 * 3);
    assert_eq!(worlds().count(), callers * organizations * workspaces * ties);
}

/// C-121, M-50, M-52: the power is what the documents allow, no more and no less; writing includes reading.
#[test]
fn power_is_what_the_documents_allow() {
    for world in worlds() {
        let power = world.power();
        for (deed, permission, needed) in DEEDS {
            assert_eq!(power.is_some_and(|power| power >= needed), allowed(&world, deed), "{deed:?} in {world:?}");
            assert_eq!(WorkspacePower::needed_for(permission), Some(needed));
        }
        assert!(allowed(&world, Deed::See) || !allowed(&world, Deed::Change), "{world:?}"); // C-121
    }
}

/// C-18, C-20: every source is named, with what it gives, once; and the power is the greatest of them.
#[test]
fn sources_are_what_gives_power() {
    for world in worlds() {
        let sources = world.sources();
        let role = world.facts.member.map_or(MemberRole::Member, |member| member.role);
        let all = [
            WorkspaceSource::Superadmin,
            WorkspaceSource::Personal,
            WorkspaceSource::Role(role),
            WorkspaceSource::AllWorkspaces,
            WorkspaceSource::Grant,
            WorkspaceSource::WorkspaceRole(WorkspaceRole::Owner),
            WorkspaceSource::WorkspaceRole(WorkspaceRole::Member),
            WorkspaceSource::DefaultAccess,
        ];
        let wanted: Vec<_> = all.into_iter().filter_map(|source| Some((source, given(&world, source)?))).collect();
        assert_eq!(sources, wanted, "{world:?}");
        assert_eq!(world.power(), sources.iter().map(|(_, power)| *power).max());
    }
}

/// C-20, C-122, N-15, N-35, N-36: yes exactly where it is allowed and nothing stops it, else the reason.
#[test]
fn decisions_are_what_the_documents_answer() {
    for world in worlds() {
        for (deed, permission, _) in DEEDS {
            assert_eq!(world.decide(permission), answer(&world, deed, permission), "{deed:?} in {world:?}");
        }
        // C-121: nobody writes what they cannot read.
        let (read, write) = (world.decide(Permission::WorkspaceRead), world.decide(Permission::WorkspaceWrite));
        assert!(read.is_ok() || write.is_err(), "{world:?}");
    }
}

/// What is not about workspaces is granted by no workspace, not even to superadmins, who are asked elsewhere.
#[test]
fn other_permissions_are_not_for_workspaces() {
    for permission in Permission::ALL.iter().filter(|it| !it.is_for_workspaces()) {
        assert_eq!(WorkspacePower::needed_for(*permission), None);
        for world in worlds().step_by(7) {
            let refused = world.decide(*permission);
            match (world.facts.member, world.facts.status) {
                (None, _) if !world.actor.superadmin => assert_eq!(refused, Err(Denied::NotVisible)),
                (_, OrganizationStatus::Lockdown) if !world.actor.superadmin => {
                    assert_eq!(refused, Err(Denied::LockedDown));
                }
                _ => assert_eq!(refused, Err(Denied::Forbidden(*permission))),
            }
        }
    }
}

/// No list holds what a check denies, and none lacks what it grants.
#[test]
fn lists_hold_exactly_what_may_be_seen() {
    for world in worlds() {
        let stranger = world.facts.member.is_none() && !world.actor.superadmin;
        let viewer = world.viewer();
        assert_eq!(viewer.is_none(), stranger, "{world:?}");
        let seen = viewer.is_some_and(|viewer| listed(&viewer, &world.workspace, world.ties));
        assert_eq!(seen, allowed(&world, Deed::See), "{world:?}");
        assert_eq!(seen, world.power().is_some(), "{world:?}");
        if let Some(viewer) = viewer {
            assert_eq!(viewer.user_id, world.actor.user_id);
            assert_eq!(viewer.member_id, world.facts.member.map(|member| member.member_id));
        }
    }
}

fn actor_and_facts() -> impl Strategy<Value = (Actor, Facts)> {
    let custom = subsequence(Permission::ALL, 0..=Permission::ALL.len())
        .prop_map(|held| (MemberRole::Custom(RoleId::from(Uuid::from_u128(4))), held.into_iter().collect()));
    let built_in = select(&MemberRole::BUILT_IN).prop_map(|role| (role, role.built_in_permissions()));
    let member = (prop_oneof![custom, built_in], any::<bool>(), any::<bool>()).prop_map(
        |((role, permissions), all_read, all_write)| MemberFacts {
            member_id: MemberId::from(Uuid::from_u128(5)),
            role,
            permissions,
            access: WorkspaceAccess { all_read, all_write },
        },
    );
    let superadmin = prop::bool::weighted(0.1);
    (superadmin, select(&OrganizationStatus::ALL), option::weighted(0.9, member)).prop_map(
        |(superadmin, status, member)| {
            let facts = Facts { organization: OrganizationId::from(Uuid::from_u128(1)), status, member };
            (Actor { user_id: user(ME), superadmin }, facts)
        },
    )
}

fn workspace() -> impl Strategy<Value = (WorkspaceFacts, WorkspaceTies)> {
    let personal_of = option::weighted(0.3, (ME..=SOMEBODY + 1).prop_map(user));
    let facts = (any::<u128>(), personal_of, any::<bool>(), select(&LEVELS)).prop_map(
        |(id, personal_of, archived, default_access)| WorkspaceFacts {
            id: WorkspaceId::from(Uuid::from_u128(id)),
            personal_of,
            archived,
            default_access,
        },
    );
    let ties = (select(&IN_IT), select(&LEVELS)).prop_map(|(role, grant)| WorkspaceTies { role, grant });
    (facts, ties)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// With any permissions, of a whole list: the filter of the store, the engine and the documents agree.
    #[test]
    fn whole_lists_agree((actor, facts) in actor_and_facts(), workspaces in vec(workspace(), 0..12)) {
        let viewer = WorkspaceViewer::of(&actor, &facts);
        for (workspace, ties) in workspaces {
            let world = World { actor, facts, workspace, ties };
            let seen = viewer.is_some_and(|viewer| listed(&viewer, &workspace, ties));
            prop_assert_eq!(seen, allowed(&world, Deed::See));
            prop_assert_eq!(seen, world.power().is_some());
            for (deed, permission, _) in DEEDS {
                prop_assert_eq!(world.decide(permission), answer(&world, deed, permission));
            }
        }
    }

    /// Whatever is given beside what there is takes nothing away.
    #[test]
    fn more_never_gives_less(
        (actor, facts) in actor_and_facts(),
        (workspace, ties) in workspace(),
        (more, more_ties) in workspace(),
        permission in select(Permission::ALL),
    ) {
        let world = World { actor, facts, workspace, ties };
        let raise = |own: Option<AccessLevel>, other| own.max(other);
        let ties = WorkspaceTies { grant: raise(ties.grant, more_ties.grant), role: ties.role.or(more_ties.role) };
        let workspace = WorkspaceFacts { default_access: raise(workspace.default_access, more.default_access), ..workspace };
        let member = facts.member.map(|member| MemberFacts {
            permissions: member.permissions.union([permission].into_iter().collect()),
            access: member.access.union(WorkspaceAccess { all_read: more.archived, all_write: false }),
            ..member
        });
        let richer = World { facts: Facts { member, ..facts }, workspace, ties, ..world };
        prop_assert!(richer.power() >= world.power());
    }

    /// M-50: nothing that is given reaches into the personal workspace of somebody else.
    #[test]
    fn personal_workspaces_are_for_one((mut actor, facts) in actor_and_facts(), (workspace, ties) in workspace()) {
        actor.superadmin = false;
        let of = |number| WorkspaceFacts { personal_of: Some(user(number)), ..workspace };
        let power = |number| power(&actor, &facts, &of(number), ties);
        prop_assert_eq!(power(SOMEBODY), None);
        prop_assert_eq!(power(ME), facts.member.map(|_| WorkspacePower::Manage));
    }
}
