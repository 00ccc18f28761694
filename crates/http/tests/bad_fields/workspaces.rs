//! Those of workspaces, access to them, and what is used.

use serde_json::json;

use super::Row;

const SOME_ID: &str = "01980000-0000-7000-8000-00000000dead";

pub fn rows() -> Vec<Row> {
    [workspaces(), inside(), access(), reports()].concat()
}

fn workspaces() -> Vec<Row> {
    let (long, very_long) = ("x".repeat(121), "x".repeat(2_001));
    let mut rows: Vec<Row> = Vec::new();
    for path in ["{org}/workspaces", "/api/v1/workspaces", "/api/workspaces"] {
        rows.extend([
            ("POST", path, json!({}), [("/name", "missing_field")].as_slice()),
            ("POST", path, json!({"name": null}), &[("/name", "invalid_type")]),
            ("POST", path, json!([]), &[("", "invalid_type")]),
            ("POST", path, json!({"name": "A", "created_by": SOME_ID}), &[("/created_by", "unknown_field")]),
            ("POST", path, json!({"name": "A", "is_personal": true}), &[("/is_personal", "unknown_field")]),
            ("POST", path, json!({"name": "A", "kind": "castle"}), &[("/kind", "unknown_kind")]),
            (
                "POST",
                path,
                json!({"name": "A", "limits": {"max_agents": 1}}),
                &[("/limits/max_agents", "unknown_limit")],
            ),
            ("POST", path, json!({"name": "A", "limits": {"a": -1}}), &[("/limits/a", "out_of_range")]),
            ("POST", path, json!({"name": "A", "limits": {"a": 1.5}}), &[("/limits/a", "invalid_type")]),
            ("POST", path, json!({"name": "A", "limits": {"a": null}}), &[("/limits/a", "invalid_type")]),
            ("POST", path, json!({"name": "A", "limits": {"a": u64::MAX}}), &[("/limits/a", "invalid_value")]),
            (
                "POST",
                path,
                json!({"name": "A", "fields": {"objective": "x"}}),
                &[("/fields/objective", "unknown_field")],
            ),
            ("POST", path, json!({"name": "A", "fields": {"a": 1.5}}), &[("/fields/a", "invalid_type")]),
            ("POST", path, json!({"name": "A", "fields": {"a": {}}}), &[("/fields/a", "invalid_type")]),
            ("POST", path, json!({"name": "A", "fields": {"a": ["x"]}}), &[("/fields/a", "invalid_type")]),
            ("POST", path, json!({"name": "A", "fields": {"a": null}}), &[("/fields/a", "invalid_type")]),
            ("POST", path, json!({"name": "A", "fields": {"a": u64::MAX}}), &[("/fields/a", "invalid_value")]),
            ("POST", path, json!({"name": "A", "fields": []}), &[("/fields", "invalid_type")]),
        ]);
    }
    rows.extend([
        // Values that the domain refuses: all of them at once.
        (
            "POST",
            "{org}/workspaces",
            json!({
                "kind": "A Kind", "name": long, "slug": "No Slug", "description": very_long, "group_id": "1",
                "default_access": "manage", "limits": {"Max Agents": 1, "b": 1_u64 << 53},
                "fields": {"Objective": "x", "c": 1_i64 << 53, "d": " ", "e": very_long, "f": "a\u{0}"}
            }),
            [
                ("/default_access", "unknown_access"),
                ("/description", "too_long"),
                ("/fields/Objective", "invalid_name"),
                ("/fields/c", "out_of_range"),
                ("/fields/d", "blank"),
                ("/fields/e", "too_long"),
                ("/fields/f", "control_character"),
                ("/group_id", "invalid_id"),
                ("/kind", "invalid_name"),
                ("/limits/Max Agents", "invalid_name"),
                ("/limits/b", "out_of_range"),
                ("/name", "too_long"),
                ("/slug", "invalid_slug"),
            ]
            .as_slice(),
        ),
        ("PATCH", "{org}/workspaces/{workspace}", json!({"name": null}), &[("/name", "invalid_type")]),
        ("PATCH", "{org}/workspaces/{workspace}", json!({"slug": null}), &[("/slug", "invalid_type")]),
        (
            "PATCH",
            "{org}/workspaces/{workspace}",
            json!({"default_access": null}),
            &[("/default_access", "invalid_type")],
        ),
        ("PATCH", "{org}/workspaces/{workspace}", json!({"kind": "board"}), &[("/kind", "unknown_field")]),
        ("PATCH", "{org}/workspaces/{workspace}", json!({"archived_at": null}), &[("/archived_at", "unknown_field")]),
        ("PATCH", "{org}/workspaces/{workspace}", json!({"limits": null}), &[("/limits", "invalid_type")]),
        ("PATCH", "{org}/workspaces/{workspace}", json!({"limits": {"a": 1}}), &[("/limits/a", "unknown_limit")]),
        ("PATCH", "{org}/workspaces/{workspace}", json!({"fields": {"a": true}}), &[("/fields/a", "unknown_field")]),
        (
            "PATCH",
            "/api/v1/workspaces/{workspace}",
            json!({"name": " ", "group_id": "1", "limits": {"a": -1, "B": null}, "fields": {"b": " "}}),
            &[
                ("/fields/b", "blank"),
                ("/group_id", "invalid_id"),
                ("/limits/B", "invalid_name"),
                ("/limits/a", "out_of_range"),
                ("/name", "blank"),
            ],
        ),
        ("POST", "{org}/workspace-groups", json!({}), &[("/name", "missing_field")]),
        ("POST", "{org}/workspace-groups", json!({"name": "A", "workspaces": []}), &[("/workspaces", "unknown_field")]),
        (
            "POST",
            "{org}/workspace-groups",
            json!({"name": " ", "description": very_long}),
            &[("/description", "too_long"), ("/name", "blank")],
        ),
        ("PATCH", "{org}/workspace-groups/{group}", json!({"name": null}), &[("/name", "invalid_type")]),
        ("PATCH", "{org}/workspace-groups/{group}", json!({"name": long}), &[("/name", "too_long")]),
    ]);
    rows
}

