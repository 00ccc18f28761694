//! The blueprints that come with Guildhall say what the four documents say, and
//! each of them, and the documentation, names every key.
#![cfg(feature = "toml")]

use guildhall_domain::blueprint::{
    Blueprint, BuiltIn, DefaultAccess, DefaultWorkspaceAccess, InvitationMode, MembershipMode, Plans, Quotas,
    Registration, SignUpOrganization,
};
use guildhall_domain::{
    AccessLevel, DomainName, Entitlements, FeatureName, FieldName, FieldType, Limit, LimitName, MemberRole, Name,
    Overrides, PlanName,
};
use time::Duration;

fn read(built_in: BuiltIn) -> Blueprint {
    built_in.blueprint().unwrap_or_else(|error| panic!("{}: {error}", built_in.name()))
}

#[test]
fn each_is_found_by_its_name_and_can_be_used() {
    for built_in in BuiltIn::ALL {
        assert_eq!(BuiltIn::find(built_in.name()), Some(built_in));
        assert_eq!(read(built_in).check(), Ok(()), "{}", built_in.name());
    }
    for other in ["", "Default", "default.toml", "guildhall"] {
        assert_eq!(BuiltIn::find(other), None);
    }
}

/// All leave these to the documents' defaults: N-38, M-09, C-12, and open registration (S-03).
#[test]
fn what_they_share() {
    for blueprint in BuiltIn::ALL.map(read) {
        assert_eq!(blueprint.signup.registration, Registration::Open);
        assert_eq!(blueprint.invitations.expires_after_days.duration(), Duration::days(7));
        assert_eq!(blueprint.roles.default.role(), MemberRole::Member);
        assert_eq!(blueprint.sessions, Blueprint::default().sessions);
    }
}

#[test]
fn the_default_one_is_the_default() {
    assert_eq!(read(BuiltIn::Default), Blueprint::default());
    assert_eq!(read(BuiltIn::Default).plans, Plans::default());
    assert_eq!(Blueprint::from_toml(""), Ok(Blueprint::default()));
}

/// M-02, M-06, M-08, M-09.
#[test]
fn mipiti() {
    let blueprint = read(BuiltIn::Mipiti);
    assert_eq!(blueprint.membership, MembershipMode::Exclusive);
    assert_eq!(blueprint.signup.organization, SignUpOrganization::Personal);
    assert_eq!(blueprint.invitations.mode, InvitationMode::Direct);
    assert_eq!(blueprint.default_member_access, DefaultAccess::All);
    assert_eq!(
        MemberRole::BUILT_IN.map(|role| blueprint.roles.label(role)),
        [Some("Owner"), Some("Admin"), Some("User")]
    );
    assert_eq!(blueprint.roles.alias("User"), Some(MemberRole::Member));
}

/// Each plan's name, what holds on it, and how it is supported.
fn plans_of(built_in: BuiltIn) -> Vec<(String, Entitlements, String)> {
    let plans = read(built_in).plans.0.into_iter();
    let support = |plan: &guildhall_domain::Plan| plan.support.as_ref().map_or("–", Name::as_str).to_owned();
    plans.map(|plan| (plan.name.to_string(), Entitlements::of(&plan, &Overrides::default()), support(&plan))).collect()
}

/// Name, whether there are admins, members, workspaces of the first kind (0 = unlimited, M-17), support.
type Row = (&'static str, bool, u64, u64, &'static str);

fn assert_plans(built_in: BuiltIn, wanted: &[Row]) {
    let plans = plans_of(built_in);
    let kinds = read(built_in).workspace_kinds;
    let plural = &kinds.0[0].plural;
    let found: Vec<_> = plans
        .iter()
        .map(|(name, entitled, support)| {
            let limit = |name: &LimitName| entitled.limit(name).to_wire();
            let admins = entitled.has(FeatureName::ORGANIZATION_ADMINS);
            (name.as_str(), admins, limit(&LimitName::members()), limit(plural), support.as_str())
        })
        .collect();
    assert_eq!(found, wanted, "{}", built_in.name());
}

