//! Requests with wrong fields.

mod credits;
mod joining;
mod plans;
mod workspaces;

use serde_json::{Value, json};

use crate::support::PASSWORD;

/// Method, path below the organization, body, and the wrong fields to be reported.
pub type Row = (&'static str, &'static str, Value, &'static [(&'static str, &'static str)]);

/// All of them.
pub fn all() -> Vec<Row> {
    [rows(), credits::rows(), joining::rows(), plans::rows(), workspaces::rows()].concat()
}

fn rows() -> Vec<Row> {
    let long = "x".repeat(121);
    let very_long = "x".repeat(2_001);
    vec![
        // Fields that are missing, unknown, of the wrong type, or null.
        ("POST", "/api/v1/organizations", json!({}), &[("/name", "missing_field")]),
        (
            "POST",
            "/api/v1/organizations",
            json!({"name": "A", "created_by": "me"}),
            &[("/created_by", "unknown_field")],
        ),
        ("POST", "/api/v1/organizations", json!({"name": "A", "a/b~c": 1}), &[("/a~1b~0c", "unknown_field")]),
        ("POST", "/api/v1/organizations", json!({"name": 1}), &[("/name", "invalid_type")]),
        ("POST", "/api/v1/organizations", json!({"name": null}), &[("/name", "invalid_type")]),
        ("POST", "/api/v1/organizations", json!({"name": ["A"]}), &[("/name", "invalid_type")]),
        ("POST", "/api/v1/organizations", json!(["A"]), &[("", "invalid_type")]),
        ("POST", "/api/v1/organizations", json!("A"), &[("", "invalid_type")]),
        ("POST", "/api/v1/organizations", json!(null), &[("", "invalid_type")]),
        ("PATCH", "{org}", json!({"name": null}), &[("/name", "invalid_type")]),
        ("PATCH", "{org}", json!({"slug": null}), &[("/slug", "invalid_type")]),
        ("PATCH", "{org}", json!({"time_zone": null}), &[("/time_zone", "invalid_type")]),
        ("PATCH", "{org}", json!({"time_zone": "Mars/Olympus"}), &[("/time_zone", "unknown_time_zone")]),
        ("PATCH", "{org}", json!({"id": "x"}), &[("/id", "unknown_field")]),
        ("PATCH", "{org}", json!({"plan": "ENTERPRISE"}), &[("/plan", "unknown_field")]),
        ("PATCH", "/api/v1/users/me", json!({"name": null}), &[("/name", "invalid_type")]),
        ("PATCH", "/api/v1/users/me", json!({"email": "x@example.com"}), &[("/email", "unknown_field")]),
        ("PATCH", "/api/v1/users/me", json!({"superadmin": true}), &[("/superadmin", "unknown_field")]),
        ("PATCH", "{org}/members/{member}", json!({"role": null}), &[("/role", "invalid_type")]),
        ("PATCH", "{org}/members/{member}", json!({}), &[("/role", "missing_field")]),
        ("PATCH", "{org}/members/{member}", json!({"role": 7}), &[("/role", "invalid_type")]),
        ("PUT", "{org}/members/{member}/access", json!({"all_read": "yes"}), &[("/all_read", "invalid_type")]),
        ("PUT", "{org}/members/{member}/access", json!({"all_read": null}), &[("/all_read", "invalid_type")]),
        ("POST", "{org}/roles", json!({"name": "a", "permissions": [1]}), &[("/permissions/0", "invalid_type")]),
        ("POST", "{org}/roles", json!({"name": "a", "permissions": "member.add"}), &[("/permissions", "invalid_type")]),
        ("POST", "{org}/roles", json!({"name": "a"}), &[("/permissions", "missing_field")]),
        ("PATCH", "{org}/roles/{role}", json!({"permissions": null}), &[("/permissions", "invalid_type")]),
        ("POST", "/api/v1/platform/organizations", json!({"name": "A", "owner": []}), &[("/owner", "invalid_type")]),
        (
            "POST",
            "/api/v1/platform/organizations",
            json!({"name": "A", "owner": {"name": 1}}),
            &[("/owner/name", "unknown_field")],
        ),
        (
            "POST",
            "/api/v1/platform/organizations",
            json!({"name": "A", "owner": {"email": 1}}),
            &[("/owner/email", "invalid_type")],
        ),
        // Values that the domain refuses: all of them at once.
        ("POST", "/api/v1/organizations", json!({"name": " "}), &[("/name", "blank")]),
        ("POST", "/api/v1/organizations", json!({"name": long}), &[("/name", "too_long")]),
        ("POST", "/api/v1/organizations", json!({"name": "a\u{0}b"}), &[("/name", "control_character")]),
        ("POST", "/api/v1/organizations", json!({"name": "a\nb"}), &[("/name", "control_character")]),
        ("POST", "/api/v1/organizations", json!({"name": "evil\u{202e}eman"}), &[("/name", "control_character")]),
        (
            "POST",
            "/api/v1/organizations",
            json!({"name": "", "slug": "No Slug", "description": very_long, "domain": "https://x"}),
            &[
                ("/description", "too_long"),
                ("/domain", "invalid_domain"),
                ("/name", "blank"),
                ("/slug", "invalid_slug"),
            ],
        ),
        ("POST", "/api/v1/organizations", json!({"name": "A", "slug": "me"}), &[("/slug", "reserved")]),
        (
            "PATCH",
            "/api/v1/users/me",
            json!({"name": "\u{7}", "timezone": "Mars/Olympus", "pronouns": long, "notes": very_long, "context": " "}),
            &[
                ("/context", "blank"),
                ("/name", "control_character"),
                ("/notes", "too_long"),
                ("/pronouns", "too_long"),
                ("/timezone", "unknown_time_zone"),
            ],
        ),
        ("POST", "{org}/members", json!({}), &[("", "exactly_one")]),
        (
            "POST",
            "{org}/members",
            json!({"email": "a@example.com", "user_id": "01980000-0000-7000-8000-000000000001"}),
            &[("", "exactly_one")],
        ),
        ("POST", "{org}/members", json!({"email": "nobody"}), &[("/email", "invalid_email")]),
        ("POST", "{org}/members", json!({"user_id": "7"}), &[("/user_id", "invalid_id")]),
        (
            "POST",
            "{org}/members",
            json!({"email": "acmeremoved@example.com", "role": "emperor"}),
            &[("/role", "unknown_role")],
        ),
        (
            "POST",
            "{org}/members",
            json!({"email": "acmeremoved@example.com", "role": long}),
            &[("/role", "unknown_role")],
        ),
        ("PATCH", "{org}/members/{member}", json!({"role": "superadmin"}), &[("/role", "unknown_role")]),
        ("POST", "{org}/transfer-ownership", json!({"user_id": "x"}), &[("/user_id", "invalid_id")]),
        // Absent is the caller; a subject that got lost on the way is a mistake.
        (
            "POST",
            "{org}/check",
            json!({"permission": "organization.read", "user_id": null}),
            &[("/user_id", "invalid_type")],
        ),
        ("POST", "{org}/check", json!({"permission": "world.rule"}), &[("/permission", "unknown_permission")]),
        (
            "POST",
            "{org}/check",
            json!({"permission": "", "user_id": "{}"}),
            &[("/permission", "unknown_permission"), ("/user_id", "invalid_id")],
        ),
        ("POST", "{org}/roles", json!({"name": "owner", "permissions": []}), &[("/name", "reserved")]),
        (
            "POST",
            "{org}/roles",
            json!({"name": "a", "permissions": ["member.read", "x"]}),
            &[("/permissions/1", "unknown_permission")],
        ),
        (
            "POST",
            "{org}/roles",
            json!({"name": "a", "permissions": ["member.read", "member.read"]}),
            &[("/permissions/1", "duplicate")],
        ),
        ("DELETE", "{org}", json!({"name": "Another name"}), &[("/name", "name_mismatch")]),
        ("POST", "{org}/delete", json!({"name": ""}), &[("/name", "name_mismatch")]),
        (
            "PATCH",
            "/api/v1/organizations/me/active",
            json!({"organization_id": "me"}),
            &[("/organization_id", "invalid_id")],
        ),
        (
            "POST",
            "/api/v1/platform/organizations",
            json!({"name": " ", "owner": {"email": "x"}}),
            &[("/name", "blank"), ("/owner/email", "invalid_email")],
        ),
        ("POST", "/api/v1/platform/organizations", json!({"name": "A", "owner": {}}), &[("/owner", "exactly_one")]),
        (
            "POST",
            "/api/v1/auth/register",
            json!({"email": "x", "password": "p", "name": " ", "organization": "\u{1}"}),
            &[("/email", "invalid_email"), ("/name", "blank"), ("/organization", "control_character")],
        ),
        (
            "POST",
            "/api/v1/auth/register",
            json!({"email": "x@example.com", "name": "X", "password": "short"}),
            &[("/password", "too_short")],
        ),
        (
            "POST",
            "/api/v1/auth/register",
            json!({"email": "x@example.com", "name": "X", "password": "x".repeat(129)}),
            &[("/password", "too_long")],
        ),
        (
            "POST",
            "/api/v1/auth/register",
            json!({"email": "x@example.com", "name": "X", "password": 12}),
            &[("/password", "invalid_type")],
        ),
        ("POST", "/api/v1/auth/login", json!({"email": "x@example.com"}), &[("/password", "missing_field")]),
        (
            "PUT",
            "/api/v1/users/me/password",
            json!({"current_password": PASSWORD, "new_password": "password1234"}),
            &[("/new_password", "too_weak")],
        ),
    ]
}
