//! Credits in blueprints: how they are written, and what is refused, with its
//! line, key and rule (M-22 to M-24).
#![cfg(feature = "toml")]

use guildhall_domain::blueprint::{Blueprint, BuiltIn, CreditRules};
use guildhall_domain::credits::{Amount, CreditQuota};
use guildhall_domain::{Limit, LimitName};

/// Line, key and code of each problem.
type Found = (Option<usize>, String, &'static str);

fn problems(text: &str) -> Vec<Found> {
    let Err(error) = Blueprint::from_toml(text) else { panic!("accepted: {text}") };
    error.problems().iter().map(|it| (it.line, it.key.clone(), it.rule.code)).collect()
}

fn at(line: usize, key: &str, code: &'static str) -> Found {
    (Some(line), key.to_owned(), code)
}

/// M-22, M-24: what spends credits has a price in Mipiti; members' quotas are for each organization to set.
#[test]
fn prices_of_the_built_ins() {
    for built_in in BuiltIn::ALL {
        let credits = built_in.blueprint().unwrap().credits;
        assert_eq!(credits.default_quota(), CreditQuota::default(), "{}", built_in.name());
        let prices = ["generation", "refinement", "control_generation"].map(|name| {
            let price = credits.price(name);
            price.map(Amount::get).map_err(|invalid| invalid.code)
        });
        match built_in {
            BuiltIn::Mipiti => assert_eq!(prices, [Ok(10), Ok(5), Ok(3)]),
            _ => assert_eq!(prices, [Err("unknown_operation"); 3]),
        }
    }
}

/// M-22, M-23, M-24.
#[test]
fn prices_and_quotas_are_read() {
    let text = "\
[credits]
default_monthly_quota = 9007199254740991
default_daily_quota = 1
[credits.operations]
generation = 10
free_of_zero = 1
most = 9007199254740991
";
    let credits = Blueprint::from_toml(text).unwrap().credits;
    let price = |name| credits.price(name).map(Amount::get).map_err(|invalid| invalid.code);
    assert_eq!(["generation", "free_of_zero", "most"].map(price), [Ok(10), Ok(1), Ok(Amount::MAX)]);
    assert_eq!(["Generation", "", "refinement"].map(price), [Err("unknown_operation"); 3]);
    let said = credits.price("refinement").unwrap_err().detail;
    assert_eq!(said, "must be one of free_of_zero, generation, most");
    let quota = CreditQuota { monthly: Limit::AtMost(Limit::MAX), daily: Limit::AtMost(1) };
    assert_eq!(credits.default_quota(), quota);
}

/// What a file leaves out is unlimited within the pool, and so is 0 (M-24); nothing has a price.
#[test]
fn nothing_said_is_unlimited() {
    for text in ["", "[credits]", "credits = { default_monthly_quota = 0, operations = {} }"] {
        let credits = Blueprint::from_toml(text).unwrap().credits;
        assert_eq!(credits, CreditRules::default());
        assert_eq!(credits.default_quota(), CreditQuota::default());
        assert_eq!(credits.price("generation").unwrap_err().detail, "nothing has a price here: name an amount");
    }
}

#[test]
fn everything_wrong_with_credits_is_said_with_its_line() {
    let text = "\
[credits]
default_monthly_quota = -1
default_daily_quota = 9007199254740992
weekly = 1

[credits.operations]
generation = 0
refinement = -5
control_generation = 1.5
more = 9007199254740992
\"No Name\" = 1
text = \"10\"
[credits.operations.table]
price = 1
";
    assert_eq!(
        problems(text),
        [
            at(2, "credits.default_monthly_quota", "out_of_range"),
            at(3, "credits.default_daily_quota", "out_of_range"),
            at(4, "credits.weekly", "unknown_key"),
            at(7, "credits.operations.generation", "out_of_range"),
            at(8, "credits.operations.refinement", "out_of_range"),
            at(9, "credits.operations.control_generation", "wrong_type"),
            at(10, "credits.operations.more", "out_of_range"),
            at(11, "credits.operations.\"No Name\"", "invalid_name"),
            at(12, "credits.operations.text", "wrong_type"),
            at(13, "credits.operations.table", "wrong_type"),
        ]
    );
    let said = Blueprint::from_toml(text).expect_err("refused").to_string();
    assert!(said.contains("known here: default_monthly_quota, default_daily_quota, operations"), "{said}");
    for (text, key) in [("credits = 1", "credits"), ("credits.operations = []", "credits.operations")] {
        assert_eq!(problems(text), [at(1, key, "wrong_type")]);
    }
}

/// Made in Rust, credits keep the same rules.
#[test]
fn credits_made_in_rust_are_checked_too() {
    let operation = |name: &str, price| (LimitName::parse(name).unwrap(), price);
    let credits = CreditRules {
        operations: [operation("free", 0), operation("good", 1), operation("huge", Amount::MAX + 1)].into(),
        default_monthly_quota: Limit::AtMost(0),
        default_daily_quota: Limit::AtMost(Limit::MAX + 1),
    };
    let error = Blueprint { credits, ..Blueprint::default() }.check().expect_err("refused");
    let found: Vec<_> = error.problems().iter().map(|it| (it.key.as_str(), it.rule.code)).collect();
    assert_eq!(
        found,
        [
            ("credits.operations.free", "out_of_range"),
            ("credits.operations.huge", "out_of_range"),
            ("credits.default_monthly_quota", "out_of_range"),
            ("credits.default_daily_quota", "out_of_range"),
        ]
    );
}
