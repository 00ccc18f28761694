use serde_json::{Value, json};

use super::{Person, Server};

/// Everything that a refused request must leave as it was.
pub async fn snapshot(server: &Server, owner: &Person, organization: &str) -> Value {
    let base = format!("/api/v1/organizations/{organization}");
    let read = async |path: String| owner.get(server, &path).await.expect(200);
    let mut members = read(format!("{base}/members?limit=100")).await;
    for member in members["items"].as_array_mut().unwrap() {
        // Looking is activity.
        member.as_object_mut().unwrap().remove("last_active_at");
    }
    let workspaces = read(format!("{base}/workspaces?limit=100")).await;
    let (mut inside, mut budgets) = (Vec::new(), Vec::new());
    for workspace in workspaces["items"].as_array().unwrap() {
        let workspace = format!("{base}/workspaces/{}", workspace["id"].as_str().unwrap());
        inside.push(read(format!("{workspace}/members")).await);
        let budget = read(format!("{workspace}/budget")).await;
        budgets.push(json!([budget["monthly_limit"], budget["daily_limit"]]));
    }
    let mut grants = Vec::new();
    for member in members["items"].as_array().unwrap() {
        let access = read(format!("{base}/members/{}/access", member["id"].as_str().unwrap())).await;
        grants.push(access["grants"].clone());
    }
    let spending = read(format!("{base}/credit-usage?limit=100")).await;
    let quotas: Vec<_> = spending["items"].as_array().unwrap().iter().map(quota).collect();
    let mine = read("/api/v1/organizations?limit=100".to_owned()).await;
    json!({
        "organization": read(base.clone()).await,
        "members": members,
        "roles": read(format!("{base}/roles?limit=100")).await,
        "invitations": read(format!("{base}/invites?status=all&limit=100")).await,
        "domains": read(format!("{base}/domains?limit=100")).await,
        "entitlements": read(format!("{base}/entitlements")).await,
        "usage": read(format!("{base}/usage")).await,
        "join_requests": read(format!("{base}/join-requests?limit=100")).await,
        "workspaces": workspaces,
        "archived": read(format!("{base}/workspaces?archived=true&limit=100")).await,
        "workspace_members": inside,
        "workspace_groups": read(format!("{base}/workspace-groups?limit=100")).await,
        "grants": grants,
        "credits": read(format!("{base}/credits")).await,
        "credit_transactions": read(format!("{base}/credits/transactions?limit=100")).await,
        "quotas": quotas,
        "budgets": budgets,
        "owner": read("/api/v1/users/me".to_owned()).await,
        "organizations": mine,
    })
}

/// A member's limits, without what a new day changes.
fn quota(usage: &Value) -> Value {
    json!([usage["member_id"], usage["day"]["limit"], usage["month"]["limit"], usage["is_default"]])
}

/// A problem without what differs between any two requests.
pub fn without_request_id(mut problem: Value) -> Value {
    problem.as_object_mut().unwrap().remove("request_id");
    problem
}
