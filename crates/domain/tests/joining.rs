//! The rules that every way into an organization shares, for everything that could be asked of them.

use guildhall_domain::blueprint::MembershipMode;
use guildhall_domain::joining::{GivesWay, Place, Power, makes_room};
use guildhall_domain::{
    MemberRole, MembershipSource, OrganizationId, Permission, PermissionSet, RoleId, WorkspaceAccess,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use uuid::Uuid;

fn access() -> impl Strategy<Value = WorkspaceAccess> {
    (any::<bool>(), any::<bool>()).prop_map(|(all_read, all_write)| WorkspaceAccess { all_read, all_write })
}

fn power() -> impl Strategy<Value = Power> {
    let permissions = subsequence(Permission::ALL, 0..=Permission::ALL.len());
    let custom = (1..4u128, permissions).prop_map(|(id, permissions)| {
        let permissions: PermissionSet = permissions.into_iter().filter(|it| !it.is_owner_only()).collect();
        (MemberRole::Custom(RoleId::from(Uuid::from_u128(id))), PermissionSet::BASELINE.union(permissions))
    });
    let built_in = select(&MemberRole::BUILT_IN).prop_map(|role| (role, role.built_in_permissions()));
    (prop_oneof![custom, built_in], access()).prop_map(|((role, permissions), access)| Power {
        role,
        permissions,
        access,
    })
}

fn place() -> impl Strategy<Value = Place> {
    let role = select(&MemberRole::BUILT_IN);
    (1..6u128, role, select(&MembershipSource::ALL), 1..4u64, any::<bool>()).prop_map(
        |(id, role, source, users_count, vacant)| {
            let organization_id = OrganizationId::from(Uuid::from_u128(id));
            Place { organization_id, role, source, users_count, vacant }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// C-114: accepting as a member never lowers role or access, and never mixes two roles.
    #[test]
    fn power_is_only_raised(present in power(), offered in power()) {
        let raised = present.raised_by(offered);
        prop_assert!(present.permissions.is_subset(raised.permissions));
        prop_assert!(present.access.is_within(raised.access));
        prop_assert!(offered.access.is_within(raised.access));
        let roles = [(present.role, present.permissions), (offered.role, offered.permissions)];
        prop_assert!(roles.contains(&(raised.role, raised.permissions)));
        if present.role.is_owner() || offered.role.is_owner() {
            prop_assert!(raised.role.is_owner() && raised.access == WorkspaceAccess::ALL);
        }
        // Two roles of which neither has all of the other's: the present one stays.
        if !present.permissions.is_subset(offered.permissions) {
            prop_assert_eq!(raised.role, present.role);
        }
    }

    /// C-114: the same invitation twice, or a weaker one, changes nothing more.
    #[test]
    fn raising_twice_is_raising_once(present in power(), offered in power(), weaker in access()) {
        let raised = present.raised_by(offered);
        prop_assert_eq!(raised.raised_by(offered), raised);
        let access = WorkspaceAccess {
            all_read: weaker.all_read && raised.access.all_read,
            all_write: weaker.all_write && raised.access.all_write,
        };
        prop_assert_eq!(raised.raised_by(Power { access, ..raised }), raised);
    }

    /// C-109, C-114: more access offered is never less access held, for the same role.
    #[test]
    fn access_is_monotone(present in power(), offered in power(), more in access()) {
        let access = offered.access.union(more);
        let (less, more) = (present.raised_by(offered), present.raised_by(Power { access, ..offered }));
        prop_assert!(less.access.is_within(more.access));
        prop_assert_eq!(less.role, more.role);
    }

    /// S-11: where a user may belong to many, there is always room and nothing gives way.
    #[test]
    fn among_many_there_is_always_room(places in vec(place(), 0..5), target in 1..6u128) {
        let target = OrganizationId::from(Uuid::from_u128(target));
        prop_assert_eq!(makes_room(MembershipMode::Many, target, &places), Ok(Vec::new()));
    }

    /// M-02, N-09: where only one is allowed, at most what was given at sign-up gives way, and the target never does.
    #[test]
    fn where_one_is_allowed_only_sign_up_places_give_way(places in vec(place(), 0..4), target in 1..6u128) {
        let target = OrganizationId::from(Uuid::from_u128(target));
        let others: Vec<&Place> = places.iter().filter(|place| place.organization_id != target).collect();
        let is_from_sign_up = |place: &&Place| place.source == MembershipSource::SignUp;
        match makes_room(MembershipMode::Exclusive, target, &places) {
            Ok(giving) => {
                prop_assert_eq!(giving.len(), others.len(), "whatever stays would be a second one");
                for (gives, place) in giving.into_iter().zip(&others) {
                    prop_assert!(is_from_sign_up(place));
                    match gives {
                        // Nobody else and nothing is lost with it.
                        GivesWay::Deleted(id) => {
                            prop_assert_eq!(id, place.organization_id);
                            prop_assert!(place.vacant && place.users_count == 1);
                        }
                        // Somebody stays behind, and not for want of the last owner.
                        GivesWay::Left(id) => {
                            prop_assert_eq!(id, place.organization_id);
                            prop_assert!(place.users_count > 1 && !place.role.is_owner());
                        }
                    }
                }
            }
            Err(_) => {
                let stays = |place: &&Place| {
                    let owns_others = place.role.is_owner() && place.users_count > 1;
                    !is_from_sign_up(place) || owns_others || (place.users_count == 1 && !place.vacant)
                };
                prop_assert!(others.iter().any(stays));
            }
        }
    }

    /// C-109, C-121: access is a small lattice, in which writing includes reading.
    #[test]
    fn access_adds_up(a in access(), b in access(), role in select(&MemberRole::BUILT_IN)) {
        let both = a.union(b);
        prop_assert_eq!(both, b.union(a));
        prop_assert_eq!(both.union(a), both);
        prop_assert!(a.is_within(both) && b.is_within(both));
        prop_assert!(!both.all_write || both.all_read);
        prop_assert_eq!(a.complete().complete(), a.complete());
        prop_assert_eq!(a.is_within(b) && b.is_within(a), a.complete() == b.complete());
        prop_assert!(WorkspaceAccess::NONE.is_within(a) && a.is_within(WorkspaceAccess::ALL));
        let held = a.for_role(role);
        prop_assert!(a.is_within(held));
        prop_assert_eq!(held == WorkspaceAccess::ALL, role.is_owner() || a.all_write);
    }
}
