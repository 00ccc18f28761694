//! Nobody ever gains what they lack, whatever they try (C-05, C-110, C-17 to C-20).

use guildhall_domain::policy::{
    Actor, Authority, Facts, Grant, MemberFacts, PermissionSource, WorkspaceFacts, WorkspaceTies, decide, decide_in,
    explain,
};
use guildhall_domain::{
    MemberId, MemberRole, OrganizationId, OrganizationStatus, Permission, PermissionSet, RoleId, UserId,
    WorkspaceAccess,
};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use uuid::Uuid;

fn permission_set() -> impl Strategy<Value = PermissionSet> {
    subsequence(Permission::ALL, 0..=Permission::ALL.len()).prop_map(|set| set.into_iter().collect())
}

fn member_facts() -> impl Strategy<Value = MemberFacts> {
    let custom = (1..4u128, permission_set())
        .prop_map(|(id, permissions)| (MemberRole::Custom(RoleId::from(Uuid::from_u128(id))), permissions));
    let built_in = select(&MemberRole::BUILT_IN).prop_map(|role| (role, role.built_in_permissions()));
    (1..4u128, prop_oneof![custom, built_in]).prop_map(|(id, (role, permissions))| MemberFacts {
        member_id: MemberId::from(Uuid::from_u128(id)),
        role,
        permissions,
        access: WorkspaceAccess::NONE.for_role(role),
    })
}

fn facts() -> impl Strategy<Value = Facts> {
    (select(&OrganizationStatus::ALL), proptest::option::of(member_facts())).prop_map(|(status, member)| Facts {
        organization: OrganizationId::from(Uuid::from_u128(1)),
        status,
        member,
    })
}

fn actor() -> impl Strategy<Value = Actor> {
    any::<bool>().prop_map(|superadmin| Actor { user_id: UserId::from(Uuid::from_u128(2)), superadmin })
}

