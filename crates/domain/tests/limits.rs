//! What is limited, how much of it is used, and what holds for an organization
//! (M-14, M-15, M-17, M-18, N-18, S-12).

use std::collections::BTreeSet;

use guildhall_domain::blueprint::{Blueprint, Counted, Quota, Quotas, WorkspaceKind, WorkspaceKinds};
use guildhall_domain::{
    Counts, Entitlements, FeatureName, Invalid, Limit, LimitName, Name, Organization, OrganizationId, Overrides, Plan,
    PlanName, Usage, UsageLevel, WorkspaceKindName,
};
use proptest::collection::{btree_map, btree_set};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use time::OffsetDateTime;
use uuid::Uuid;

/// Small, near the bounds, and anything.
fn number() -> impl Strategy<Value = u64> {
    let near = select(&[Limit::MAX - 1, Limit::MAX, Limit::MAX + 1, i64::MAX as u64, u64::MAX - 1, u64::MAX]);
    prop_oneof![0..12u64, 0..1_200u64, near, any::<u64>()]
}

fn limit() -> impl Strategy<Value = Limit> {
    prop_oneof![
        Just(Limit::Unlimited),
        (1..12u64).prop_map(Limit::AtMost),
        (1..=Limit::MAX).prop_map(Limit::AtMost),
        Just(Limit::AtMost(Limit::MAX)),
    ]
}

fn limit_name() -> impl Strategy<Value = LimitName> {
    select(&["members", "workspaces", "boards", "storage"])
        .prop_filter_map("a good name", |name| LimitName::parse(name).ok())
}

fn feature() -> impl Strategy<Value = FeatureName> {
    select(&["organization_admins", "reports", "sso"])
        .prop_filter_map("a good name", |name| FeatureName::parse(name).ok())
}

fn plan() -> impl Strategy<Value = Plan> {
    (btree_set(feature(), 0..4), btree_map(limit_name(), limit(), 0..5)).prop_map(|(features, limits)| Plan {
        features,
        limits,
        ..Plan::new(PlanName::free())
    })
}

fn overrides() -> impl Strategy<Value = Overrides> {
    (btree_map(limit_name(), limit(), 0..5), btree_map(feature(), any::<bool>(), 0..4))
        .prop_map(|(limits, features)| Overrides { limits, features })
}

fn organization(users_count: u64, workspaces_count: u64) -> Organization {
    let name = Name::personal();
    let id = OrganizationId::from(Uuid::from_u128(1));
    let slug = name.to_slug();
    let now = OffsetDateTime::UNIX_EPOCH;
    Organization { users_count, workspaces_count, ..Organization::new(id, name, slug, now) }
}

fn usage(used: u64, max: Limit) -> Usage {
    Usage { name: LimitName::members(), used, max }
}

