//! Those of plans and limits.

use serde_json::json;

use super::Row;

pub fn rows() -> Vec<Row> {
    vec![
        ("PUT", "{org}/plan", json!({}), &[("/plan", "missing_field")]),
        ("PUT", "{org}/plan", json!({"plan": null}), &[("/plan", "invalid_type")]),
        ("PUT", "{org}/plan", json!({"plan": ["FREE"]}), &[("/plan", "invalid_type")]),
        ("PUT", "{org}/plan", json!({"plan": "FREE", "dry_run": true}), &[("/dry_run", "unknown_field")]),
        ("PUT", "{org}/plan", json!({"plan": ""}), &[("/plan", "invalid_plan")]),
        ("PUT", "{org}/plan", json!({"plan": "no plan"}), &[("/plan", "invalid_plan")]),
        ("PUT", "{org}/plan", json!({"plan": "X".repeat(64)}), &[("/plan", "invalid_plan")]),
        ("PUT", "{org}/plan?dry_run=yes", json!({"plan": "STARTER"}), &[("dry_run", "invalid_flag")]),
        ("PUT", "{org}/plan?preview=true", json!({"plan": "STARTER"}), &[("preview", "unknown_field")]),
        ("PUT", "{org}/limits", json!([]), &[("", "invalid_type")]),
        ("PUT", "{org}/limits", json!({"max_members": 5}), &[("/max_members", "unknown_field")]),
        ("PUT", "{org}/limits", json!({"limits": null}), &[("/limits", "invalid_type")]),
        ("PUT", "{org}/limits", json!({"limits": [5]}), &[("/limits", "invalid_type")]),
        ("PUT", "{org}/limits", json!({"limits": {"members": "5"}}), &[("/limits/members", "invalid_type")]),
        ("PUT", "{org}/limits", json!({"limits": {"members": true}}), &[("/limits/members", "invalid_type")]),
        ("PUT", "{org}/limits", json!({"limits": {"members": 1.5}}), &[("/limits/members", "invalid_type")]),
        ("PUT", "{org}/limits", json!({"limits": {"members": u64::MAX}}), &[("/limits/members", "invalid_value")]),
        ("PUT", "{org}/limits", json!({"features": null}), &[("/features", "invalid_type")]),
        (
            "PUT",
            "{org}/limits",
            json!({"features": {"organization_admins": 1}}),
            &[("/features/organization_admins", "invalid_type")],
        ),
        // All of them at once; 2^53 is one more than every JSON reader keeps.
        (
            "PUT",
            "{org}/limits",
            json!({
                "limits": {"members": -1, "workspaces": 1_u64 << 53, "": 1, "a/b~c": null},
                "features": {"Organization Admins": true, "sso": null}
            }),
            &[
                ("/features/Organization Admins", "invalid_name"),
                ("/limits/", "invalid_name"),
                ("/limits/a~1b~0c", "invalid_name"),
                ("/limits/members", "out_of_range"),
                ("/limits/workspaces", "out_of_range"),
            ],
        ),
    ]
}
