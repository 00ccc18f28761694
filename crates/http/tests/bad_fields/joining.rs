//! Those of the ways into an installation and an organization.

use serde_json::json;

use super::Row;

pub fn rows() -> Vec<Row> {
    let long = "x".repeat(121);
    let very_long = "x".repeat(2_001);
    vec![
        ("POST", "{org}/invites", json!({}), &[("/email", "missing_field")]),
        ("POST", "{org}/invites", json!({"email": null}), &[("/email", "invalid_type")]),
        ("POST", "{org}/invites", json!({"email": ["a@example.com"]}), &[("/email", "invalid_type")]),
        ("POST", "{org}/invites", json!({"email": "a@example.com", "token": "x"}), &[("/token", "unknown_field")]),
        ("POST", "{org}/invites", json!({"email": "a@example.com", "all_read": 1}), &[("/all_read", "invalid_type")]),
        (
            "POST",
            "{org}/invites",
            json!({"email": "a@example.com", "all_read": true, "all_boards_read": true}),
            &[("/all_read", "duplicate_field")],
        ),
        (
            "POST",
            "{org}/invites",
            json!({"email": "a@example.com", "expires_in_days": "7"}),
            &[("/expires_in_days", "invalid_type")],
        ),
        (
            "POST",
            "{org}/invites",
            json!({"email": "a@example.com", "expires_in_days": 1.5}),
            &[("/expires_in_days", "invalid_type")],
        ),
        (
            "POST",
            "{org}/invites",
            json!({"email": "a@example.com", "expires_in_days": u64::MAX}),
            &[("/expires_in_days", "invalid_value")],
        ),
        ("POST", "{org}/invites/bulk", json!({}), &[("/emails", "missing_field")]),
        ("POST", "{org}/invites/bulk", json!({"emails": null}), &[("/emails", "invalid_type")]),
        ("POST", "{org}/invites/bulk", json!({"emails": "a@example.com"}), &[("/emails", "invalid_type")]),
        ("POST", "{org}/invites/bulk", json!({"emails": ["a@example.com", 7]}), &[("/emails/1", "invalid_type")]),
        ("POST", "{org}/invites/bulk", json!({"emails": [], "email": "x"}), &[("/email", "unknown_field")]),
        ("POST", "/api/v1/organizations/invites/accept", json!({}), &[("/token", "missing_field")]),
        ("POST", "/api/v1/organizations/invites/accept", json!({"token": null}), &[("/token", "invalid_type")]),
        ("POST", "/api/v1/organizations/invites/decline", json!({"token": 7}), &[("/token", "invalid_type")]),
        (
            "POST",
            "/api/v1/organizations/invites/decline",
            json!({"token": "x", "id": "x"}),
            &[("/id", "unknown_field")],
        ),
        ("POST", "/api/v1/users/me/join-requests", json!({}), &[("/organization_id", "missing_field")]),
        (
            "POST",
            "/api/v1/users/me/join-requests",
            json!({"organization_id": null}),
            &[("/organization_id", "invalid_type")],
        ),
        ("POST", "{org}/domains", json!({}), &[("/domain", "missing_field")]),
        ("POST", "{org}/domains", json!({"domain": null}), &[("/domain", "invalid_type")]),
        (
            "POST",
            "{org}/domains",
            json!({"domain": "a.example", "status": "verified"}),
            &[("/status", "unknown_field")],
        ),
        ("PATCH", "{org}/domains/{domain_id}", json!({}), &[("/enrolment", "missing_field")]),
        ("PATCH", "{org}/domains/{domain_id}", json!({"enrolment": null}), &[("/enrolment", "invalid_type")]),
        ("PATCH", "{org}/domains/{domain_id}", json!({"domain": "a.example"}), &[("/domain", "unknown_field")]),
        ("POST", "/api/v1/auth/verify-email", json!({"token": null}), &[("/token", "invalid_type")]),
        ("POST", "/api/v1/auth/verify-email", json!({"token": "x", "email": "x"}), &[("/email", "unknown_field")]),
        ("POST", "/api/v1/auth/setup", json!({"email": "x@example.com"}), &[("/name", "missing_field")]),
        (
            "POST",
            "/api/v1/platform/users",
            json!({"email": "x@example.com", "name": "X", "password": null}),
            &[("/password", "invalid_type")],
        ),
        (
            "POST",
            "/api/v1/platform/users",
            json!({"email": "x@example.com", "name": "X", "password": "p", "superadmin": "yes"}),
            &[("/superadmin", "invalid_type")],
        ),
        ("PUT", "/api/v1/platform/users/{user}/password", json!({}), &[("/password", "missing_field")]),
        ("PUT", "/api/v1/platform/users/{user}/password", json!({"password": 7}), &[("/password", "invalid_type")]),
        (
            "POST",
            "/api/v1/auth/register",
            json!({"email": "x@example.com", "name": "X", "password": "p", "invitation_token": 7}),
            &[("/invitation_token", "invalid_type")],
        ),
        // Values that the domain refuses: all of them at once.
        (
            "POST",
            "{org}/invites",
            json!({
                "email": " ", "role": long, "mode": "pigeon", "expires_in_days": 31, "message": very_long
            }),
            &[
                ("/email", "blank"),
                ("/expires_in_days", "out_of_range"),
                ("/message", "too_long"),
                ("/mode", "unknown_mode"),
                ("/role", "unknown_role"),
            ],
        ),
        (
            "POST",
            "{org}/invites",
            json!({"email": format!("{}@example.com", "x".repeat(300)), "expires_in_days": 0, "message": " "}),
            &[("/email", "too_long"), ("/expires_in_days", "out_of_range"), ("/message", "blank")],
        ),
        (
            "POST",
            "{org}/invites",
            json!({"email": "nobody", "mode": ""}),
            &[("/email", "invalid_email"), ("/mode", "unknown_mode")],
        ),
        ("POST", "{org}/invites", json!({"email": "a@example.com", "role": "emperor"}), &[("/role", "unknown_role")]),
        (
            "POST",
            "{org}/invites/bulk",
            json!({"emails": ["a@example.com"], "mode": "Link", "expires_in_days": -1, "message": "a\u{0}"}),
            &[("/expires_in_days", "out_of_range"), ("/message", "control_character"), ("/mode", "unknown_mode")],
        ),
        (
            "POST",
            "/api/v1/users/me/join-requests",
            json!({"organization_id": "me"}),
            &[("/organization_id", "invalid_id")],
        ),
        (
            "POST",
            "{org}/domains",
            json!({"domain": "https://a.example", "enrolment": "always"}),
            &[("/domain", "invalid_domain"), ("/enrolment", "unknown_enrolment")],
        ),
        ("POST", "{org}/domains", json!({"domain": " "}), &[("/domain", "blank")]),
        ("POST", "{org}/domains", json!({"domain": "x".repeat(300)}), &[("/domain", "too_long")]),
        ("POST", "{org}/domains", json!({"domain": "GMail.com"}), &[("/domain", "public_mail_provider")]),
        ("PATCH", "{org}/domains/{domain_id}", json!({"enrolment": ""}), &[("/enrolment", "unknown_enrolment")]),
        (
            "POST",
            "/api/v1/auth/setup",
            json!({"email": "x", "name": " ", "password": "p"}),
            &[("/email", "invalid_email"), ("/name", "blank")],
        ),
        (
            "POST",
            "/api/v1/platform/users",
            json!({"email": "x", "name": "\u{7}", "password": "p"}),
            &[("/email", "invalid_email"), ("/name", "control_character")],
        ),
    ]
}