/// A grant of a member with these facts, by any permission that they have.
fn grant_of(member: MemberFacts) -> Option<Grant> {
    let facts = Facts {
        organization: OrganizationId::from(Uuid::from_u128(1)),
        status: OrganizationStatus::Active,
        member: Some(member),
    };
    let actor = Actor { user_id: UserId::from(Uuid::from_u128(2)), superadmin: false };
    member.permissions.iter().find_map(|permission| decide(&actor, &facts, permission).ok())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// What somebody below an owner gives or assigns holds nothing that they lack, and touches no owner.
    #[test]
    fn nobody_gives_what_they_lack(own in member_facts(), target in member_facts(), new in member_facts()) {
        prop_assume!(!own.role.is_owner());
        let Some(grant) = grant_of(own) else { return Ok(()) };
        if grant.may_give(new.role, new.permissions).is_ok() {
            prop_assert!(!new.role.is_owner());
            prop_assert!(new.permissions.is_subset(own.permissions));
        }
        if grant.may_assign(&target, new.role, new.permissions).is_ok() {
            prop_assert!(!target.role.is_owner() && !new.role.is_owner());
            prop_assert!(new.permissions.is_subset(own.permissions));
            prop_assert!(target.permissions.is_subset(own.permissions));
        }
        if grant.may_remove(&target).is_ok() {
            prop_assert!(!target.role.is_owner() && target.permissions.is_subset(own.permissions));
            prop_assert!(target.member_id != own.member_id);
        }
    }

    /// Nobody raises themself, not even with a role that is made for it.
    #[test]
    fn nobody_raises_themself(own in member_facts(), new in member_facts()) {
        let Some(grant) = grant_of(own) else { return Ok(()) };
        if grant.may_assign(&own, new.role, new.permissions).is_ok() {
            prop_assert!(new.permissions.is_subset(own.permissions));
            prop_assert!(own.role.is_owner() || !new.role.is_owner());
        }
    }

    /// A role that anybody defines, owners included, holds nothing that they lack and nothing of the owners'.
    #[test]
    fn nobody_defines_what_they_lack(own in member_facts(), permissions in permission_set()) {
        let Some(grant) = grant_of(own) else { return Ok(()) };
        let allowed = grant.may_define(permissions).is_ok();
        let owner_only = permissions.iter().any(Permission::is_owner_only);
        prop_assert_eq!(allowed, permissions.is_subset(own.permissions) && !owner_only);
    }

    /// However many plot together, in however many steps: without an owner, all of them never hold more than before.
    #[test]
    fn plotting_gains_nothing(
        mut members in proptest::collection::vec(member_facts(), 2..5),
        steps in proptest::collection::vec((any::<proptest::sample::Index>(), any::<proptest::sample::Index>(), permission_set(), member_facts()), 1..12),
    ) {
        for (place, member) in (1..).zip(&mut members) {
            member.member_id = MemberId::from(Uuid::from_u128(place));
        }
        members.retain(|member| !member.role.is_owner());
        prop_assume!(!members.is_empty());
        let held = |members: &[MemberFacts]| -> PermissionSet {
            members.iter().flat_map(|member| member.permissions.iter()).collect()
        };
        let all = held(&members);
        for (actor, target, wanted, other) in steps {
            let (actor, target) = (actor.index(members.len()), target.index(members.len()));
            let Some(grant) = grant_of(members[actor]) else { continue };
            // Either a role defined for the purpose, or one that is there.
            let (role, permissions) = if grant.may_define(wanted).is_ok() {
                (MemberRole::Custom(RoleId::from(Uuid::from_u128(9))), wanted)
            } else {
                (other.role, other.permissions)
            };
            if grant.may_assign(&members[target], role, permissions).is_ok() {
                members[target] = MemberFacts { role, permissions, ..members[target] };
            }
            prop_assert!(held(&members).is_subset(all));
            prop_assert!(members.iter().all(|member| !member.role.is_owner()));
        }
    }

    /// What is explained is what is decided, with the source that the grant names (C-18, C-20).
    #[test]
    fn explanations_agree_with_decisions(actor in actor(), facts in facts()) {
        let explained = explain(&actor, &facts);
        prop_assert!(explained.is_sorted_by_key(|(permission, _)| Permission::ALL.iter().position(|p| p == permission)));
        for permission in Permission::ALL {
            let source = explained.iter().find(|(explained, _)| explained == permission).map(|(_, source)| *source);
            let decided = decide(&actor, &facts, *permission).ok().map(|grant| match grant.authority() {
                Authority::Superadmin => PermissionSource::Superadmin,
                Authority::Role(role) => PermissionSource::Role(role),
            });
            if permission.is_for_workspaces() {
                // These are told as a check answers that names no workspace: by flags too, and writing includes reading.
                let (any, ties) = (WorkspaceFacts::ANY, WorkspaceTies::default());
                prop_assert_eq!(source.is_some(), decide_in(&actor, &facts, &any, ties, *permission).is_ok());
                prop_assert!(decided.is_none() || source == decided);
            } else {
                prop_assert_eq!(source, decided);
            }
        }
    }

    /// Deny unless granted: a yes needs superadmin, or a role that holds the permission in a usable organization.
    #[test]
    fn decisions_deny_unless_granted(actor in actor(), facts in facts(), permission in select(Permission::ALL)) {
        let granted = decide(&actor, &facts, permission).is_ok();
        let by_role = facts.member.is_some_and(|member| member.permissions.contains(permission)) && match facts.status {
            OrganizationStatus::Active => true,
            OrganizationStatus::Suspended => !permission.is_write(),
            OrganizationStatus::Lockdown => false,
        };
        prop_assert_eq!(granted, actor.superadmin || by_role);
    }

    /// Stored names give the same set back, and a name that nobody knows grants nothing.
    #[test]
    fn stored_permissions_come_back(set in permission_set(), unknown in "[a-z._]{0,20}") {
        prop_assume!(Permission::parse(&unknown).is_err());
        let names = set.names().into_iter().chain([unknown.as_str()]);
        prop_assert_eq!(PermissionSet::from_stored_names(names), set);
    }
}