/// Which plans there are, who may have admins (M-10, N-20), what is limited (M-14, M-17), how
/// people are helped (S-12), what the pool gets (M-21), and that only superadmins change plans.
#[test]
fn plans() {
    assert_plans(
        BuiltIn::Default,
        &[
            ("FREE", true, 50, 10, "community"),
            ("STARTER", true, 200, 50, "standard"),
            ("PROFESSIONAL", true, 1_000, 200, "priority"),
            ("ORGANIZATION", true, 0, 1_000, "priority"),
            ("ENTERPRISE", true, 0, 0, "dedicated"),
        ],
    );
    // M-10, M-14, M-17
    assert_plans(
        BuiltIn::Mipiti,
        &[("FREE", false, 0, 3, "–"), ("ORGANIZATION", true, 0, 10, "–"), ("ENTERPRISE", true, 0, 0, "–")],
    );
    let organization = PlanName::parse("ORGANIZATION").unwrap();
    assert_eq!(read(BuiltIn::Mipiti).plans.get(&organization).map(|plan| plan.monthly_credits), Some(5_000)); // M-21
    // S-12
    assert_plans(
        BuiltIn::StrictOps,
        &[
            ("FREE", true, 50, 3, "limited"),
            ("STARTER", true, 200, 10, "standard"),
            ("PROFESSIONAL", true, 1_000, 50, "priority"),
            ("ENTERPRISE", true, 0, 0, "dedicated"),
        ],
    );
    // N-20, N-30
    assert_plans(
        BuiltIn::NeoSc,
        &[("STARTER", true, 0, 50, "–"), ("BUSINESS", true, 0, 200, "–"), ("ENTERPRISE", true, 0, 0, "–")],
    );
    assert_plans(BuiltIn::MissionControl, &[("STANDARD", true, 0, 0, "–")]);
    for built_in in BuiltIn::ALL {
        assert!(!read(built_in).billing.self_service, "{}", built_in.name());
    }
}

/// What is held is called (singular, plural), whether everybody has one of their own, and that nobody
/// has access without a grant where nothing else says so (C-112).
#[test]
fn workspace_kinds() {
    for (built_in, name, plural, personal) in [
        (BuiltIn::Default, "workspace", "workspaces", false),
        (BuiltIn::Mipiti, "workspace", "workspaces", true),  // M-50
        (BuiltIn::StrictOps, "project", "projects", false),  // S-14
        (BuiltIn::NeoSc, "workspace", "workspaces", false),  // N-10
        (BuiltIn::MissionControl, "board", "boards", false), // C-21
    ] {
        let kinds = read(built_in).workspace_kinds;
        let [kind] = kinds.0.as_slice() else { panic!("{}: {kinds:?}", built_in.name()) };
        assert_eq!((kind.name.as_str(), kind.plural.as_str()), (name, plural), "{}", built_in.name());
        assert_eq!((kind.can_be_personal, kind.default_access), (personal, DefaultWorkspaceAccess::None));
        assert_eq!(kinds.personal().is_some(), personal);
        assert_eq!((kinds.get(&kind.name), kinds.of_plural(plural)), (Some(kind), Some(kind)));
        assert_eq!(kinds.of_plural(name), None);
        let board = built_in == BuiltIn::MissionControl;
        let limits: Vec<_> = kind.limits.iter().map(|(name, number)| (name.as_str(), *number)).collect();
        assert_eq!(limits, if board { vec![("max_agents", 1)] } else { vec![] }); // C-14
        let fields: Vec<_> = kind.fields.keys().map(FieldName::as_str).collect();
        assert_eq!(fields, if board { vec!["objective"] } else { vec![] });
        assert!(kind.fields.values().all(|rule| rule.field_type == FieldType::Text && !rule.required));
    }
}

