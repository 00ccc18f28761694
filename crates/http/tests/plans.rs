//! Plans: which there are, what they give, how organizations change them, and what is set over them.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use guildhall_domain::FeatureName;
use guildhall_domain::blueprint::{BillingRules, Blueprint};
use serde_json::{Value, json};
use support::{Organization, Person, Server, snapshot};

fn base(organization: &Organization) -> String {
    format!("/api/v1/organizations/{}", organization.id)
}

async fn put(server: &Server, by: &Person, path: &str, body: Value) -> support::Answer {
    by.call(server, "PUT", path, Some(body)).await
}

/// S-12: what each plan gives.
#[actix_web::test]
async fn the_plans_of_a_deployment() {
    let server = Server::start().await;
    let ada = server.register("Ada").await;
    let list = ada.get(&server, "/api/v1/plans").await.expect(200);
    assert_eq!((list["next"].clone(), list.as_object().unwrap().len()), (Value::Null, 2));
    let rows: Vec<_> = list["items"].as_array().unwrap().iter().map(|plan| (&plan["name"], &plan["support"])).collect();
    let expected = [
        ("FREE", "community"),
        ("STARTER", "standard"),
        ("PROFESSIONAL", "priority"),
        ("ORGANIZATION", "priority"),
        ("ENTERPRISE", "dedicated"),
    ];
    let expected = expected.map(|(name, support)| (json!(name), json!(support)));
    assert_eq!(rows, expected.iter().map(|(name, support)| (name, support)).collect::<Vec<_>>());
    assert_eq!(
        list["items"][1],
        json!({
            "name": "STARTER",
            "label": "STARTER",
            "features": ["organization_admins"],
            "limits": {"members": 200, "workspaces": 50},
            "rate_class": null,
            "monthly_credits": 1_000,
            "support": "standard"
        })
    );
    // M-17.
    assert_eq!(list["items"][4]["limits"], json!({"members": 0, "workspaces": 0}));
    server.call("GET", "/api/v1/plans", None).await.problem(401, "unauthenticated");
}

/// S-12, M-14: a preview changes nothing; a change takes nothing away.
#[actix_web::test]
async fn changing_the_plan() {
    let server = Server::start().await;
    let (acme, root) = (server.organization("Acme").await, server.superadmin().await);
    let path = format!("{}/plan", base(&acme));
    let preview = format!("{path}?dry_run=true");
    let before = snapshot(&server, &acme.owner, &acme.id).await;
    let tag = acme.owner.get(&server, &base(&acme)).await.header("etag").unwrap().to_owned();
    let answer = put(&server, &root, &preview, json!({"plan": "starter"})).await;
    let shown = answer.expect(200);
    assert_eq!(answer.header("etag"), Some(tag.as_str()), "as it still is");
    assert_eq!((&shown["plan"]["name"], &shown["dry_run"]), (&json!("STARTER"), &json!(true)));
    assert_eq!(shown["exceeded"], json!([]));
    assert_eq!(
        shown["entitlements"],
        json!({"features": ["organization_admins"], "limits": {"members": 200, "workspaces": 50}})
    );
    for path in [&path, &preview] {
        // M-08: only where the deployment lets them.
        put(&server, &acme.owner, path, json!({"plan": "STARTER"})).await.problem(403, "plan_not_self_service");
        put(&server, &acme.admin, path, json!({"plan": "STARTER"})).await.problem(403, "plan_not_self_service");
        put(&server, &acme.member, path, json!({"plan": "STARTER"})).await.problem(403, "permission_denied");
        put(&server, &root, path, json!({"plan": "FREE"})).await.problem(409, "plan_unchanged");
        let unknown = put(&server, &root, path, json!({"plan": "PLATINUM"})).await;
        unknown.problem(422, "invalid_request");
        assert_eq!(unknown.faults(), [("/plan".to_owned(), "unknown_plan".to_owned())]);
        assert!(unknown.json()["errors"][0]["detail"].as_str().unwrap().contains("PROFESSIONAL"));
        let stale = root.request("PUT", path, Some(json!({"plan": "STARTER"}))).insert_header(("if-match", "\"old\""));
        server.send(stale).await.problem(412, "precondition_failed");
    }
    assert_eq!(snapshot(&server, &acme.owner, &acme.id).await, before);

    let request = root.request("PUT", &path, Some(json!({"plan": "STARTER"}))).insert_header(("if-match", tag.clone()));
    let answer = server.send(request).await;
    let changed = answer.expect(200);
    assert_eq!((&changed["plan"]["name"], &changed["dry_run"]), (&json!("STARTER"), &json!(false)));
    let organization = acme.owner.get(&server, &base(&acme)).await;
    assert_eq!(organization.expect(200)["plan"], "STARTER");
    assert_eq!(organization.header("etag"), answer.header("etag"));
    assert_ne!(answer.header("etag"), Some(tag.as_str()));
    let events = acme.owner.get(&server, &format!("{}/audit-events?action=change_plan", base(&acme))).await;
    let events = events.expect(200);
    assert_eq!(events["items"].as_array().unwrap().len(), 1, "a preview is no change");
    assert_eq!(events["items"][0]["details"], json!({"from": "FREE", "to": "STARTER"}));
    let nowhere = "/api/v1/organizations/01980000-0000-7000-8000-00000000dead/plan";
    put(&server, &root, nowhere, json!({"plan": "STARTER"})).await.problem(404, "organization_not_found");
}

