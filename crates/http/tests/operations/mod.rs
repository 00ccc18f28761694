//! The table of operations: who may not use them, and a request that would work.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what fails here fails the test")]
#![allow(dead_code, reason = "every test file uses a part of this")]

use guildhall_http::openapi;
use serde_json::{Value, json};

/// Whom an operation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Everybody, without a credential.
    Public,
    /// Everybody with a session, on what is their own.
    Own,
    /// Members of the organization in the path.
    Scoped,
    /// Superadmins.
    Platform,
}

/// One row: an operation with a request that would work.
#[derive(Debug)]
pub struct Operation {
    /// The `operationId` in the document.
    pub id: &'static str,
    pub kind: Kind,
    /// What the caller needs; none where every member may.
    pub permission: Option<&'static str>,
    body: Option<Value>,
    route: (String, String),
}

impl Operation {
    pub fn method(&self) -> &str {
        &self.route.0
    }

    pub fn path(&self) -> &str {
        &self.route.1
    }

    /// How a member without the permission is refused.
    pub fn refusal(&self) -> &'static str {
        let of_workspace = self.permission.is_some_and(|permission| permission.starts_with("workspace."));
        if of_workspace && self.path().contains("{workspace}") {
            "workspace_access_denied"
        } else {
            "permission_denied"
        }
    }

    /// Path and body with ids in the places of their names.
    pub fn filled(&self, ids: &[(&str, &str)]) -> (String, Option<Value>) {
        let fill = |text: &str| ids.iter().fold(text.to_owned(), |text, (name, id)| text.replace(name, id));
        let body = self.body.as_ref().map(|body| serde_json::from_str(&fill(&body.to_string())).unwrap());
        (fill(self.path()), body)
    }
}

/// Method, path and id of every operation in the document.
pub fn documented() -> Vec<(String, String, String)> {
    let document: Value = serde_json::to_value(openapi()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(id) = operation["operationId"].as_str() else { continue };
            operations.push((method.to_uppercase(), path.clone(), id.to_owned()));
        }
    }
    operations
}

/// The table, with the routes that the document says.
pub fn operations() -> Vec<Operation> {
    let documented = documented();
    let route = |id: &str| {
        let found = documented.iter().find(|(_, _, known)| known == id);
        found.map(|(method, path, _)| (method.clone(), path.clone())).unwrap_or_default()
    };
    rows()
        .into_iter()
        .map(|(id, kind, permission, body)| Operation { id, kind, permission, body, route: route(id) })
        .collect()
}

type Row = (&'static str, Kind, Option<&'static str>, Option<Value>);

