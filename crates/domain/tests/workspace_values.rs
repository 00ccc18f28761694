//! What workspaces are made of: grants, the fields and limits of a kind, the
//! levels of access (C-14, C-109, C-114, C-121, S-14).

use std::collections::{BTreeMap, BTreeSet};

use guildhall_domain::blueprint::{FieldRule, WorkspaceKind};
use guildhall_domain::policy::WorkspacePower;
use guildhall_domain::{
    AccessLevel, FieldType, FieldValue, Invalid, Limit, Name, OrganizationId, UserId, Version, Workspace,
    WorkspaceAccess, WorkspaceGrant, WorkspaceGrants, WorkspaceId, WorkspaceRole,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use time::OffsetDateTime;
use uuid::Uuid;

fn grant(workspace: u128, access: AccessLevel) -> WorkspaceGrant {
    WorkspaceGrant { workspace_id: WorkspaceId::from(Uuid::from_u128(workspace)), access }
}

/// Grants for few workspaces, so that two are often for one.
fn grants(most: usize) -> impl Strategy<Value = Vec<WorkspaceGrant>> {
    vec((1..9u128, select(AccessLevel::ALL)).prop_map(|(workspace, access)| grant(workspace, access)), 0..most)
}

/// The highest grant of each workspace.
fn highest<'a>(grants: impl IntoIterator<Item = &'a WorkspaceGrant>) -> BTreeMap<WorkspaceId, AccessLevel> {
    let mut highest = BTreeMap::new();
    for grant in grants {
        let access = highest.entry(grant.workspace_id).or_insert(grant.access);
        *access = grant.access.max(*access);
    }
    highest
}