/// Whether `used` is `percent` or more of `max`, without dividing.
fn reaches(used: u64, percent: u64, max: u64) -> bool {
    u128::from(used) * 100 >= u128::from(percent) * u128::from(max)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// M-17: 0 is unlimited on the wire, and every other number is itself, up to the last exact one.
    #[test]
    fn limits_come_back_from_the_wire(number in number()) {
        match Limit::from_wire(number) {
            Ok(limit) => {
                prop_assert!(number <= Limit::MAX);
                prop_assert_eq!(limit.to_wire(), number);
                prop_assert_eq!(limit == Limit::Unlimited, number == 0);
            }
            Err(invalid) => {
                prop_assert!(number > Limit::MAX);
                prop_assert_eq!(invalid.code, "out_of_range");
            }
        }
    }

    /// M-14: what is allowed of more is allowed of less, and the limit itself is the last that is.
    #[test]
    fn limits_allow_up_to_themselves(limit in limit(), amount in number(), less in number()) {
        if limit.allows(amount) {
            prop_assert!(limit.allows(amount.min(less)));
        }
        match limit {
            Limit::Unlimited => prop_assert!(limit.allows(amount)),
            Limit::AtMost(most) => prop_assert!(limit.allows(most) && !limit.allows(most + 1)),
        }
    }

    /// M-18: the share is rounded down, never wrong by one and never overflowing.
    #[test]
    fn percent_and_level_are_exact(used in number(), max in 1..=Limit::MAX, small in 1..300u64, pick in any::<bool>()) {
        let max = if pick { small } else { max };
        let usage = usage(used, Limit::AtMost(max));
        let percent = usage.percent().expect("there is a limit");
        if percent < u64::MAX {
            prop_assert!(reaches(used, percent, max) && !reaches(used, percent + 1, max));
        } else {
            prop_assert!(reaches(used, percent, max));
        }
        prop_assert_eq!(percent >= 100, !Limit::AtMost(max).allows(used) || used == max);
        let level = match (reaches(used, 70, max), reaches(used, 90, max)) {
            (_, true) => UsageLevel::Red,
            (true, _) => UsageLevel::Yellow,
            _ => UsageLevel::Blue,
        };
        prop_assert_eq!(usage.level(), level);
    }

    /// M-18: a threshold is named when it is passed upward, and only then; of several each.
    #[test]
    fn thresholds_are_crossed_upward_once(before in number(), used in number(), max in limit()) {
        let crossed = usage(used, max).crossed_since(before);
        let wanted = match max {
            Limit::Unlimited => Vec::new(),
            Limit::AtMost(max) => {
                let passed = |it: &u64| reaches(used, *it, max) && !reaches(before, *it, max);
                Usage::THRESHOLDS.into_iter().filter(passed).collect()
            }
        };
        prop_assert_eq!(&crossed, &wanted);
        prop_assert!(usage(used, max).crossed_since(used).is_empty());
        prop_assert!(crossed.is_empty() || used > before);
    }

    /// The same when what may be used becomes less: what is red then is not silent (M-18).
    #[test]
    fn thresholds_are_crossed_by_a_lower_limit(used in number(), before in limit(), after in limit()) {
        let reached = |limit: Limit, it: u64| match limit {
            Limit::Unlimited => false,
            Limit::AtMost(max) => reaches(used, it, max),
        };
        let passed = |it: &u64| reached(after, *it) && !reached(before, *it);
        let wanted: Vec<u64> = Usage::THRESHOLDS.into_iter().filter(passed).collect();
        prop_assert_eq!(usage(used, after).crossed_from(&usage(used, before)), wanted);
    }

    /// Going up one by one names each threshold that the limit has room for, in order, never twice.
    #[test]
    fn counting_up_names_each_threshold_once(max in 1..400u64, beyond in 0..20u64) {
        let crossed: Vec<u64> =
            (1..=max + beyond).flat_map(|used| usage(used, Limit::AtMost(max)).crossed_since(used - 1)).collect();
        prop_assert!(crossed.is_sorted() && crossed.last() == Some(&100));
        prop_assert_eq!(crossed.iter().collect::<BTreeSet<_>>().len(), crossed.len());
        if max >= 10 {
            prop_assert_eq!(crossed, Usage::THRESHOLDS);
        }
    }

    /// M-14, S-12: an override says what holds; where there is none, the plan does; else nothing limits.
    #[test]
    fn overrides_stand_over_the_plan(plan in plan(), overrides in overrides(), limit in limit_name(), feature in feature()) {
        let entitled = Entitlements::of(&plan, &overrides);
        let wanted = overrides.limits.get(&limit).or_else(|| plan.limits.get(&limit)).copied();
        prop_assert_eq!(entitled.limit(&limit), wanted.unwrap_or(Limit::Unlimited));
        let granted = overrides.features.get(&feature).copied();
        prop_assert_eq!(entitled.has(feature.as_str()), granted.unwrap_or_else(|| plan.features.contains(&feature)));
        // Nothing comes from nowhere, and without overrides the plan is all there is.
        prop_assert!(entitled.features.iter().all(|it| plan.features.contains(it) || overrides.features.contains_key(it)));
        prop_assert!(entitled.limits.keys().all(|it| plan.limits.contains_key(it) || overrides.limits.contains_key(it)));
        let bare = Entitlements::of(&plan, &Overrides::default());
        prop_assert_eq!((bare.features, bare.limits), (plan.features.clone(), plan.limits.clone()));
        // What was laid over once changes nothing when it is laid over again.
        let settled = Plan { features: entitled.features.clone(), limits: entitled.limits.clone(), ..plan };
        prop_assert_eq!(Entitlements::of(&settled, &overrides), entitled);
    }

    /// M-14, M-15, M-18, N-18: every limit that the deployment counts is shown in its order, with what is
    /// used of it, and what is over it is what it does not allow.
    #[test]
    fn usage_names_everything_that_is_counted(
        plan in plan(),
        overrides in overrides(),
        (members, workspaces) in (number(), number()),
        boards in option::of(number()),
        storage in option::of(number()),
        stray in number(),
    ) {
        let entitled = Entitlements::of(&plan, &overrides);
        let counts = Counts {
            workspaces: boards.map(|it| (kind("board"), it)).into_iter().chain([(kind("ghost"), stray)]).collect(),
            quotas: storage.map(|it| (name("storage"), it)).into_iter().chain([(name("boards"), stray)]).collect(),
        };
        let blueprint = boards_and_storage();
        let usage = entitled.usage(&blueprint.limits(), &organization(members, workspaces), &counts);
        let used: Vec<(&str, u64)> = usage.iter().map(|it| (it.name.as_str(), it.used)).collect();
        // What is not counted yet is none; what is no limit any more does not show.
        let (boards, storage) = (boards.unwrap_or(0), storage.unwrap_or(0));
        prop_assert_eq!(used, [("members", members), ("workspaces", workspaces), ("boards", boards), ("storage", storage)]);
        for it in &usage {
            prop_assert_eq!(it.max, entitled.limit(&it.name));
            prop_assert_eq!(it.is_exceeded(), matches!(it.max, Limit::AtMost(most) if it.used > most));
        }
    }
}