#[rustfmt::skip]
fn rows() -> Vec<Row> {
    use Kind::{Own, Platform, Public, Scoped};
    let password = "umbrella granite velvet falcon";
    vec![
        ("liveness", Public, None, None),
        ("health", Public, None, None),
        ("readiness", Public, None, None),
        ("register", Public, None, Some(json!({"email": "new@example.com", "password": password, "name": "New"}))),
        ("login", Public, None, Some(json!({"email": "new@example.com", "password": password}))),
        ("read_set_up", Public, None, None),
        ("set_up", Public, None, Some(json!({"email": "new@example.com", "password": password, "name": "New"}))),

        ("logout", Own, None, None),
        ("read_me", Own, None, None),
        ("read_profile", Own, None, None),
        ("update_profile", Own, None, Some(json!({"preferred_name": "Changed"}))),
        ("delete_account", Own, None, None),
        ("change_password", Own, None, Some(json!({"current_password": password, "new_password": "seven quiet lanterns over water"}))),
        ("list_sessions", Own, None, None),
        ("end_session", Own, None, None),
        ("end_other_sessions", Own, None, None),
        ("list_organizations", Own, None, None),
        ("list_my_organizations", Own, None, None),
        ("list_organizations_bare", Own, None, None),
        ("list_plans", Own, None, None),
        ("list_workspace_kinds", Own, None, None),
        ("list_my_workspaces", Own, None, None),
        ("list_workspaces_bare", Own, None, None),
        ("create_my_workspace", Own, None, Some(json!({"name": "Another"}))),
        ("read_my_workspace", Own, None, None),
        ("update_my_workspace", Own, None, Some(json!({"name": "Changed"}))),
        ("delete_my_workspace", Own, None, None),
        ("read_my_credit_usage", Own, None, None),
        ("create_organization", Own, None, Some(json!({"name": "Another"}))),
        ("switch_organization", Own, None, Some(json!({"organization_id": "{org}"}))),
        ("verify_email", Own, None, Some(json!({"token": "ghe_nothing"}))),
        ("resend_email_verification", Own, None, None),
        ("accept_invitation", Own, None, Some(json!({"token": "ghi_nothing"}))),
        ("decline_invitation", Own, None, Some(json!({"token": "ghi_nothing"}))),
        ("list_received_invitations", Own, None, None),
        ("accept_received_invitation", Own, None, None),
        ("decline_received_invitation", Own, None, None),
        ("request_to_join", Own, None, Some(json!({"organization_id": "{org}"}))),

        ("read_organization", Scoped, None, None),
        ("read_my_member", Scoped, None, None),
        ("leave_organization", Scoped, None, None),
        ("update_organization", Scoped, Some("organization.update"), Some(json!({"name": "Changed"}))),
        ("delete_organization", Scoped, Some("organization.delete"), Some(json!({"name": "AcmeOwner Inc."}))),
        ("delete_organization_by_post", Scoped, Some("organization.delete"), Some(json!({"name": "AcmeOwner Inc."}))),
        ("transfer_ownership", Scoped, Some("ownership.transfer"), Some(json!({"user_id": "{user}"}))),
        ("check_permission", Scoped, Some("member.read"), Some(json!({"permission": "member.add", "user_id": "{user}"}))),
        ("check_permissions", Scoped, Some("member.read"), Some(json!({"checks": [{"permission": "member.add", "user_id": "{user}"}]}))),
        ("list_members", Scoped, Some("member.read"), None),
        ("read_member", Scoped, Some("member.read"), None),
        ("list_member_permissions", Scoped, Some("member.read"), None),
        ("add_member", Scoped, Some("member.add"), Some(json!({"email": "acmeremoved@example.com"}))),
        ("change_member_role", Scoped, Some("member.change_role"), Some(json!({"role": "admin"}))),
        ("read_member_access", Scoped, Some("member.read"), None),
        ("set_member_access", Scoped, Some("member.set_access"), Some(json!({"all_read": true}))),
        ("remove_member", Scoped, Some("member.remove"), None),
        ("list_roles", Scoped, Some("role.read"), None),
        ("read_role", Scoped, Some("role.read"), None),
        ("create_role", Scoped, Some("role.manage"), Some(json!({"name": "another", "permissions": ["member.read"]}))),
        ("update_role", Scoped, Some("role.manage"), Some(json!({"name": "changed"}))),
        ("delete_role", Scoped, Some("role.manage"), None),
        ("list_invitations", Scoped, Some("invitation.read"), None),
        ("read_invitation", Scoped, Some("invitation.read"), None),
        ("invite", Scoped, Some("invitation.manage"), Some(json!({"email": "new@example.com", "message": "Come!"}))),
        ("invite_many", Scoped, Some("invitation.manage"), Some(json!({"emails": ["new@example.com", "newer@example.com"]}))),
        ("resend_invitation", Scoped, Some("invitation.manage"), None),
        ("revoke_invitation", Scoped, Some("invitation.manage"), None),
        ("list_join_requests", Scoped, Some("invitation.read"), None),
        ("approve_join_request", Scoped, Some("member.add"), Some(json!({"role": "member"}))),
        ("decline_join_request", Scoped, Some("member.add"), None),
        ("list_domains", Scoped, Some("domain.read"), None),
        ("read_domain", Scoped, Some("domain.read"), None),
        ("claim_domain", Scoped, Some("domain.manage"), Some(json!({"domain": "new.example"}))),
        ("update_domain", Scoped, Some("domain.manage"), Some(json!({"enrolment": "automatic"}))),
        ("remove_domain", Scoped, Some("domain.manage"), None),
        ("verify_domain", Scoped, Some("domain.manage"), None),
        ("read_entitlements", Scoped, None, None),
        ("read_usage", Scoped, Some("usage.read"), None),
        ("acquire_quota", Scoped, Some("usage.report"), Some(json!({"amount": 1}))),
        ("release_quota", Scoped, Some("usage.report"), Some(json!({"amount": 1}))),
        ("consume_credits", Scoped, Some("credits.spend"), Some(json!({"amount": 1}))),
        ("reserve_credits", Scoped, Some("credits.spend"), Some(json!({"amount": 1, "ttl": 60}))),
        ("commit_reservation", Scoped, Some("credits.spend"), Some(json!({"amount": 1}))),
        ("release_reservation", Scoped, Some("credits.spend"), None),
        ("refund_credits", Scoped, Some("billing.manage"), Some(json!({"transaction_id": "{transaction}"}))),
        ("grant_credits", Scoped, Some("billing.manage"), Some(json!({"amount": 1}))),
        ("revoke_grant", Scoped, Some("billing.manage"), Some(json!({"reason": "Given twice"}))),
        ("read_credits", Scoped, Some("credits.read"), None),
        ("list_credit_transactions", Scoped, Some("credits.read"), None),
        ("list_credit_usage", Scoped, Some("credits.read"), None),
        ("read_member_quota", Scoped, Some("credits.read"), None),
        ("set_member_quota", Scoped, Some("quota.manage"), Some(json!({"monthly_limit": 5, "daily_limit": 1}))),
        ("read_workspace_budget", Scoped, Some("workspace.read"), None),
        ("set_workspace_budget", Scoped, Some("quota.manage"), Some(json!({"monthly_limit": 5, "daily_limit": 1}))),
        ("list_workspaces", Scoped, None, None),
        ("create_workspace", Scoped, Some("workspace.create"), Some(json!({"name": "Another", "group_id": "{group}"}))),
        ("read_workspace", Scoped, Some("workspace.read"), None),
        ("update_workspace", Scoped, Some("workspace.manage"), Some(json!({"name": "Changed"}))),
        ("delete_workspace", Scoped, Some("workspace.manage"), None),
        ("archive_workspace", Scoped, Some("workspace.manage"), None),
        ("restore_workspace", Scoped, Some("workspace.manage"), None),
        ("transfer_workspace", Scoped, Some("workspace.manage"), Some(json!({"member_id": "{user}"}))),
        ("list_workspace_members", Scoped, Some("workspace.read"), None),
        ("add_workspace_member", Scoped, Some("workspace.manage"), Some(json!({"member_id": "{user}", "role": "owner"}))),
        ("read_workspace_member", Scoped, Some("workspace.read"), None),
        ("change_workspace_role", Scoped, Some("workspace.manage"), Some(json!({"role": "owner"}))),
        ("remove_workspace_member", Scoped, Some("workspace.manage"), None),
        ("list_workspace_groups", Scoped, None, None),
        ("read_workspace_group", Scoped, None, None),
        ("create_workspace_group", Scoped, Some("workspace_group.manage"), Some(json!({"name": "Another"}))),
        ("update_workspace_group", Scoped, Some("workspace_group.manage"), Some(json!({"name": "Changed"}))),
        ("delete_workspace_group", Scoped, Some("workspace_group.manage"), None),
        ("change_plan", Scoped, Some("billing.manage"), Some(json!({"plan": "STARTER"}))),
        ("list_audit_events", Scoped, Some("audit.read"), None),

        ("list_all_organizations", Platform, None, None),
        ("create_organization_for", Platform, None, Some(json!({"name": "Another", "owner": {"user_id": "{user}"}}))),
        ("suspend_organization", Platform, None, None),
        ("lock_down_organization", Platform, None, None),
        ("restore_organization", Platform, None, None),
        ("set_limits", Scoped, Some("organization.update"), Some(json!({"limits": {"members": 500}, "features": {"organization_admins": false}}))),
        ("find_organization_by_domain", Platform, None, None),
        ("create_user", Platform, None, Some(json!({"email": "new@example.com", "password": password, "name": "New"}))),
        ("reset_password", Platform, None, Some(json!({"password": "seven quiet lanterns over water"}))),
        ("list_users", Platform, None, None),
        ("disable_user", Platform, None, None),
        ("enable_user", Platform, None, None),
    ]
}