fn as_map(grants: &WorkspaceGrants) -> BTreeMap<WorkspaceId, AccessLevel> {
    let map: BTreeMap<_, _> = grants.as_slice().iter().map(|grant| (grant.workspace_id, grant.access)).collect();
    assert_eq!(map.len(), grants.as_slice().len(), "one for each workspace");
    assert!(grants.as_slice().is_sorted_by_key(|grant| grant.workspace_id));
    assert_eq!((grants.workspaces(), grants.is_empty()), (map.keys().copied().collect(), map.is_empty()));
    map
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// C-109: two grants for one workspace are refused at the place of the second, and nothing else is.
    #[test]
    fn duplicates_are_refused_at_their_place(list in grants(8)) {
        let mut seen = BTreeSet::new();
        let second = list.iter().position(|grant| !seen.insert(grant.workspace_id));
        match WorkspaceGrants::new(list.clone()) {
            Ok(grants) => {
                prop_assert_eq!(second, None);
                prop_assert_eq!(as_map(&grants), highest(&list));
            }
            Err(refused) => prop_assert_eq!(Some(refused), second.map(|place| (place, WorkspaceGrants::DUPLICATE))),
        }
    }

    /// What storage has comes back in order; of two for one workspace, which it never has, the higher.
    #[test]
    fn stored_grants_come_back(list in grants(20)) {
        let grants = WorkspaceGrants::from_stored(list.clone());
        prop_assert_eq!(as_map(&grants), highest(&list));
        prop_assert_eq!(&WorkspaceGrants::from_stored(grants.as_slice().to_vec()), &grants);
        prop_assert_eq!(WorkspaceGrants::new(grants.as_slice().to_vec()), Ok(grants));
    }

    /// C-114: raising never lowers, takes the higher of each, and does not ask who was first.
    #[test]
    fn raising_never_lowers(own in grants(12), others in grants(12), third in grants(12)) {
        let [own, others, third] = [own, others, third].map(WorkspaceGrants::from_stored);
        let raised = own.raised_by(&others);
        prop_assert_eq!(as_map(&raised), highest(own.as_slice().iter().chain(others.as_slice())));
        for before in own.as_slice().iter().chain(others.as_slice()) {
            prop_assert!(as_map(&raised).get(&before.workspace_id).is_some_and(|after| *after >= before.access));
        }
        prop_assert_eq!(&others.raised_by(&own), &raised);
        prop_assert_eq!(&raised.raised_by(&others), &raised);
        prop_assert_eq!(own.raised_by(&others.raised_by(&third)), raised.raised_by(&third));
        prop_assert_eq!(own.raised_by(&WorkspaceGrants::default()), own);
    }

    /// C-112: of grants whose workspace is gone nothing is left, of the others everything.
    #[test]
    fn grants_for_what_is_gone_are_dropped(list in grants(12), gone in 1..9u128) {
        let grants = WorkspaceGrants::from_stored(list);
        let gone = WorkspaceId::from(Uuid::from_u128(gone));
        let mut wanted = as_map(&grants);
        wanted.remove(&gone);
        prop_assert_eq!(as_map(&grants.retained(|workspace| workspace != gone)), wanted);
    }

    /// Whatever is accepted is accepted again as itself, and is within what JSON keeps.
    #[test]
    fn field_values_are_bounded(text in "\\PC{0,10}|\\s{0,2}[a-z\n\t]{0,6}\\s{0,2}|é{1998,2003}", number in any::<i64>()) {
        if let Ok(value) = FieldValue::text(&text) {
            prop_assert_eq!(&value, &FieldValue::Text(text.trim().to_owned()));
            prop_assert!((1..=2_000).contains(&text.trim().chars().count()));
        }
        let within = number.unsigned_abs() <= Limit::MAX;
        prop_assert_eq!(FieldValue::integer(number).is_ok(), within);
        prop_assert_eq!(FieldValue::integer(number % (1 << 53)), Ok(FieldValue::Integer(number % (1 << 53))));
    }

    /// S-14: a value is good for a field where it is of its type, within bounds, and one of its choices if it has any.
    #[test]
    fn fields_hold_what_they_declare(
        field_type in select(FieldType::ALL),
        choices in proptest::sample::subsequence(vec!["a".to_owned(), "b".to_owned(), "c".to_owned()], 0..=3),
        value in prop_oneof![
            any::<bool>().prop_map(FieldValue::Boolean),
            any::<i64>().prop_map(FieldValue::Integer),
            select(vec!["a", "b", "d", "", "\u{0}"]).prop_map(|text| FieldValue::Text(text.to_owned())),
        ],
    ) {
        let rule = FieldRule { field_type, required: false, choices: choices.clone() };
        let code = match &value {
            _ if value.field_type() != field_type => Some("wrong_type"),
            FieldValue::Boolean(_) => None,
            FieldValue::Integer(number) => (number.unsigned_abs() > Limit::MAX).then_some("out_of_range"),
            FieldValue::Text(text) if text.is_empty() => Some("blank"),
            FieldValue::Text(text) if text == "\u{0}" => Some("control_character"),
            FieldValue::Text(text) => (!choices.is_empty() && !choices.contains(text)).then_some("unknown_value"),
        };
        prop_assert_eq!(rule.check(&value).err().map(|invalid| invalid.code), code);
    }
}

#[test]
fn grants_are_bounded() {
    let many = |count: usize| (0..count).map(|it| grant(it as u128, AccessLevel::Read)).collect::<Vec<_>>();
    assert_eq!(WorkspaceGrants::new(many(WorkspaceGrants::MAX)).map(|it| it.as_slice().len()), Ok(500));
    let refused = WorkspaceGrants::new(many(WorkspaceGrants::MAX + 1));
    assert_eq!(refused, Err((500, WorkspaceGrants::TOO_MANY)));
    // What is kept of several requests may be more than one of them names.
    assert_eq!(WorkspaceGrants::from_stored(many(501)).as_slice().len(), 501);
}

