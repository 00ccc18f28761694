//! What is wrong with a blueprint is said all at once, each with its line, key
//! and rule.
#![cfg(feature = "toml")]

use guildhall_domain::blueprint::{Blueprint, DefaultRole, Plans, SessionRules};
use guildhall_domain::{DomainName, FeatureName, Limit, LimitName, Plan, PlanName};

/// Line, key and code of each problem.
type Found = (Option<usize>, String, &'static str);

fn problems(text: &str) -> Vec<Found> {
    let Err(error) = Blueprint::from_toml(text) else { panic!("accepted: {text}") };
    error.problems().iter().map(|it| (it.line, it.key.clone(), it.rule.code)).collect()
}

fn at(line: usize, key: &str, code: &'static str) -> Found {
    (Some(line), key.to_owned(), code)
}

#[test]
fn everything_wrong_is_said_at_once_in_the_order_of_the_file() {
    let text = "\
membership = \"both\"
default_member_access = true
membreship = \"many\"

[signup]
registration = 'Open'
organization = \"personal\"
organization_name = \"  \"
organization_domain = \"example.com\" # belongs to the default organization

[roles]
default = \"owner\"
[roles.labels]
owner = \"\"
boss = \"Boss\"
[roles.aliases]
admin = \"admin\"
boss = \"owner\"
chief = \"boss\"
user = \"admin\"
\"User \" = \"member\"

[invitations]
mode = 1
expires_after_days = -7
auto_accept = \"no\"

[onboarding]
required = 1

[sessions]
absolute_seconds = 3_600
idle_seconds = 7200
";
    assert_eq!(
        problems(text),
        [
            at(1, "membership", "unknown_value"),
            at(2, "default_member_access", "wrong_type"),
            at(3, "membreship", "unknown_key"),
            at(6, "signup.registration", "unknown_value"),
            at(8, "signup.organization_name", "blank"),
            at(9, "signup.organization_domain", "no_default_organization"),
            at(12, "roles.default", "unknown_value"),
            at(14, "roles.labels.owner", "blank"),
            at(15, "roles.labels.boss", "unknown_key"),
            at(17, "roles.aliases.admin", "reserved"),
            at(18, "roles.aliases.boss", "unknown_value"),
            at(19, "roles.aliases.chief", "unknown_value"), // an alias of an alias: there are no cycles
            at(20, "roles.aliases.user", "reserved"),
            at(21, "roles.aliases.\"User \"", "not_lower_case"),
            at(24, "invitations.mode", "wrong_type"),
            at(25, "invitations.expires_after_days", "out_of_range"),
            at(26, "invitations.auto_accept", "wrong_type"),
            at(29, "onboarding.required", "wrong_type"),
            at(33, "sessions.idle_seconds", "idle_beyond_absolute"),
        ]
    );
    let said = Blueprint::from_toml(text).expect_err("refused").to_string();
    assert!(said.starts_with("line 1: `membership` must be \"many\" or \"exclusive\"\nline 2: "), "{said}");
    assert!(said.contains("known here: membership, default_member_access, signup, roles, "), "{said}");
}

#[test]
fn lines_are_right_however_the_file_is_written() {
    for (text, line, key, code) in [
        ("\n\nsessions.idle_seconds = 1", 3, "sessions.idle_seconds", "out_of_range"),
        ("sessions = {\n absolute_seconds = 1 }", 2, "sessions.absolute_seconds", "out_of_range"),
        (
            "# a\r\n\r\n[invitations]\r\nexpires_after_days = 31\r\n",
            4,
            "invitations.expires_after_days",
            "out_of_range",
        ),
        ("[sessions]\nidle_seconds = 9999999999999999999999", 2, "sessions.idle_seconds", "out_of_range"),
        ("[sessions]\nidle_seconds = 0x1", 2, "sessions.idle_seconds", "out_of_range"),
        ("[sessions]\nidle_seconds = 1.5", 2, "sessions.idle_seconds", "wrong_type"),
        ("[sessions]\nidle_seconds = 31_622_401", 2, "sessions.idle_seconds", "out_of_range"),
        ("signup = 1", 1, "signup", "wrong_type"),
        ("\n[[signup]]\n", 2, "signup", "wrong_type"),
        ("[signup]\nregistration = 2026-01-01", 2, "signup.registration", "wrong_type"),
        ("[signup.organization]\nx = 1", 1, "signup.organization", "wrong_type"),
        ("[\"a b\\n\".c]\nd = 1", 1, "\"a b\\n\"", "unknown_key"),
        ("'' = 1", 1, "\"\"", "unknown_key"),
        ("[signup]\norganization_name = \"a\\u202eb\"", 2, "signup.organization_name", "control_character"),
        (
            "[signup]\norganization = 'default'\norganization_domain = 'x'",
            3,
            "signup.organization_domain",
            "invalid_domain",
        ),
        ("[roles.aliases]\ncustom = 'member'", 2, "roles.aliases.custom", "reserved"),
        (
            "[roles.aliases]\n01a201e2-9047-76fb-949a-f8f0f0ef2f81 = 'member'",
            2,
            "roles.aliases.01a201e2-9047-76fb-949a-f8f0f0ef2f81",
            "reserved",
        ),
        ("[roles.aliases]\n' ' = 'member'", 2, "roles.aliases.\" \"", "blank"),
        // The rule is about two keys: the file has only the other one.
        ("[sessions]\nabsolute_seconds = 3600", 2, "sessions.absolute_seconds", "idle_beyond_absolute"),
    ] {
        assert_eq!(problems(text), [at(line, key, code)], "{text}");
    }
}

/// What was refused counts as not said, so that nothing is blamed on it.
#[test]
fn one_mistake_is_one_problem() {
    assert_eq!(
        problems("[sessions]\nabsolute_seconds = 3600\nidle_seconds = '1 hour'"),
        [at(3, "sessions.idle_seconds", "wrong_type")]
    );
    assert_eq!(
        problems("[signup]\norganization = 'shared'\norganization_domain = 'example.com'"),
        [at(2, "signup.organization", "unknown_value")]
    );
}

#[test]
fn what_is_no_toml_is_named_with_its_line() {
    for (text, line) in [
        ("membership = ", 1),
        ("membership = \"many\"\nmembership = \"many\"", 2),
        ("\n\n[signup\n", 3),
        ("[signup]\n\n[signup]\n", 3),
        ("a = 1\nb = 'x\n", 2),
        ("a = 1\n\u{0}", 2),
        ("[roles]\nnull", 2),
    ] {
        let found = problems(text);
        assert!(
            !found.is_empty() && found.iter().all(|(_, key, code)| key.is_empty() && *code == "syntax"),
            "{found:?}"
        );
        assert_eq!(found.first().and_then(|(line, ..)| *line), Some(line), "{text}: {found:?}");
    }
}

#[test]
fn files_are_bounded() {
    let comment = |length: usize| format!("#{}", "x".repeat(length - 1));
    assert!(Blueprint::from_toml(&comment(Blueprint::MAX_FILE)).is_ok());
    assert_eq!(problems(&comment(Blueprint::MAX_FILE + 1)), [(None, String::new(), "too_large")]);
    // However much is wrong, it can be read.
    let unknown: String = (0..5_000).map(|i| format!("k{i} = 1\n")).collect();
    let said = Blueprint::from_toml(&unknown).expect_err("refused").to_string();
    assert!(said.lines().count() == 51 && said.ends_with("and 4950 more"), "{said}");
    let deep = format!("a = {}", "[".repeat(30_000));
    assert!(Blueprint::from_toml(&deep).is_err());
}

/// M-14, M-17, S-12: plans as they are written, in the order of the file.
#[test]
fn plans_are_read_in_their_order() {
    let text = "\
[billing]
self_service = true
[[plans]]
name = 'small'
label = 'Small'
features = ['reports', 'organization_admins', 'reports']
rate_class = 'slow'
monthly_credits = 9007199254740991
support = 'none'
limits.members = 3
[[plans]]
name = 'LARGE'
[plans.limits]
members = 0
workspaces = 9007199254740991
";
    let blueprint = Blueprint::from_toml(text).unwrap();
    assert!(blueprint.billing.self_service);
    let [small, large] = blueprint.plans.0.as_slice() else { panic!("{:?}", blueprint.plans) };
    assert_eq!((small.name.as_str(), large.name.as_str()), ("SMALL", "LARGE"));
    assert_eq!(blueprint.plans.first(), Some(small));
    assert_eq!(small.features.iter().map(FeatureName::as_str).collect::<Vec<_>>(), ["organization_admins", "reports"]);
    assert_eq!((small.monthly_credits, large.monthly_credits), (Limit::MAX, 0));
    assert_eq!(small.limits, [(LimitName::members(), Limit::AtMost(3))].into());
    assert_eq!(large.limits[&LimitName::members()], Limit::Unlimited); // M-17
    assert_eq!(large.limits[&LimitName::workspaces()], Limit::AtMost(Limit::MAX));
    assert_eq!((&large.label, &large.rate_class, &large.support), (&None, &None, &None));
    // Where nothing is said of plans, the default ones hold.
    assert_eq!(Blueprint::from_toml("[billing]\nself_service = true").unwrap().plans, Plans::default());
}

#[test]
fn everything_wrong_with_plans_is_said_with_its_line() {
    let text = "\
[billing]
self_service = 1
price = 5

[[plans]]
name = \"FREE\"
features = [\"ok\", \"Not Ok\",
  7]
monthly_credits = -1
[plans.limits]
members = -1
workspaces = 1.5
seats = 10
Members = 1

[[plans]]
label = \"\"
support = true
colour = \"red\"

[[plans]]
name = \"free\"
rate_class = 1
monthly_credits = 9007199254740992
limits = { members = 9007199254740992, workspaces = 9999999999999999999999 }

[[plans]]
name = \"no-name\"
monthly_credits = 0.5
limits = 3

[[plans]]
name = \" Free \"
features = \"all\"
";
    assert_eq!(
        problems(text),
        [
            at(2, "billing.self_service", "wrong_type"),
            at(3, "billing.price", "unknown_key"),
            at(7, "plans[0].features[1]", "invalid_name"),
            at(8, "plans[0].features[2]", "wrong_type"),
            at(9, "plans[0].monthly_credits", "out_of_range"),
            at(11, "plans[0].limits.members", "out_of_range"),
            at(12, "plans[0].limits.workspaces", "wrong_type"),
            at(13, "plans[0].limits.seats", "unknown_limit"),
            at(14, "plans[0].limits.Members", "invalid_name"),
            at(16, "plans[1].name", "missing"),
            at(17, "plans[1].label", "blank"),
            at(18, "plans[1].support", "wrong_type"),
            at(19, "plans[1].colour", "unknown_key"),
            at(23, "plans[2].rate_class", "wrong_type"),
            at(24, "plans[2].monthly_credits", "out_of_range"),
            at(25, "plans[2].limits.members", "out_of_range"),
            at(25, "plans[2].limits.workspaces", "out_of_range"),
            at(28, "plans[3].name", "invalid_plan"),
            at(29, "plans[3].monthly_credits", "wrong_type"),
            at(30, "plans[3].limits", "wrong_type"),
            at(34, "plans[4].features", "wrong_type"),
        ]
    );
    let said = Blueprint::from_toml(text).expect_err("refused").to_string();
    assert!(
        said.contains("`plans[0].limits.seats` is not a limit; known here: members, workspaces, cpu, memory, storage"),
        "{said}"
    );
    assert!(said.contains("known here: self_service"), "{said}");
}

#[test]
fn plans_are_one_at_least_and_have_names_of_their_own() {
    for (text, line, key, code) in [
        ("\nplans = []", 2, "plans", "no_plan"),
        ("plans = 'FREE'", 1, "plans", "wrong_type"),
        ("[plans]\nname = 'FREE'", 1, "plans", "wrong_type"),
        ("plans = [\n 1]", 2, "plans[0]", "wrong_type"),
        ("plans = [{ name = 'A' },\n 'B']", 2, "plans[1]", "wrong_type"),
        ("\n[[plans]]", 2, "plans[0].name", "missing"),
        ("[[plans]]\nname = 'A'\n[[plans]]\nname = 'a'", 4, "plans[1].name", "not_unique"),
        ("[[plans]]\nname = 'A'\n[[plans.limits]]\nmembers = 1", 3, "plans[0].limits", "wrong_type"),
        // What stands in for the name that was refused is no name that is taken.
        ("[[plans]]\nname = ''\n[[plans]]\nname = 'FREE'", 2, "plans[0].name", "invalid_plan"),
        ("[[plans]]\nname = 'FREE'\n[[plans]]\nname = 1", 4, "plans[1].name", "wrong_type"),
    ] {
        assert_eq!(problems(text), [at(line, key, code)], "{text}");
    }
    let three = "[[plans]]\nname = 'A'\n[[plans]]\nname = 'a'\n[[plans]]\nname = ' A '";
    assert_eq!(problems(three), [at(4, "plans[1].name", "not_unique"), at(6, "plans[2].name", "not_unique")]);
}

#[test]
fn plans_made_in_rust_are_checked_too() {
    let mut plan = Plan::new(PlanName::free());
    plan.limits = [
        (LimitName::members(), Limit::AtMost(0)), // would be read back as unlimited (M-17)
        (LimitName::workspaces(), Limit::AtMost(Limit::MAX + 1)),
        (LimitName::parse("seats").unwrap(), Limit::Unlimited),
    ]
    .into();
    plan.monthly_credits = Limit::MAX + 1;
    let found = |plans| {
        let blueprint = Blueprint { plans: Plans(plans), ..Blueprint::default() };
        let error = blueprint.check().expect_err("refused");
        error.problems().iter().map(|it| (it.line, it.key.clone(), it.rule.code)).collect::<Vec<_>>()
    };
    let none = |key: &str, code| (None, key.to_owned(), code);
    assert_eq!(found(Vec::new()), [none("plans", "no_plan")]);
    assert_eq!(
        found(vec![plan, Plan::new(PlanName::free())]),
        [
            none("plans[0].limits.members", "out_of_range"),
            none("plans[0].limits.seats", "unknown_limit"),
            none("plans[0].limits.workspaces", "out_of_range"),
            none("plans[0].monthly_credits", "out_of_range"),
            none("plans[1].name", "not_unique"),
        ]
    );
    assert_eq!(Blueprint { plans: Plans::default(), ..Blueprint::default() }.check(), Ok(()));
}

/// Made in Rust, a blueprint keeps the same rules.
#[test]
fn blueprints_made_in_rust_are_checked_too() {
    let sessions = SessionRules { absolute_seconds: 119, idle_seconds: 120 };
    let mut blueprint = Blueprint { sessions, ..Blueprint::default() };
    blueprint.signup.organization_domain = Some(DomainName::parse("example.com").unwrap());
    blueprint.roles.aliases = [("Boss".to_owned(), DefaultRole::Admin)].into();
    let shared =
        Blueprint::from_toml("signup = { organization = 'default' }\nroles = { default = 'admin' }").unwrap_err();
    assert_eq!((shared.problems()[0].line, shared.problems()[0].rule.code), (Some(2), "everybody_admin"));
    let error = blueprint.check().expect_err("refused");
    let found: Vec<_> = error.problems().iter().map(|it| (it.line, it.key.as_str(), it.rule.code)).collect();
    assert_eq!(
        found,
        [
            (None, "signup.organization_domain", "no_default_organization"),
            (None, "roles.aliases.Boss", "not_lower_case"),
            (None, "sessions.absolute_seconds", "out_of_range"),
            (None, "sessions.idle_seconds", "idle_beyond_absolute"),
        ]
    );
}
