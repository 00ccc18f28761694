//! Those of credits and quotas.

use serde_json::{Value, json};

use super::Row;

/// Wherever an amount is said.
const AMOUNTS: [&str; 4] = [
    "{org}/credits",
    "{org}/credits/consume",
    "{org}/credits/reservations",
    "{org}/credits/reservations/{reservation}/commit",
];

fn amounts() -> Vec<Row> {
    // 2^53 is one more than every JSON reader keeps; 1e3 is no whole number on the wire.
    let wrong: [(Value, &'static [(&'static str, &'static str)]); 11] = [
        (json!(0), &[("/amount", "out_of_range")]),
        (json!(-1), &[("/amount", "out_of_range")]),
        (json!(i64::MIN), &[("/amount", "out_of_range")]),
        (json!(1_u64 << 53), &[("/amount", "out_of_range")]),
        (json!(i64::MAX), &[("/amount", "out_of_range")]),
        (json!(u64::MAX), &[("/amount", "invalid_value")]),
        (json!(1.5), &[("/amount", "invalid_type")]),
        (json!(1e3), &[("/amount", "invalid_type")]),
        (json!(1e300), &[("/amount", "invalid_type")]),
        (json!("1"), &[("/amount", "invalid_type")]),
        (json!(null), &[("/amount", "invalid_type")]),
    ];
    let rows = AMOUNTS.iter().flat_map(|path| wrong.iter().map(move |wrong| (*path, wrong.clone())));
    rows.map(|(path, (amount, faults))| ("POST", path, json!({"amount": amount}), faults)).collect()
}

pub fn rows() -> Vec<Row> {
    [amounts(), others()].concat()
}

fn others() -> Vec<Row> {
    let long = "x".repeat(2_001);
    vec![
        ("POST", "{org}/credits", json!({}), &[("/amount", "missing_field")]),
        ("POST", "{org}/credits", json!({"amount": 1, "balance": 1}), &[("/balance", "unknown_field")]),
        ("POST", "{org}/credits", json!({"amount": 1, "reason": 1}), &[("/reason", "invalid_type")]),
        ("POST", "{org}/credits", json!({"amount": 1, "priority": "1"}), &[("/priority", "invalid_type")]),
        ("POST", "{org}/credits", json!({"amount": 1, "priority": 0.5}), &[("/priority", "invalid_type")]),
        (
            "POST",
            "{org}/credits",
            json!({"amount": 0, "reason": long, "expires_at": "tomorrow", "priority": 256}),
            &[
                ("/amount", "out_of_range"),
                ("/expires_at", "invalid_timestamp"),
                ("/priority", "out_of_range"),
                ("/reason", "too_long"),
            ],
        ),
        ("POST", "{org}/credits", json!({"amount": 1, "priority": -1}), &[("/priority", "out_of_range")]),
        (
            "POST",
            "{org}/credits",
            json!({"amount": 1, "expires_at": "2020-01-01T00:00:00Z"}),
            &[("/expires_at", "in_the_past")],
        ),
        ("POST", "{org}/credits/grants/{grant}/revoke", json!({"amount": 1}), &[("/amount", "unknown_field")]),
        ("POST", "{org}/credits/grants/{grant}/revoke", json!({"reason": " "}), &[("/reason", "blank")]),
        ("POST", "{org}/credits/consume", json!({}), &[("", "exactly_one")]),
        ("POST", "{org}/credits/consume", json!({"amount": 1, "operation": "generation"}), &[("", "exactly_one")]),
        ("POST", "{org}/credits/consume", json!({"operation": "generation"}), &[("/operation", "unknown_operation")]),
        ("POST", "{org}/credits/consume", json!({"operation": ""}), &[("/operation", "unknown_operation")]),
        ("POST", "{org}/credits/consume", json!({"operation": null}), &[("/operation", "invalid_type")]),
        ("POST", "{org}/credits/consume", json!({"operation": 1}), &[("/operation", "invalid_type")]),
        // A member or workspace that got lost on the way is a mistake.
        ("POST", "{org}/credits/consume", json!({"amount": 1, "member": null}), &[("/member", "invalid_type")]),
        (
            "POST",
            "{org}/credits/consume",
            json!({"amount": 1, "member": "me", "workspace_id": "{}"}),
            &[("/member", "invalid_id"), ("/workspace_id", "invalid_id")],
        ),
        ("POST", "{org}/credits/consume", json!({"amount": 1, "ttl": 5}), &[("/ttl", "unknown_field")]),
        ("POST", "{org}/credits/consume", json!([1]), &[("", "invalid_type")]),
        ("POST", "{org}/credits/reservations", json!({"ttl": 60}), &[("", "exactly_one")]),
        ("POST", "{org}/credits/reservations", json!({"amount": 1, "ttl": 0}), &[("/ttl", "out_of_range")]),
        ("POST", "{org}/credits/reservations", json!({"amount": 1, "ttl": -1}), &[("/ttl", "out_of_range")]),
        ("POST", "{org}/credits/reservations", json!({"amount": 1, "ttl": 3_601}), &[("/ttl", "out_of_range")]),
        ("POST", "{org}/credits/reservations", json!({"amount": 1, "ttl": i64::MAX}), &[("/ttl", "out_of_range")]),
        ("POST", "{org}/credits/reservations", json!({"amount": 1, "ttl": 1.5}), &[("/ttl", "invalid_type")]),
        ("POST", "{org}/credits/reservations", json!({"amount": 1, "ttl": null}), &[("/ttl", "invalid_type")]),
        (
            "POST",
            "{org}/credits/reservations",
            json!({"operation": "generation"}),
            &[("/operation", "unknown_operation")],
        ),
        (
            "POST",
            "{org}/credits/reservations/{reservation}/commit",
            json!({"amount": 21}),
            &[("/amount", "more_than_reserved")],
        ),
        (
            "POST",
            "{org}/credits/reservations/{reservation}/commit",
            json!({"amount": 1, "ttl": 1}),
            &[("/ttl", "unknown_field")],
        ),
        ("POST", "{org}/credits/refunds", json!({}), &[("/transaction_id", "missing_field")]),
        ("POST", "{org}/credits/refunds", json!({"transaction_id": null}), &[("/transaction_id", "invalid_type")]),
        ("POST", "{org}/credits/refunds", json!({"transaction_id": "1"}), &[("/transaction_id", "invalid_id")]),
        ("PUT", "{org}/members/{member}/quota", json!({}), &[("/monthly_limit", "missing_field")]),
        ("PUT", "{org}/members/{member}/quota", json!({"monthly_limit": 1}), &[("/daily_limit", "missing_field")]),
        (
            "PUT",
            "{org}/members/{member}/quota",
            json!({"monthly_limit": null, "daily_limit": 1}),
            &[("/monthly_limit", "invalid_type")],
        ),
        (
            "PUT",
            "{org}/members/{member}/quota",
            json!({"monthly_limit": 1.5, "daily_limit": 1}),
            &[("/monthly_limit", "invalid_type")],
        ),
        (
            "PUT",
            "{org}/members/{member}/quota",
            json!({"monthly_limit": -1, "daily_limit": 1_u64 << 53}),
            &[("/daily_limit", "out_of_range"), ("/monthly_limit", "out_of_range")],
        ),
        (
            "PUT",
            "{org}/members/{member}/quota",
            json!({"monthly_limit": 1, "daily_limit": 1, "used": 0}),
            &[("/used", "unknown_field")],
        ),
        ("PUT", "{org}/workspaces/{workspace}/budget", json!({}), &[("/monthly_limit", "missing_field")]),
        (
            "PUT",
            "{org}/workspaces/{workspace}/budget",
            json!({"monthly_limit": 1, "daily_limit": "1"}),
            &[("/daily_limit", "invalid_type")],
        ),
        (
            "PUT",
            "{org}/workspaces/{workspace}/budget",
            json!({"monthly_limit": -1, "daily_limit": 1_u64 << 53}),
            &[("/daily_limit", "out_of_range"), ("/monthly_limit", "out_of_range")],
        ),
        (
            "PUT",
            "{org}/workspaces/{workspace}/budget",
            json!({"monthly_limit": 1, "daily_limit": 1, "kind": "board"}),
            &[("/kind", "unknown_field")],
        ),
    ]
}