/// C-121: writing includes reading, in every order that is asked.
#[test]
fn levels_are_ordered() {
    assert!(AccessLevel::Read < AccessLevel::Write);
    assert!(WorkspacePower::Read < WorkspacePower::Write && WorkspacePower::Write < WorkspacePower::Manage);
    let flags = |read, write| AccessLevel::from_flags(read, write);
    assert_eq!([flags(false, false), flags(true, false)], [None, Some(AccessLevel::Read)]);
    assert_eq!([flags(false, true), flags(true, true)], [Some(AccessLevel::Write); 2]);
    for (all_read, all_write) in [(false, false), (true, false), (false, true), (true, true)] {
        let complete = WorkspaceAccess { all_read, all_write }.complete();
        assert_eq!(flags(all_read, all_write), flags(complete.all_read, complete.all_write));
    }
}

/// Every name of the closed sets is read back, and no other.
#[test]
fn closed_sets_come_back() {
    for level in AccessLevel::ALL {
        assert_eq!(AccessLevel::parse(level.as_str()), Ok(*level));
        assert_eq!(WorkspacePower::from(*level).as_str(), level.as_str());
    }
    for role in WorkspaceRole::ALL {
        assert_eq!(WorkspaceRole::parse(role.as_str()), Ok(*role));
    }
    for power in WorkspacePower::ALL {
        assert_eq!(WorkspacePower::parse(power.as_str()), Ok(*power));
    }
    for field_type in FieldType::ALL {
        assert_eq!(FieldType::parse(field_type.as_str()), Ok(*field_type));
    }
    assert_eq!(AccessLevel::parse("manage").expect_err("no level").code, "unknown_access");
    assert_eq!(WorkspaceRole::parse("admin").expect_err("no role").code, "unknown_role");
}

/// A value that is known to be good.
fn good<T: std::str::FromStr<Err = Invalid>>(text: &str) -> T {
    text.parse().unwrap_or_else(|invalid| panic!("{text}: {invalid}"))
}

fn board() -> WorkspaceKind {
    let field = |field_type, required, choices: &[&str]| FieldRule {
        field_type,
        required,
        choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
    };
    WorkspaceKind {
        limits: [(good("max_agents"), 1)].into(),
        fields: [
            (good("objective"), field(FieldType::Text, true, &["Delivery", "Research"])),
            (good("seats"), field(FieldType::Integer, false, &[])),
        ]
        .into(),
        ..WorkspaceKind::new(good("board"), good("boards"))
    }
}

fn workspace(limits: &[(&str, u64)], fields: &[(&str, FieldValue)]) -> Workspace {
    let name: Name = good("Roadmap");
    let now = OffsetDateTime::UNIX_EPOCH;
    Workspace {
        id: WorkspaceId::from(Uuid::from_u128(1)),
        organization_id: OrganizationId::from(Uuid::from_u128(2)),
        kind: board().name,
        slug: name.to_slug(),
        name,
        description: None,
        group_id: None,
        personal_of: None,
        default_access: None,
        limits: limits.iter().map(|(name, number)| (good(name), *number)).collect(),
        fields: fields.iter().map(|(name, value)| (good(name), value.clone())).collect(),
        created_by: None,
        archived_at: None,
        created_at: now,
        updated_at: now,
        version: Version::FIRST,
    }
}