/// N-18: CPU, memory and storage are there to be limited, and are in NeoSC.
#[test]
fn quotas() {
    for built_in in BuiltIn::ALL {
        assert_eq!(read(built_in).quotas, Quotas::default(), "{}", built_in.name());
        let limited = ["cpu", "memory", "storage"].map(|name| {
            let name = LimitName::parse(name).unwrap();
            let plans = plans_of(built_in).into_iter();
            plans.map(|(_, entitled, _)| entitled.limit(&name).to_wire()).collect::<Vec<_>>()
        });
        for quota in limited {
            match built_in {
                BuiltIn::NeoSc => assert!(0 < quota[0] && quota[0] < quota[1] && quota[2] == 0, "{quota:?}"), // M-17
                _ => assert!(quota.iter().all(|most| *most == 0)),
            }
        }
    }
}

/// S-03, S-10, S-11.
#[test]
fn strictops() {
    let blueprint = read(BuiltIn::StrictOps);
    assert_eq!(blueprint.membership, MembershipMode::Many);
    assert_eq!(blueprint.signup.organization, SignUpOrganization::Personal);
    assert_eq!(blueprint.default_member_access, DefaultAccess::All);
    assert_eq!(blueprint.roles.label(MemberRole::Admin), Some("strictops_admin"));
    assert_eq!(blueprint.roles.label(MemberRole::Member), Some("customer"));
    assert_eq!(blueprint.roles.alias("STRICTOPS_ADMIN"), Some(MemberRole::Admin));
    assert_eq!(blueprint.roles.alias("customer"), Some(MemberRole::Member));
}

/// N-05, N-06, N-09, N-38.
#[test]
fn neosc() {
    let blueprint = read(BuiltIn::NeoSc);
    assert_eq!(blueprint.membership, MembershipMode::Exclusive);
    assert_eq!(blueprint.signup.organization, SignUpOrganization::Default);
    assert_eq!(blueprint.signup.organization_name.as_str(), "Default Organization");
    assert_eq!(blueprint.signup.organization_domain.as_ref().map(DomainName::as_str), Some("neogenesys.com"));
    assert_eq!(blueprint.invitations.mode, InvitationMode::Link);
    assert_eq!(blueprint.default_member_access, DefaultAccess::All);
    assert_eq!(blueprint.roles.alias("user"), Some(MemberRole::Member));
}

/// C-16, C-19, C-112, C-120.
#[test]
fn mission_control() {
    let blueprint = read(BuiltIn::MissionControl);
    assert_eq!(blueprint.membership, MembershipMode::Many);
    assert_eq!(blueprint.signup.organization, SignUpOrganization::Personal);
    assert_eq!(blueprint.signup.organization_name.as_str(), "Personal");
    assert_eq!(blueprint.invitations.mode, InvitationMode::Link);
    assert!(blueprint.invitations.auto_accept && blueprint.onboarding.required);
    assert_eq!(blueprint.default_member_access, DefaultAccess::None);
}

#[cfg(feature = "serde")]
fn good<T: std::str::FromStr<Err = guildhall_domain::Invalid>>(text: &str) -> T {
    text.parse().unwrap_or_else(|invalid| panic!("{text}: {invalid}"))
}