/// A value that is known to be good.
fn good<T: std::str::FromStr<Err = Invalid>>(text: &str) -> T {
    text.parse().unwrap_or_else(|invalid| panic!("{text}: {invalid}"))
}

fn name(text: &str) -> LimitName {
    good(text)
}

fn kind(text: &str) -> WorkspaceKindName {
    good(text)
}

/// One kind of workspace, boards, and one quota, storage.
fn boards_and_storage() -> Blueprint {
    Blueprint {
        workspace_kinds: WorkspaceKinds(vec![WorkspaceKind::new(kind("board"), name("boards"))]),
        quotas: Quotas(vec![Quota { name: name("storage"), unit: good("bytes") }]),
        ..Blueprint::default()
    }
}

/// M-14, N-18: members, workspaces of all kinds, each kind of them, each quota; and nothing else.
#[test]
fn limits_are_those_that_are_counted() {
    let mut blueprint = boards_and_storage();
    let counted = |blueprint: &Blueprint| -> Vec<(String, Counted)> {
        blueprint.limits().into_iter().map(|(name, counted)| (name.to_string(), counted)).collect()
    };
    let boards = ("boards".to_owned(), Counted::WorkspacesOf(kind("board")));
    let both = [("members".to_owned(), Counted::Members), ("workspaces".to_owned(), Counted::Workspaces)];
    let storage = ("storage".to_owned(), Counted::Quota);
    let found = counted(&blueprint);
    assert_eq!(found, [both.to_vec(), vec![boards.clone(), storage]].concat());
    for (name, _) in &found {
        assert_eq!(blueprint.known_limit(name).map(|it| it.to_string()).as_ref(), Ok(name));
    }
    for unknown in ["board", "Boards", "cpu", " members", "", "projects", "max_agents"] {
        let refused = blueprint.known_limit(unknown).expect_err("unknown");
        assert_eq!(refused.code, "unknown_limit", "{unknown}");
        assert!(refused.detail.ends_with("known here: members, workspaces, boards, storage"), "{refused}");
    }
    blueprint.workspace_kinds.0.push(WorkspaceKind::new(kind("project"), name("projects")));
    blueprint.quotas.0.clear();
    let projects = ("projects".to_owned(), Counted::WorkspacesOf(kind("project")));
    assert_eq!(counted(&blueprint), [both.to_vec(), vec![boards, projects]].concat());
    // One kind with the name of all has the limit of all, once.
    blueprint.workspace_kinds = WorkspaceKinds::default();
    assert_eq!(counted(&blueprint), both);
}

