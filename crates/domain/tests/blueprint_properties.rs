//! Every good blueprint can be written as a file, and no file makes reading panic.
#![cfg(all(feature = "serde", feature = "toml"))]

use std::collections::BTreeMap;

use guildhall_domain::blueprint::{
    BillingRules, Blueprint, BuiltIn, CreditRules, DefaultAccess, DefaultRole, DefaultWorkspaceAccess, FieldRule,
    InvitationExpiry, InvitationMode, InvitationRules, MembershipMode, OnboardingRules, Plans, Quota, Quotas,
    Registration, RoleLabels, RoleRules, SessionRules, SignUpOrganization, SignUpRules, WorkspaceKind, WorkspaceKinds,
};
use guildhall_domain::{
    DomainName, FeatureName, FieldName, FieldType, Invalid, Limit, LimitName, Name, Plan, PlanName, WorkspaceKindName,
};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

fn name() -> impl Strategy<Value = Name> {
    "[A-Za-zäß0-9 \"'\\\\#=.]{1,40}".prop_filter_map("a good name", |text| Name::parse(&text).ok())
}

fn sign_up() -> impl Strategy<Value = SignUpRules> {
    let organization = select(&[SignUpOrganization::Personal, SignUpOrganization::Default, SignUpOrganization::None]);
    let registration = select(&[Registration::Open, Registration::Invited, Registration::Closed]);
    (registration, organization, name(), any::<bool>()).prop_map(|(registration, organization, name, domain)| {
        let stated = domain && organization == SignUpOrganization::Default;
        let organization_domain = DomainName::parse("neogenesys.com").ok().filter(|_| stated);
        SignUpRules { registration, organization, organization_name: name, organization_domain }
    })
}

fn default_role() -> impl Strategy<Value = DefaultRole> {
    select(&[DefaultRole::Member, DefaultRole::Admin])
}

fn roles() -> impl Strategy<Value = RoleRules> {
    let labels = (option::of(name()), option::of(name()), option::of(name()));
    let aliases = btree_map("[a-zé][a-z0-9é_ .-]{0,20}[a-z0-9]x", default_role(), 0..4);
    (default_role(), labels, aliases).prop_map(|(default, (owner, admin, member), aliases)| RoleRules {
        default,
        labels: RoleLabels { owner, admin, member },
        aliases,
    })
}

fn feature() -> impl Strategy<Value = FeatureName> {
    "[a-z][a-z0-9_]{0,20}".prop_filter_map("a good name", |text| FeatureName::parse(&text).ok())
}

fn limit() -> impl Strategy<Value = Limit> {
    prop_oneof![Just(0), 1..1_000u64, Just(Limit::MAX), 0..=Limit::MAX]
        .prop_filter_map("within bounds", |number| Limit::from_wire(number).ok())
}

/// A plan that limits some of what there is to limit.
fn plan(limits: Vec<LimitName>) -> impl Strategy<Value = Plan> {
    let limits = btree_map(select(limits), limit(), 0..5);
    let texts = (option::of(name()), option::of(name()), option::of(name()));
    (btree_set(feature(), 0..4), limits, texts, 0..=Limit::MAX).prop_map(
        |(features, limits, (label, rate_class, support), monthly_credits)| Plan {
            label,
            features,
            limits,
            rate_class,
            monthly_credits,
            support,
            ..Plan::new(PlanName::free())
        },
    )
}

/// One plan or more, each with a name of its own.
fn plans(limits: Vec<LimitName>) -> impl Strategy<Value = Plans> {
    vec(plan(limits), 1..5).prop_map(|mut plans| {
        for (index, plan) in plans.iter_mut().enumerate() {
            plan.name = PlanName::parse(&format!("PLAN_{index}")).unwrap_or_else(|_| PlanName::free());
        }
        Plans(plans)
    })
}

/// A value that is known to be good.
fn good<T: std::str::FromStr<Err = Invalid>>(text: &str) -> T {
    text.parse().unwrap_or_else(|invalid| panic!("{text}: {invalid}"))
}

fn key() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9_]{0,20}"
}

fn field() -> impl Strategy<Value = FieldRule> {
    let choices = btree_set(name().prop_map(|choice| choice.to_string()), 0..3);
    (select(FieldType::ALL), any::<bool>(), choices).prop_map(|(field_type, required, choices)| {
        let choices = choices.into_iter().filter(|_| field_type == FieldType::Text).collect();
        FieldRule { field_type, required, choices }
    })
}

fn kind() -> impl Strategy<Value = WorkspaceKind> {
    let access = [DefaultWorkspaceAccess::None, DefaultWorkspaceAccess::Read, DefaultWorkspaceAccess::Write];
    let limit_name = key().prop_filter_map("a good name", |text| LimitName::parse(&text).ok());
    let field_name = key().prop_filter_map("a good name", |text| FieldName::parse(&text).ok());
    let limits = btree_map(limit_name, prop_oneof![Just(0), 1..9u64, Just(Limit::MAX)], 0..3);
    (option::of(name()), select(access.to_vec()), limits, btree_map(field_name, field(), 0..3)).prop_map(
        |(label, default_access, limits, fields)| {
            let kind = WorkspaceKind::new(WorkspaceKindName::workspace(), LimitName::workspaces());
            WorkspaceKind { label, default_access, limits, fields, ..kind }
        },
    )
}