/// What is over its limit is listed, and stays (M-14).
#[actix_web::test]
async fn a_plan_that_is_too_small() {
    let server = Server::start().await;
    let (acme, root) = (server.organization("Acme").await, server.superadmin().await);
    let limits = json!({"limits": {"members": 3}});
    put(&server, &root, &format!("{}/limits", base(&acme)), limits).await.expect(200);
    for dry_run in [true, false] {
        let path = format!("{}/plan?dry_run={dry_run}", base(&acme));
        let answer = put(&server, &root, &path, json!({"plan": "PROFESSIONAL"})).await.expect(200);
        assert_eq!(answer["exceeded"], json!([{"name": "members", "used": 4, "max": 3}]), "the override holds");
        assert_eq!(answer["entitlements"]["limits"], json!({"members": 3, "workspaces": 200}));
    }
    assert_eq!(acme.owner.get(&server, &base(&acme)).await.expect(200)["users_count"], 4);
}

/// M-08, M-21: where the deployment lets them, owners and admins change it.
#[actix_web::test]
async fn self_service() {
    let blueprint = Blueprint { billing: BillingRules { self_service: true }, ..Blueprint::default() };
    let server = Server::ruled(blueprint).await;
    let acme = server.organization("Acme").await;
    let path = format!("{}/plan", base(&acme));
    put(&server, &acme.owner, &path, json!({"plan": "STARTER"})).await.expect(200);
    put(&server, &acme.admin, &path, json!({"plan": "ENTERPRISE"})).await.expect(200);
    let member = put(&server, &acme.member, &path, json!({"plan": "FREE"})).await;
    assert_eq!(member.problem(403, "permission_denied")["permission"], "billing.manage");
    // What is set over the plan stays the operator's.
    for person in [&acme.owner, &acme.admin] {
        let limits = json!({"limits": {"members": 0}});
        put(&server, person, &format!("{}/limits", base(&acme)), limits).await.problem(403, "superadmin_required");
    }
}