/// C-14, S-14: what a workspace has is what its kind declares.
#[test]
fn workspaces_have_what_their_kind_declares() {
    let text = |text: &str| FieldValue::Text(text.to_owned());
    let objective = || ("objective", text("Research"));
    let seats = |number| ("seats", FieldValue::Integer(number));
    let check = |limits: &[(&str, u64)], fields: &[(&str, FieldValue)]| {
        board().check(&workspace(limits, fields)).map_err(|(at, invalid)| (at, invalid.code))
    };
    let at = |place: &str, code| Err((place.to_owned(), code));
    assert_eq!(check(&[], &[objective()]), Ok(()));
    assert_eq!(check(&[("max_agents", 0)], &[objective(), seats(-3)]), Ok(())); // 0 is none
    assert_eq!(check(&[("max_agents", Limit::MAX)], &[objective()]), Ok(()));
    let beyond = check(&[("max_agents", Limit::MAX + 1)], &[objective()]);
    assert_eq!(beyond, at("/limits/max_agents", "out_of_range"));
    assert_eq!(check(&[("members", 1)], &[objective()]), at("/limits/members", "unknown_limit"));
    assert_eq!(check(&[], &[objective(), ("colour", text("red"))]), at("/fields/colour", "unknown_field"));
    assert_eq!(check(&[], &[("objective", text("Play"))]), at("/fields/objective", "unknown_value"));
    assert_eq!(check(&[], &[("objective", FieldValue::Integer(1))]), at("/fields/objective", "wrong_type"));
    assert_eq!(check(&[], &[objective(), seats(i64::MAX)]), at("/fields/seats", "out_of_range"));
    assert_eq!(check(&[], &[seats(1)]), at("/fields/objective", "required"));

    // M-50: nobody is asked for the fields of a workspace that comes by itself.
    let mut own = workspace(&[], &[]);
    own.personal_of = Some(UserId::from(Uuid::from_u128(3)));
    assert_eq!(board().check(&own), Ok(()));
    own.fields = workspace(&[], &[("objective", text("Play"))]).fields;
    assert!(own.is_personal() && board().check(&own).is_err());
}

#[test]
fn refusals_name_what_is_known() {
    let refused =
        |kind: &WorkspaceKind| kind.check(&workspace(&[("members", 1)], &[])).expect_err("unknown").1.to_string();
    assert_eq!(refused(&board()), "is no limit of a board; known are: max_agents");
    let bare = WorkspaceKind { label: Name::parse("Pin board").ok(), limits: BTreeMap::new(), ..board() };
    assert_eq!(refused(&bare), "is no limit of a Pin board: it has none");
    let unknown = board().fields.values().next().expect("a field").check(&FieldValue::Text("Play".to_owned()));
    assert_eq!(unknown.expect_err("no choice").to_string(), "must be one of Delivery, Research");
}

/// What comes from JSON is checked as what comes from anywhere.
#[cfg(feature = "serde")]
#[test]
fn json_is_checked() {
    let value = |json: &str| serde_json::from_str::<FieldValue>(json).ok();
    assert_eq!(value("true"), Some(FieldValue::Boolean(true)));
    assert_eq!(value("-9007199254740991"), Some(FieldValue::Integer(-9_007_199_254_740_991)));
    assert_eq!(value("\" a \""), Some(FieldValue::Text("a".to_owned())));
    let long = format!("\"{}\"", "é".repeat(2_001));
    for json in ["9007199254740992", "18446744073709551615", "1.5", "\" \"", "\"\\u0000\"", "null", "[]", "{}", &long] {
        assert_eq!(value(json), None, "{json}");
    }
    let said = serde_json::from_str::<FieldValue>("null").expect_err("refused").to_string();
    assert!(said.contains("must be a text, a whole number, true or false"), "{said}");

    let one = grant(1, AccessLevel::Read);
    let two = grant(2, AccessLevel::Write);
    let json = |grants: &[WorkspaceGrant]| serde_json::to_string(grants).expect("JSON");
    let ordered = WorkspaceGrants::from_stored([one, two]);
    assert_eq!(serde_json::from_str::<WorkspaceGrants>(&json(&[two, one])).ok(), Some(ordered.clone()));
    assert_eq!(serde_json::to_string(&ordered).expect("JSON"), json(&[one, two]));
    let twice = serde_json::from_str::<WorkspaceGrants>(&json(&[one, one])).expect_err("refused");
    assert!(twice.to_string().contains("names a workspace that is named before"), "{twice}");
    let many: Vec<_> = (0..501).map(|it| grant(it, AccessLevel::Read)).collect();
    assert!(serde_json::from_str::<WorkspaceGrants>(&json(&many)).is_err());
}