/// One kind or more, each with names of its own and at most one personal; only where it is the only one
/// may it have the plural of all.
fn kinds() -> impl Strategy<Value = WorkspaceKinds> {
    (vec(kind(), 1..4), any::<bool>(), option::of(0..4usize)).prop_map(|(mut kinds, plain, personal)| {
        let several = kinds.len() > 1;
        for (index, kind) in kinds.iter_mut().enumerate() {
            kind.can_be_personal = personal == Some(index);
            if several || !plain {
                kind.name = good(&format!("kind_{index}"));
                kind.plural = good(&format!("kinds_{index}"));
            }
        }
        WorkspaceKinds(kinds)
    })
}

fn quotas() -> impl Strategy<Value = Quotas> {
    vec(name(), 0..4).prop_map(|units| {
        let quota = |(index, unit)| Quota { name: good(&format!("quota_{index}")), unit };
        Quotas(units.into_iter().enumerate().map(quota).collect())
    })
}

fn credits() -> impl Strategy<Value = CreditRules> {
    let operation = key().prop_filter_map("a good name", |text| LimitName::parse(&text).ok());
    let operations = btree_map(operation, prop_oneof![1..9u64, Just(Limit::MAX)], 0..4);
    (operations, limit(), limit()).prop_map(|(operations, default_monthly_quota, default_daily_quota)| CreditRules {
        operations,
        default_monthly_quota,
        default_daily_quota,
    })
}

/// What there is, and plans that limit it.
fn measured() -> impl Strategy<Value = (WorkspaceKinds, Quotas, Plans)> {
    (kinds(), quotas()).prop_flat_map(|(workspace_kinds, quotas)| {
        let counted =
            Blueprint { workspace_kinds: workspace_kinds.clone(), quotas: quotas.clone(), ..Blueprint::default() };
        let limits = counted.limits().into_iter().map(|(name, _)| name).collect();
        (Just(workspace_kinds), Just(quotas), plans(limits))
    })
}

fn blueprint() -> impl Strategy<Value = Blueprint> {
    let invitations = (select(&[InvitationMode::Link, InvitationMode::Direct]), 1..=30i64, any::<bool>()).prop_map(
        |(mode, days, auto_accept)| InvitationRules {
            mode,
            expires_after_days: InvitationExpiry::days(days).unwrap_or_default(),
            auto_accept,
        },
    );
    let sessions = (120..=31_622_400u32).prop_flat_map(|absolute_seconds| {
        (120..=absolute_seconds).prop_map(move |idle_seconds| SessionRules { absolute_seconds, idle_seconds })
    });
    (
        select(&[MembershipMode::Many, MembershipMode::Exclusive]),
        select(&[DefaultAccess::None, DefaultAccess::All]),
        sign_up(),
        roles(),
        invitations,
        any::<bool>(),
        sessions,
        (any::<bool>(), measured(), credits()),
    )
        .prop_map(
            |(
                membership,
                default_member_access,
                signup,
                mut roles,
                invitations,
                required,
                sessions,
                (self_service, (workspace_kinds, quotas, plans), credits),
            )| {
                if signup.organization == SignUpOrganization::Default && signup.registration == Registration::Open {
                    roles.default = DefaultRole::Member;
                }
                Blueprint {
                    membership,
                    default_member_access,
                    signup,
                    roles,
                    invitations,
                    onboarding: OnboardingRules { required },
                    sessions,
                    billing: BillingRules { self_service },
                    workspace_kinds,
                    quotas,
                    credits,
                    plans,
                }
            },
        )
}

/// The blueprint as inline tables: JSON but for the colons. What is null is left out.
fn written(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Object(fields) => {
            let fields: BTreeMap<_, _> = fields.iter().filter(|(_, value)| !value.is_null()).collect();
            let fields: Vec<String> =
                fields.iter().map(|(key, value)| format!("{} = {}", quoted(key), written(value))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        serde_json::Value::Array(values) => {
            let values: Vec<String> = values.iter().map(written).collect();
            format!("[{}]", values.join(", "))
        }
        serde_json::Value::String(text) => quoted(text),
        other => other.to_string(),
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every good blueprint can be written as a file, and is read from it as it was.
    #[test]
    fn blueprints_come_back(blueprint in blueprint()) {
        prop_assert_eq!(blueprint.check(), Ok(()));
        let json = serde_json::to_value(&blueprint).unwrap();
        let text: String = json.as_object().unwrap().iter().map(|(key, value)| format!("{key} = {}\n", written(value))).collect();
        prop_assert_eq!(Blueprint::from_toml(&text), Ok(blueprint.clone()), "{}", text);
        prop_assert_eq!(serde_json::from_value::<Blueprint>(json).ok(), Some(blueprint));
    }

    /// Whatever is done to a file, it is read or refused, with lines that it has.
    #[test]
    fn no_file_makes_reading_panic(
        built_in in select(&BuiltIn::ALL),
        cut in any::<prop::sample::Index>(),
        length in 0..200usize,
        inserted in prop_oneof![any::<String>(), "[\\[\\]{}=\"'a-z0-9_.,#\\n -]{0,40}"],
    ) {
        let source = built_in.source();
        let at = cut.index(source.len());
        let rest = source.get(at + length..).unwrap_or_default();
        let text = format!("{}{inserted}{rest}", &source[..at]);
        match Blueprint::from_toml(&text) {
            Ok(blueprint) => prop_assert_eq!(blueprint.check(), Ok(())),
            Err(error) => {
                prop_assert!(!error.problems().is_empty());
                let lines = text.split('\n').count();
                prop_assert!(error.problems().iter().all(|it| it.line.is_none_or(|line| (1..=lines).contains(&line))));
                prop_assert!(!error.to_string().chars().any(|c| c.is_control() && c != '\n'), "{}", error);
            }
        }
    }
}