/// M-14: limits and features of one organization, read by every member.
#[actix_web::test]
async fn limits_over_the_plan() {
    // A plan of this deployment has another feature, so that it is known.
    let mut blueprint = Blueprint::default();
    blueprint.plans.0[4].features.insert(FeatureName::parse("sso").unwrap());
    let server = Server::ruled(blueprint).await;
    let (acme, root) = (server.organization("Acme").await, server.superadmin().await);
    let read = async || acme.guest.get(&server, &format!("{}/entitlements", base(&acme))).await.expect(200);
    let set = async |body: Value| put(&server, &root, &format!("{}/limits", base(&acme)), body).await;
    let plain = read().await;
    assert_eq!(plain["plan"], acme.guest.get(&server, "/api/v1/plans").await.expect(200)["items"][0]);
    assert_eq!(plain["limits"], json!({"members": 50, "workspaces": 10}));
    assert_eq!(plain["features"], json!(["organization_admins"]));
    assert_eq!(plain["overrides"], json!({"limits": {}, "features": {}}));
    assert_eq!(plain.as_object().unwrap().len(), 4);

    let unknown = set(json!({"features": {"organisation_admins": true}})).await;
    assert_eq!(unknown.faults(), [("/features/organisation_admins".to_owned(), "unknown_feature".to_owned())]);
    let tag = acme.owner.get(&server, &base(&acme)).await.header("etag").unwrap().to_owned();
    for nothing in [json!({}), json!({"limits": {}}), json!({"limits": {"members": null}, "features": {"sso": null}})] {
        assert_eq!(set(nothing).await.expect(200), plain);
    }
    let now = acme.owner.get(&server, &base(&acme)).await;
    assert_eq!(now.header("etag"), Some(tag.as_str()), "nothing changed");
    let body = json!({"limits": {"members": 0}, "features": {"organization_admins": false, "sso": true}});
    let request = |tag: &str| {
        let request = root.request("PUT", &format!("{}/limits", base(&acme)), Some(body.clone()));
        request.insert_header(("if-match", tag.to_owned()))
    };
    server.send(request("\"old\"")).await.problem(412, "precondition_failed");
    let answered = server.send(request(&tag)).await.expect(200);
    assert_eq!(answered["limits"], json!({"members": 0, "workspaces": 10}), "M-17: 0 is unlimited");
    assert_eq!(answered["features"], json!(["sso"]));
    assert_eq!(
        answered["overrides"],
        json!({"limits": {"members": 0}, "features": {"organization_admins": false, "sso": true}})
    );
    assert_eq!(read().await, answered);
    server.send(request(&tag)).await.problem(412, "precondition_failed");
    // What is absent stays, null is as the plan says.
    let answered = set(json!({"limits": {"workspaces": 9_007_199_254_740_991_u64}})).await.expect(200);
    assert_eq!(answered["limits"], json!({"members": 0, "workspaces": 9_007_199_254_740_991_u64}));
    assert_eq!(answered["features"], json!(["sso"]));
    let cleared = json!({
        "limits": {"members": null, "workspaces": null}, "features": {"organization_admins": null, "sso": null}
    });
    assert_eq!(set(cleared).await.expect(200), plain);
    let events = acme.owner.get(&server, &format!("{}/audit-events?action=set_limits", base(&acme))).await;
    assert_eq!(events.expect(200)["items"].as_array().unwrap().len(), 3);

    let unknown = set(json!({"limits": {"members": 5, "gpu": 5}})).await;
    unknown.problem(422, "invalid_request");
    assert_eq!(unknown.faults(), [("/limits/gpu".to_owned(), "unknown_limit".to_owned())]);
    let path = format!("{}/limits", base(&acme));
    let twice = root.request("PUT", &path, None).insert_header(("content-type", "application/json"));
    let twice = server.send(twice.set_payload(r#"{"limits": {"members": 5, "members": 0}}"#)).await;
    twice.problem(422, "invalid_request");
    assert_eq!(twice.faults(), [("/limits/members".to_owned(), "duplicate_field".to_owned())]);
    assert_eq!(read().await, plain);
    for path in ["01980000-0000-7000-8000-00000000dead", "x", "00000000-0000-0000-0000-000000000000"] {
        let path = format!("/api/v1/organizations/{path}/limits");
        put(&server, &root, &path, json!({"limits": {"members": 5}})).await.problem(404, "organization_not_found");
    }
}

/// `me` stands for the superadmin's own active organization.
#[actix_web::test]
async fn limits_of_ones_own_organization() {
    let server = Server::start().await;
    let root = server.superadmin().await;
    let path = "/api/v1/organizations/me/limits";
    let body = json!({"limits": {"members": 2}});
    put(&server, &root, path, body.clone()).await.problem(404, "organization_not_found");
    root.call(&server, "POST", "/api/v1/organizations", Some(json!({"name": "Operators"}))).await.expect(201);
    assert_eq!(put(&server, &root, path, body).await.expect(200)["limits"]["members"], 2);
    let usage = root.get(&server, "/api/v1/organizations/me/usage").await.expect(200);
    assert_eq!((&usage["member_count"], &usage["max_members"]), (&json!(1), &json!(2)));
}
