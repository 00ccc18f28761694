//! Kinds of workspaces and quotas in blueprints: how they are written, and
//! what is refused, with its line, key and rule.
#![cfg(feature = "toml")]

use guildhall_domain::blueprint::{
    Blueprint, DefaultWorkspaceAccess, FieldRule, Plans, Quotas, WorkspaceKind, WorkspaceKinds,
};
use guildhall_domain::{AccessLevel, FieldType, Limit, LimitName, Name};

/// Line, key and code of each problem.
type Found = (Option<usize>, String, &'static str);

fn problems(text: &str) -> Vec<Found> {
    let Err(error) = Blueprint::from_toml(text) else { panic!("accepted: {text}") };
    error.problems().iter().map(|it| (it.line, it.key.clone(), it.rule.code)).collect()
}

fn at(line: usize, key: &str, code: &'static str) -> Found {
    (Some(line), key.to_owned(), code)
}

/// S-14, C-14, C-21, M-50, N-18.
#[test]
fn kinds_and_quotas_are_read_in_their_order() {
    let text = "\
[[workspace_kinds]]
name = 'board'
plural = 'boards'
label = 'Board'
default_access = 'read'
limits.max_agents = 1
limits.max_gateways = 0
fields.objective = { type = 'text', required = true, choices = [' Delivery ', 'Research'] }
fields.public = { type = 'boolean' }
[[workspace_kinds]]
name = 'desk'
plural = 'desks'
default_access = 'write'
can_be_personal = true
[workspace_kinds.fields.height_cm]
type = 'integer'
choices = []
[[quotas]]
name = 'gpu'
unit = 'cards'
[[plans]]
name = 'ONLY'
limits = { members = 1, workspaces = 9, boards = 2, desks = 0, gpu = 4 }
";
    let blueprint = Blueprint::from_toml(text).unwrap();
    let [board, desk] = blueprint.workspace_kinds.0.as_slice() else { panic!("{:?}", blueprint.workspace_kinds) };
    assert_eq!((board.name.as_str(), board.plural.as_str(), board.label()), ("board", "boards", "Board"));
    assert_eq!((board.default_access, board.can_be_personal), (DefaultWorkspaceAccess::Read, false));
    let limits: Vec<_> = board.limits.iter().map(|(name, number)| (name.as_str(), *number)).collect();
    assert_eq!(limits, [("max_agents", 1), ("max_gateways", 0)]); // C-14
    let fields: Vec<_> = board.fields.iter().map(|(name, rule)| (name.as_str(), rule.clone())).collect();
    let choices = vec!["Delivery".to_owned(), "Research".to_owned()];
    let objective = FieldRule { field_type: FieldType::Text, required: true, choices };
    let public = FieldRule { field_type: FieldType::Boolean, required: false, choices: Vec::new() };
    assert_eq!(fields, [("objective", objective), ("public", public)]);
    assert_eq!((desk.label(), desk.can_be_personal), ("desk", true));
    assert_eq!(desk.default_access.level(), Some(AccessLevel::Write));
    assert_eq!(desk.fields.values().map(|rule| rule.field_type).collect::<Vec<_>>(), [FieldType::Integer]);
    let kinds = &blueprint.workspace_kinds;
    assert_eq!((kinds.first(), kinds.personal(), kinds.of_plural("desks")), (Some(board), Some(desk), Some(desk)));
    let quotas: Vec<_> = blueprint.quotas.0.iter().map(|it| (it.name.as_str(), it.unit.as_str())).collect();
    assert_eq!(quotas, [("gpu", "cards")]);
    assert!(blueprint.quotas.get("gpu").is_some() && blueprint.quotas.get("cpu").is_none());
    assert_eq!(blueprint.plans.0[0].limits.len(), 5);
}

/// What a file leaves out is as in the default one; kinds are one at least, quotas none if so said.
#[test]
fn what_is_left_out_is_as_by_default() {
    let blueprint = Blueprint::from_toml("quotas = []").unwrap();
    assert_eq!(blueprint.workspace_kinds, WorkspaceKinds::default());
    assert_eq!((blueprint.quotas, blueprint.plans), (Quotas(Vec::new()), Plans::default()));
    let blueprint = Blueprint::from_toml("[[workspace_kinds]]\nname = 'board'\nplural = 'boards'").unwrap();
    assert_eq!(blueprint.quotas, Quotas::default());
    let [board] = blueprint.workspace_kinds.0.as_slice() else { panic!("{:?}", blueprint.workspace_kinds) };
    assert_eq!(*board, WorkspaceKind::new("board".parse().unwrap(), "boards".parse().unwrap()));
    assert_eq!(problems("\nworkspace_kinds = []"), [at(2, "workspace_kinds", "no_kind")]);
}

#[test]
fn everything_wrong_with_kinds_and_quotas_is_said_with_its_line() {
    let text = "\
[[workspace_kinds]]
name = \"Board\"
plural = 7
label = \" \"
default_access = \"all\"
can_be_personal = \"yes\"
colour = \"red\"
[workspace_kinds.limits]
max_agents = -1
max_gateways = 1.5
most = 9007199254740992
\"Max Agents\" = 1
[workspace_kinds.fields.objective]
type = \"string\"
required = 1
choices = [\"a\", 7,
  \" \", \"a\",
  \"b\"]
pattern = \".*\"
[workspace_kinds.fields.budget]
required = true
[workspace_kinds.fields.size]
type = \"integer\"
choices = [\"1\"]
[workspace_kinds.fields.\"No Name\"]
type = \"text\"
[workspace_kinds.fields]
flat = 3

[[workspace_kinds]]

[[quotas]]
name = \"CPU\"
unit = \"\"
per = \"second\"

[[quotas]]
unit = 1
";
    assert_eq!(
        problems(text),
        [
            at(2, "workspace_kinds[0].name", "invalid_name"),
            at(3, "workspace_kinds[0].plural", "wrong_type"),
            at(4, "workspace_kinds[0].label", "blank"),
            at(5, "workspace_kinds[0].default_access", "unknown_value"),
            at(6, "workspace_kinds[0].can_be_personal", "wrong_type"),
            at(7, "workspace_kinds[0].colour", "unknown_key"),
            at(9, "workspace_kinds[0].limits.max_agents", "out_of_range"),
            at(10, "workspace_kinds[0].limits.max_gateways", "wrong_type"),
            at(11, "workspace_kinds[0].limits.most", "out_of_range"),
            at(12, "workspace_kinds[0].limits.\"Max Agents\"", "invalid_name"),
            at(14, "workspace_kinds[0].fields.objective.type", "unknown_value"),
            at(15, "workspace_kinds[0].fields.objective.required", "wrong_type"),
            at(16, "workspace_kinds[0].fields.objective.choices[1]", "wrong_type"),
            at(17, "workspace_kinds[0].fields.objective.choices[2]", "blank"),
            at(17, "workspace_kinds[0].fields.objective.choices[3]", "not_unique"),
            at(19, "workspace_kinds[0].fields.objective.pattern", "unknown_key"),
            at(20, "workspace_kinds[0].fields.budget.type", "missing"),
            at(24, "workspace_kinds[0].fields.size.choices", "not_a_text"),
            at(25, "workspace_kinds[0].fields.\"No Name\"", "invalid_name"),
            at(28, "workspace_kinds[0].fields.flat", "wrong_type"),
            at(30, "workspace_kinds[1].name", "missing"),
            at(30, "workspace_kinds[1].plural", "missing"),
            at(33, "quotas[0].name", "invalid_name"),
            at(34, "quotas[0].unit", "blank"),
            at(35, "quotas[0].per", "unknown_key"),
            at(37, "quotas[1].name", "missing"),
            at(38, "quotas[1].unit", "wrong_type"),
        ]
    );
    let said = Blueprint::from_toml(text).expect_err("refused").to_string();
    assert!(said.contains("`workspace_kinds[0].default_access` must be \"none\", \"read\" or \"write\""), "{said}");
    assert!(said.contains("must be \"text\", \"integer\" or \"boolean\""), "{said}");
    assert!(
        said.contains("known here: name, plural, label, default_access, can_be_personal, limits, fields"),
        "{said}"
    );
    assert!(said.contains("known here: type, required, choices"), "{said}");
}

#[test]
fn wrong_shapes_are_named() {
    for (text, line, key, code) in [
        ("workspace_kinds = 'board'", 1, "workspace_kinds", "wrong_type"),
        ("[workspace_kinds]\nname = 'board'", 1, "workspace_kinds", "wrong_type"),
        ("workspace_kinds = [\n 1]", 2, "workspace_kinds[0]", "wrong_type"),
        ("quotas = 'cpu'", 1, "quotas", "wrong_type"),
        ("quotas = [\n 'cpu']", 2, "quotas[0]", "wrong_type"),
        ("[[workspace_kinds]]\nname = 'a'\nplural = 'b'\nlimits = 3", 4, "workspace_kinds[0].limits", "wrong_type"),
        ("[[workspace_kinds]]\nname = 'a'\nplural = 'b'\nfields = []", 4, "workspace_kinds[0].fields", "wrong_type"),
        (
            "[[workspace_kinds]]\nname = 'a'\nplural = 'b'\n[[workspace_kinds.fields.x]]\ntype = 'text'",
            4,
            "workspace_kinds[0].fields.x",
            "wrong_type",
        ),
        (
            "[[workspace_kinds]]\nname = 'a'\nplural = 'b'\nfields.x = { type = 'text',\n choices = 'y' }",
            5,
            "workspace_kinds[0].fields.x.choices",
            "wrong_type",
        ),
    ] {
        assert_eq!(problems(text), [at(line, key, code)], "{text}");
    }
}

/// A file with kinds of these names and plurals, three lines each, and quotas behind them.
fn kinds_and_quotas(kinds: &[(&str, &str)], quotas: &[&str]) -> String {
    let kinds =
        kinds.iter().map(|(name, plural)| format!("[[workspace_kinds]]\nname = '{name}'\nplural = '{plural}'\n"));
    let quotas = quotas.iter().map(|name| format!("[[quotas]]\nname = '{name}'\nunit = 'pieces'\n"));
    kinds.chain(quotas).collect()
}

/// One name stands for one thing: in paths, in limits, in lists.
#[test]
fn names_stand_for_one_thing() {
    for (kinds, quotas, line, key, code) in [
        (vec![("a", "as"), ("a", "bs")], vec![], 5, "workspace_kinds[1].name", "not_unique"),
        (vec![("a", "as"), ("b", "as")], vec![], 6, "workspace_kinds[1].plural", "not_unique"),
        (vec![("a", "members")], vec![], 3, "workspace_kinds[0].plural", "reserved"),
        (vec![("a", "as"), ("b", "workspaces")], vec![], 6, "workspace_kinds[1].plural", "reserved"),
        (vec![("a", "storage")], vec![], 3, "workspace_kinds[0].plural", "reserved"), // a quota by default
        (vec![("a", "gpu")], vec!["gpu"], 3, "workspace_kinds[0].plural", "reserved"),
        (vec![], vec!["members"], 2, "quotas[0].name", "reserved"),
        (vec![], vec!["gpu", "workspaces"], 5, "quotas[1].name", "reserved"),
        (vec![], vec!["gpu", "gpu"], 5, "quotas[1].name", "not_unique"),
    ] {
        let text = kinds_and_quotas(&kinds, &quotas);
        assert_eq!(problems(&text), [at(line, key, code)], "{text}");
    }
    for path in "api auth docs domains health healthz invitations metrics organizations plans platform readyz users"
        .split_whitespace()
    {
        let text = kinds_and_quotas(&[("a", path)], &[]);
        assert_eq!(problems(&text), [at(3, "workspace_kinds[0].plural", "reserved")], "{path}");
    }
    // One kind alone may have the plural of all; a kind may be called as it likes; and plurals as quotas that are not.
    for good in [
        kinds_and_quotas(&[("board", "workspaces")], &[]),
        kinds_and_quotas(&[("members", "boards"), ("cpu", "projects")], &[]),
        kinds_and_quotas(&[("store", "storage")], &["cpu"]),
    ] {
        assert_eq!(Blueprint::from_toml(&good).err(), None, "{good}");
    }
}

/// M-50: everybody has one of their own, so one kind says what it is.
#[test]
fn one_kind_is_personal_at_most() {
    let text = "\
[[workspace_kinds]]
name = 'a'
plural = 'as'
can_be_personal = true
[[workspace_kinds]]
name = 'b'
plural = 'bs'
[[workspace_kinds]]
name = 'c'
plural = 'cs'
can_be_personal = true
";
    assert_eq!(problems(text), [at(11, "workspace_kinds[2].can_be_personal", "second_personal")]);
}

/// What was refused is no reason to refuse something else.
#[test]
fn one_mistake_is_one_problem() {
    for (text, line, key, code) in [
        (kinds_and_quotas(&[("a", "as"), ("", "bs")], &[]), 5, "workspace_kinds[1].name", "invalid_name"),
        (kinds_and_quotas(&[("workspace", "as"), ("-", "bs")], &[]), 5, "workspace_kinds[1].name", "invalid_name"),
        (kinds_and_quotas(&[("a", "as"), ("b", "B")], &[]), 6, "workspace_kinds[1].plural", "invalid_name"),
        (kinds_and_quotas(&[("a", "A"), ("b", "bs")], &[]), 3, "workspace_kinds[0].plural", "invalid_name"),
        (kinds_and_quotas(&[], &["gpu", "GPU"]), 5, "quotas[1].name", "invalid_name"),
        ("[[quotas]]\nname = 'x'".to_owned(), 1, "quotas[0].unit", "missing"),
    ] {
        assert_eq!(problems(&text), [at(line, key, code)], "{text}");
    }
}

/// M-14, N-18: plans limit what is counted here, and nothing else.
#[test]
fn limits_of_plans_are_those_of_kinds_and_quotas() {
    let plan = |limit: &str| format!("[[plans]]\nname = 'A'\nlimits.{limit} = 1\n");
    let declared = kinds_and_quotas(&[("board", "boards"), ("desk", "desks")], &["gpu"]);
    for known in ["members", "workspaces", "boards", "desks", "gpu"] {
        assert_eq!(Blueprint::from_toml(&(plan(known) + &declared)).err(), None, "{known}");
        assert_eq!(Blueprint::from_toml(&(declared.clone() + &plan(known))).err(), None, "{known}");
    }
    for unknown in ["board", "cpu", "projects", "max_agents"] {
        let key = format!("plans[0].limits.{unknown}");
        assert_eq!(problems(&(plan(unknown) + &declared)), [at(3, &key, "unknown_limit")]);
        assert_eq!(problems(&(declared.clone() + &plan(unknown))), [at(12, &key, "unknown_limit")]);
    }
    let said = Blueprint::from_toml(&(plan("cpu") + &declared)).expect_err("refused").to_string();
    let names = "members, workspaces, boards, desks, gpu";
    assert_eq!(said, format!("line 3: `plans[0].limits.cpu` is not a limit; known here: {names}"));
    assert_eq!(problems(&plan("boards")), [at(3, "plans[0].limits.boards", "unknown_limit")]);
    assert_eq!(problems(&("quotas = []\n".to_owned() + &plan("cpu"))), [at(4, "plans[0].limits.cpu", "unknown_limit")]);
}

/// What types let through is found where there is no file too.
#[test]
fn kinds_made_in_rust_are_checked_too() {
    let mut kind = WorkspaceKind::new("board".parse().unwrap(), LimitName::workspaces());
    kind.limits = [("max_agents".parse().unwrap(), Limit::MAX + 1), ("zero".parse().unwrap(), 0)].into();
    let field = |field_type, choices: &[&str]| FieldRule {
        field_type,
        required: false,
        choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
    };
    let long = "é".repeat(2_000);
    let too_long = "é".repeat(2_001);
    kind.fields = [
        ("flag".parse().unwrap(), field(FieldType::Boolean, &["yes"])),
        (
            "goal".parse().unwrap(),
            field(FieldType::Text, &["a", "A", "", "a ", &long, &too_long, "a", "b\u{0}", "a\nb"]),
        ),
    ]
    .into();
    let blueprint = Blueprint { workspace_kinds: WorkspaceKinds(vec![kind]), ..Blueprint::default() };
    let error = blueprint.check().expect_err("refused");
    let found: Vec<_> = error.problems().iter().map(|it| (it.line, it.key.as_str(), it.rule.code)).collect();
    assert_eq!(
        found,
        [
            (None, "workspace_kinds[0].limits.max_agents", "out_of_range"),
            (None, "workspace_kinds[0].fields.flag.choices", "not_a_text"),
            (None, "workspace_kinds[0].fields.goal.choices[2]", "blank"),
            (None, "workspace_kinds[0].fields.goal.choices[3]", "not_trimmed"), // no value is ever that
            (None, "workspace_kinds[0].fields.goal.choices[5]", "too_long"),
            (None, "workspace_kinds[0].fields.goal.choices[6]", "not_unique"),
            (None, "workspace_kinds[0].fields.goal.choices[7]", "control_character"),
        ]
    );
    let none = Blueprint { workspace_kinds: WorkspaceKinds(Vec::new()), ..Blueprint::default() };
    assert_eq!(none.check().expect_err("refused").problems()[0].rule.code, "no_kind");
    let mut named = Blueprint::default();
    named.workspace_kinds.0[0].label = Name::parse("Room").ok();
    assert_eq!((named.check(), named.workspace_kinds.0[0].label()), (Ok(()), "Room"));
}