/// Every key by its path, taken from the fields themselves.
#[cfg(feature = "serde")]
fn keys() -> Vec<(String, String)> {
    let mut everything = read(BuiltIn::NeoSc);
    let labels = &mut everything.roles.labels;
    let plan = &mut everything.plans.0[0];
    let name = Name::personal();
    for label in [&mut labels.owner, &mut labels.admin, &mut labels.member] {
        *label = Some(name.clone());
    }
    for text in [&mut plan.label, &mut plan.rate_class, &mut plan.support] {
        *text = Some(name.clone());
    }
    let kind = &mut everything.workspace_kinds.0[0];
    kind.label = Some(name);
    kind.limits.insert(good("max_agents"), 1);
    let objective = guildhall_domain::blueprint::FieldRule {
        field_type: FieldType::Text,
        required: false,
        choices: vec!["delivery".to_owned()],
    };
    kind.fields.insert(good("objective"), objective);
    everything.credits.operations.insert(good("generation"), 10);
    let mut keys = Vec::new();
    let mut sections = vec![(String::new(), serde_json::json!(everything))];
    while let Some((section, value)) = sections.pop() {
        for (key, value) in value.as_object().into_iter().flatten() {
            let path = if section.is_empty() { key.clone() } else { format!("{section}.{key}") };
            // Of an array of sections the first stands for all.
            let value = value.get(0).filter(|first| first.is_object()).unwrap_or(value);
            if value.is_object() {
                sections.push((path, value.clone()));
            } else {
                keys.push((section.clone(), key.clone()));
            }
        }
    }
    keys
}

/// A key that cannot be set stands in a comment of its section.
#[cfg(feature = "serde")]
#[test]
fn each_names_every_key_with_a_comment() {
    let keys = keys();
    assert!(keys.len() >= 40, "{keys:?}");
    for built_in in BuiltIn::ALL {
        let (mut found, mut section, mut commented) = (Vec::new(), "", false);
        for line in built_in.source().lines() {
            // A section that cannot be there either stands in a comment.
            if let Some(header) = line.trim_start_matches("# ").strip_prefix('[') {
                section = header.trim_matches(['[', ']']);
            }
            match line.trim_start_matches("# ").split_once(" = ") {
                Some((key, _)) if key.chars().all(|c| c.is_ascii_lowercase() || c == '_') => {
                    let key = (section.to_owned(), key.to_owned());
                    assert!(commented || found.contains(&key), "{}: {key:?} has no comment", built_in.name());
                    found.push(key);
                }
                _ => commented = line.starts_with('#'),
            }
        }
        for key in keys.iter().filter(|(section, _)| section != "roles.aliases") {
            assert!(found.contains(key), "{} lacks {key:?}", built_in.name());
        }
        assert!(found.iter().any(|(section, _)| section == "roles.aliases"), "{}", built_in.name());
    }
}

#[cfg(feature = "serde")]
#[test]
fn the_documentation_explains_every_key_and_built_in() {
    let documentation = include_str!("../../../docs/blueprint.md");
    for (section, key) in keys() {
        let path = match section.as_str() {
            "" => key,
            "roles.labels" | "roles.aliases" | "workspace_kinds.limits" | "credits.operations" | "plans.limits" => {
                section
            }
            "workspace_kinds.fields.objective" => format!("workspace_kinds.fields.NAME.{key}"),
            _ => format!("{section}.{key}"),
        };
        assert!(documentation.contains(&format!("`{path}`")), "docs/blueprint.md lacks {path}");
    }
    for built_in in BuiltIn::ALL {
        assert!(documentation.contains(&format!("`{}`", built_in.name())), "docs/blueprint.md lacks {built_in:?}");
    }
}

/// What the table of the documentation says of each built-in, without where it is from.
fn row(begin: &str) -> Vec<&'static str> {
    let documentation = include_str!("../../../docs/blueprint.md");
    let line = documentation.lines().find(|line| line.starts_with(begin)).unwrap_or_else(|| panic!("no {begin}"));
    let cells = line.trim_matches('|').split('|').skip(1);
    cells.map(|cell| cell.split(" (").next().unwrap_or_default().trim()).collect()
}

fn said_limit(limit: Limit) -> String {
    match limit {
        Limit::Unlimited => "unlimited".to_owned(),
        Limit::AtMost(most) => most.to_string(),
    }
}