fn inside() -> Vec<Row> {
    vec![
        ("POST", "{org}/workspaces/{workspace}/members", json!({}), &[("/member_id", "missing_field")]),
        ("POST", "{org}/workspaces/{workspace}/members", json!({"user_id": SOME_ID}), &[("/user_id", "unknown_field")]),
        (
            "POST",
            "{org}/workspaces/{workspace}/members",
            json!({"member_id": "me", "role": "admin"}),
            &[("/member_id", "invalid_id"), ("/role", "unknown_role")],
        ),
        (
            "POST",
            "{org}/workspaces/{workspace}/members",
            json!({"member_id": SOME_ID, "role": null}),
            &[("/role", "invalid_type")],
        ),
        ("PATCH", "{org}/workspaces/{workspace}/members/{user}", json!({}), &[("/role", "missing_field")]),
        ("PATCH", "{org}/workspaces/{workspace}/members/{user}", json!({"role": ""}), &[("/role", "unknown_role")]),
        ("POST", "{org}/workspaces/{workspace}/transfer", json!({}), &[("/member_id", "missing_field")]),
        (
            "POST",
            "{org}/workspaces/{workspace}/transfer",
            json!({"member_id": null}),
            &[("/member_id", "invalid_type")],
        ),
    ]
}

fn access() -> Vec<Row> {
    let grant = json!({"workspace_id": SOME_ID});
    vec![
        ("PUT", "{org}/members/{member}/access", json!({"all_write": null}), &[("/all_write", "invalid_type")]),
        ("PUT", "{org}/members/{member}/access", json!({"grants": null}), &[("/grants", "invalid_type")]),
        ("PUT", "{org}/members/{member}/access", json!({"grants": {}}), &[("/grants", "invalid_type")]),
        ("PUT", "{org}/members/{member}/access", json!({"grants": [[SOME_ID]]}), &[("/grants/0", "invalid_type")]),
        (
            "PUT",
            "{org}/members/{member}/access",
            json!({"grants": [{}]}),
            &[("/grants/0/workspace_id", "missing_field")],
        ),
        (
            "PUT",
            "{org}/members/{member}/access",
            json!({"grants": [grant, {"workspace_id": "1", "can_read": false}]}),
            &[("/grants/1", "grants_nothing"), ("/grants/1/workspace_id", "invalid_id")],
        ),
        (
            "PUT",
            "{org}/members/{member}/access",
            json!({"grants": [{"workspace_id": SOME_ID, "can_write": 1}]}),
            &[("/grants/0/can_write", "invalid_type")],
        ),
        (
            "PUT",
            "{org}/members/{member}/access",
            json!({"grants": [{"workspace_id": SOME_ID, "board_id": SOME_ID}]}),
            &[("/grants/0/workspace_id", "duplicate_field")],
        ),
        (
            "PUT",
            "{org}/members/{member}/access",
            json!({"grants": [], "board_access": []}),
            &[("/grants", "duplicate_field")],
        ),
        (
            "PUT",
            "{org}/members/{member}/access",
            json!({"grants": [{"workspace_id": SOME_ID, "level": "read"}]}),
            &[("/grants/0/level", "unknown_field")],
        ),
        (
            "PUT",
            "{org}/members/{member}/access",
            json!({"grants": [grant, grant]}),
            &[("/grants/1/workspace_id", "duplicate")],
        ),
        (
            "POST",
            "{org}/invites",
            json!({"email": "a@example.com", "grants": [{"workspace_id": SOME_ID, "can_read": false}]}),
            &[("/grants/0", "grants_nothing")],
        ),
        (
            "POST",
            "{org}/invites/bulk",
            json!({"emails": ["a@example.com"], "grants": [grant, grant]}),
            &[("/grants/1/workspace_id", "duplicate")],
        ),
        ("POST", "{org}/members", json!({"user_id": SOME_ID, "grants": [1]}), &[("/grants/0", "invalid_type")]),
        ("POST", "{org}/join-requests/{request}/approve", json!({"grants": [7]}), &[("/grants/0", "invalid_type")]),
    ]
}