/// M-18: blue under 70 percent, yellow from 70, red from 90; at each boundary, and far over it.
#[test]
fn boundaries_of_the_usage_panel() {
    use UsageLevel::{Blue, Red, Yellow};
    for (used, max, percent, level) in [
        (0, 1_000, 0, Blue),
        (699, 1_000, 69, Blue), // 69.9
        (700, 1_000, 70, Yellow),
        (899, 1_000, 89, Yellow), // 89.9
        (900, 1_000, 90, Red),
        (999, 1_000, 99, Red),
        (1_000, 1_000, 100, Red),
        (1_001, 1_000, 100, Red), // over, as after a downgrade
        (2_500, 1_000, 250, Red),
        (0, 1, 0, Blue),
        (1, 1, 100, Red),
        (2, 3, 66, Blue),
        (Limit::MAX, Limit::MAX, 100, Red),
        (Limit::MAX - 1, Limit::MAX, 99, Red),
        (u64::MAX, 1, u64::MAX, Red),
        (u64::MAX, Limit::MAX, 204_800, Red),
    ] {
        let usage = usage(used, Limit::AtMost(max));
        assert_eq!((usage.percent(), usage.level()), (Some(percent), level), "{used} of {max}");
    }
    // M-17, M-19: twelve of unlimited, and as many as there can be.
    for used in [0, 12, u64::MAX] {
        let usage = usage(used, Limit::Unlimited);
        assert_eq!((usage.percent(), usage.level(), usage.crossed_since(0)), (None, Blue, vec![]));
    }
}

/// M-18: each threshold as it is reached; nothing on the way back, or when it was reached before.
#[test]
fn thresholds_at_their_boundaries() {
    for (before, used, crossed) in [
        (698, 699, &[][..]),
        (699, 700, &[70]),
        (700, 701, &[]),
        (899, 900, &[90]),
        (999, 1_000, &[100]),
        (1_000, 1_001, &[]),
        (0, 2_000, &[70, 90, 100]),
        (699, 950, &[70, 90]),
        (1_000, 0, &[]),
        (1_000, 999, &[]),
        (900, 900, &[]),
        (0, u64::MAX, &[70, 90, 100]),
    ] {
        assert_eq!(usage(used, Limit::AtMost(1_000)).crossed_since(before), crossed, "{before} to {used}");
    }
}

/// M-10, S-12: the admin role comes with a feature, which a superadmin grants or takes away.
#[test]
fn features_are_granted_and_taken_away() {
    let admins = FeatureName::parse(FeatureName::ORGANIZATION_ADMINS).expect("a good name");
    let mut plan = Plan::new(PlanName::free());
    let with = |plan: &Plan, granted| {
        let overrides = Overrides { features: [(admins.clone(), granted)].into(), ..Overrides::default() };
        Entitlements::of(plan, &overrides).has(FeatureName::ORGANIZATION_ADMINS)
    };
    assert!(!Entitlements::of(&plan, &Overrides::default()).has(FeatureName::ORGANIZATION_ADMINS));
    assert!(with(&plan, true) && !with(&plan, false));
    plan.features.insert(admins.clone());
    assert!(with(&plan, true) && !with(&plan, false));
}

/// Numbers as JSON has them: M-17, and neither negative nor fractional ones.
#[cfg(feature = "serde")]
#[test]
fn limits_in_json() {
    for (json, limit) in
        [("0", Limit::Unlimited), ("1", Limit::AtMost(1)), ("9007199254740991", Limit::AtMost(Limit::MAX))]
    {
        assert_eq!(serde_json::from_str::<Limit>(json).ok(), Some(limit));
        assert_eq!(serde_json::to_string(&limit).ok().as_deref(), Some(json));
    }
    for json in ["-1", "1.5", "1.0", "9007199254740992", "18446744073709551616", "null", "\"5\"", "true", "[]", "{}"] {
        assert!(serde_json::from_str::<Limit>(json).is_err(), "{json}");
    }
}