/// The documentation names what each built-in's plans are called and may have.
#[test]
fn the_documentation_knows_the_plans_of_each_built_in() {
    let many = |values: Vec<String>| {
        let same = values.iter().all(|value| *value == values[0]);
        if same { values[0].clone() } else { values.join(", ") }
    };
    let limit = |name: &str| {
        BuiltIn::ALL.map(|it| {
            let Ok(name) = read(it).known_limit(name) else { return "–".to_owned() };
            many(plans_of(it).iter().map(|(_, entitled, _)| said_limit(entitled.limit(&name))).collect())
        })
    };
    let names = BuiltIn::ALL.map(|it| plans_of(it).into_iter().map(|(name, ..)| name).collect::<Vec<_>>().join(", "));
    let credits =
        BuiltIn::ALL.map(|it| many(read(it).plans.0.iter().map(|plan| plan.monthly_credits.to_string()).collect()));
    let support = BuiltIn::ALL.map(|it| many(plans_of(it).into_iter().map(|(.., support)| support).collect()));
    let self_service = BuiltIn::ALL.map(|it| read(it).billing.self_service.to_string());
    assert_eq!(row("| `plans.name` |"), names);
    for name in ["members", "workspaces", "projects", "boards", "cpu", "memory", "storage"] {
        assert_eq!(row(&format!("| `plans.limits`: {name} |")), limit(name), "{name}");
    }
    assert_eq!(row("| `plans.monthly_credits` |"), credits);
    assert_eq!(row("| `plans.support` |"), support);
    assert_eq!(row("| `billing.self_service` |"), self_service);
}

/// The documentation names what each built-in calls workspaces, what they have, and what is measured.
#[test]
fn the_documentation_knows_the_workspaces_of_each_built_in() {
    type Said = fn(&Blueprint) -> Vec<String>;
    let kinds = BuiltIn::ALL.map(|it| read(it).workspace_kinds.0.remove(0));
    assert_eq!(row("| `workspace_kinds.name` |"), kinds.clone().map(|kind| kind.name.to_string()));
    assert_eq!(row("| `workspace_kinds.plural` |"), kinds.clone().map(|kind| kind.plural.to_string()));
    let access = kinds.clone().map(|kind| kind.default_access.level().map_or("none", AccessLevel::as_str));
    assert_eq!(row("| `workspace_kinds.default_access` |"), access);
    assert_eq!(row("| `workspace_kinds.can_be_personal` |"), kinds.map(|kind| kind.can_be_personal.to_string()));
    let all: [(&str, Said); 6] = [
        ("workspace_kinds.limits", |it| {
            it.workspace_kinds.0[0].limits.iter().map(|(name, number)| format!("{name} = {number}")).collect()
        }),
        ("workspace_kinds.fields", |it| {
            let fields = it.workspace_kinds.0[0].fields.iter();
            fields.map(|(name, rule)| format!("{name}, a {}", rule.field_type.as_str())).collect()
        }),
        ("quotas.name", |it| it.quotas.0.iter().map(|quota| quota.name.to_string()).collect()),
        ("credits.default_monthly_quota", |it| vec![said_limit(it.credits.default_monthly_quota)]),
        ("credits.default_daily_quota", |it| vec![said_limit(it.credits.default_daily_quota)]),
        ("credits.operations", |it| {
            it.credits.operations.iter().map(|(name, price)| format!("{name} = {price}")).collect()
        }),
    ];
    for (key, said) in all {
        let said = BuiltIn::ALL.map(|it| said(&read(it)).join(", "));
        assert_eq!(
            row(&format!("| `{key}` |")),
            said.map(|it| if it.is_empty() { "–".to_owned() } else { it }),
            "{key}"
        );
    }
}

/// What the documentation shows as files can be used.
#[test]
fn the_documented_examples_can_be_used() {
    let documentation = include_str!("../../../docs/blueprint.md");
    let examples: Vec<&str> =
        documentation.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!examples.is_empty());
    for example in examples {
        assert_eq!(Blueprint::from_toml(example).err(), None, "{example}");
    }
}