fn reports() -> Vec<Row> {
    let check = json!({"permission": "workspace.read"});
    vec![
        (
            "POST",
            "{org}/check",
            json!({"permission": "workspace.read", "workspace_id": null}),
            &[("/workspace_id", "invalid_type")],
        ),
        (
            "POST",
            "{org}/check",
            json!({"permission": "workspace.read", "workspace_id": "1"}),
            &[("/workspace_id", "invalid_id")],
        ),
        (
            "POST",
            "{org}/check",
            json!({"permission": "member.add", "workspace_id": SOME_ID}),
            &[("/permission", "not_for_workspaces")],
        ),
        ("POST", "{org}/check/batch", json!({}), &[("/checks", "missing_field")]),
        ("POST", "{org}/check/batch", json!({"checks": null}), &[("/checks", "invalid_type")]),
        ("POST", "{org}/check/batch", json!({"checks": []}), &[("/checks", "empty")]),
        ("POST", "{org}/check/batch", json!({"checks": vec![check.clone(); 101]}), &[("/checks", "too_many")]),
        ("POST", "{org}/check/batch", json!({"checks": [check, ["member.add"]]}), &[("/checks/1", "invalid_type")]),
        (
            "POST",
            "{org}/check/batch",
            json!({"checks": [check, {"permission": "world.rule", "user_id": "1"}]}),
            &[("/checks/1/permission", "unknown_permission"), ("/checks/1/user_id", "invalid_id")],
        ),
        (
            "POST",
            "{org}/check/batch",
            json!({"checks": [check, {"permission": "member.add", "workspace_id": SOME_ID}]}),
            &[("/checks/1/permission", "not_for_workspaces")],
        ),
        ("PUT", "{org}/limits", json!({"limits": {"storage": -1}}), &[("/limits/storage", "out_of_range")]),
        ("PUT", "{org}/limits", json!({"limits": {"storage": 0.5}}), &[("/limits/storage", "invalid_type")]),
    ]
}
