//! How much of its limits an organization uses, and what happens at them.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use guildhall_domain::blueprint::{Blueprint, Plans};
use guildhall_domain::{FeatureName, Plan, PlanName};
use serde_json::{Value, json};
use support::{Answer, Organization, Person, Server, snapshot};

fn base(organization: &Organization) -> String {
    format!("/api/v1/organizations/{}", organization.id)
}

async fn set_limits(server: &Server, root: &Person, organization: &str, body: Value) -> Value {
    let path = format!("/api/v1/organizations/{organization}/limits");
    root.call(server, "PUT", &path, Some(body)).await.expect(200)
}

#[track_caller]
fn is_full(answer: &Answer, used: u64, max: u64) {
    let problem = answer.problem(409, "limit_reached");
    assert_eq!((&problem["limit"], &problem["used"], &problem["max"]), (&json!("members"), &json!(used), &json!(max)));
}

/// M-17, M-18, M-19: exactly the documented four fields, and the limits in colours.
#[actix_web::test]
async fn usage() {
    let server = Server::start().await;
    let (acme, root) = (server.organization("Acme").await, server.superadmin().await);
    let path = format!("{}/usage", base(&acme));
    set_limits(&server, &root, &acme.id, json!({"limits": {"members": 0}})).await;
    // M-19: admins query.
    for person in [&acme.owner, &acme.admin, &root] {
        assert_eq!(
            person.get(&server, &path).await.expect(200),
            json!({
                "workspace_count": 1,
                "member_count": 4,
                "max_workspaces": 10,
                "max_members": 0,
                "limits": [
                    {"name": "members", "used": 4, "max": 0, "percent": null, "level": "blue"},
                    {"name": "workspaces", "used": 1, "max": 10, "percent": 10, "level": "blue"},
                    {"name": "cpu", "used": 0, "max": 0, "percent": null, "level": "blue"},
                    {"name": "memory", "used": 0, "max": 0, "percent": null, "level": "blue"},
                    {"name": "storage", "used": 0, "max": 0, "percent": null, "level": "blue"}
                ]
            })
        );
    }
    for person in [&acme.member, &acme.guest] {
        let problem = person.get(&server, &path).await.problem(403, "permission_denied");
        assert_eq!(problem["permission"], "usage.read");
    }
    acme.removed.get(&server, &path).await.problem(404, "organization_not_found");
    // M-18: blue under 70 percent, yellow under 90, red from there on, and over it after a cut.
    for (max, percent, level) in [(6, 66, "blue"), (5, 80, "yellow"), (4, 100, "red"), (3, 133, "red"), (2, 200, "red")]
    {
        set_limits(&server, &root, &acme.id, json!({"limits": {"members": max}})).await;
        let usage = acme.owner.get(&server, &path).await.expect(200);
        assert_eq!((&usage["member_count"], &usage["max_members"]), (&json!(4), &json!(max)));
        let expected = json!({"name": "members", "used": 4, "max": max, "percent": percent, "level": level});
        assert_eq!(usage["limits"][0], expected);
    }
}

/// M-16: a pending invitation takes no seat; who comes in does, by whichever door.
#[actix_web::test]
async fn at_the_limit_of_members() {
    let server = Server::start().await;
    let (acme, root) = (server.organization("Acme").await, server.superadmin().await);
    let (grace, alan) = (server.register("Grace").await, server.register("Alan").await);
    server.verify_email(&grace).await;
    server.verify_email(&alan).await;
    let base = base(&acme);
    let (_, token) = server.invite(&acme.owner, &acme.id, json!({"email": grace.email})).await;
    let (_, raise) = server.invite(&acme.owner, &acme.id, json!({"email": alan.email})).await;
    let (_, newcomer) = server.invite(&acme.owner, &acme.id, json!({"email": "new@example.com"})).await;
    set_limits(&server, &root, &acme.id, json!({"limits": {"members": 4}})).await;
    let before = snapshot(&server, &acme.owner, &acme.id).await;
    let accept = async |person: &Person, token: &str| {
        let body = json!({"token": token});
        person.call(&server, "POST", "/api/v1/organizations/invites/accept", Some(body)).await
    };
    is_full(&accept(&grace, &token).await, 4, 4);
    let received = grace.get(&server, "/api/v1/users/me/invites").await.expect(200);
    let click = format!("/api/v1/users/me/invites/{}/accept", received["items"][0]["id"].as_str().unwrap());
    is_full(&grace.call(&server, "POST", &click, None).await, 4, 4);
    let wish = json!({"user_id": grace.id});
    is_full(&acme.owner.call(&server, "POST", &format!("{base}/members"), Some(wish.clone())).await, 4, 4);
    // At the limit nobody is invited, in whichever mode.
    let link = json!({"email": "nobody@example.com", "mode": "link"});
    is_full(&acme.owner.call(&server, "POST", &format!("{base}/invites"), Some(link)).await, 4, 4);
    let direct = json!({"email": grace.email, "mode": "direct"});
    is_full(&acme.owner.call(&server, "POST", &format!("{base}/invites"), Some(direct)).await, 4, 4);
    let approve = format!("{base}/join-requests/{}/approve", acme.join_request);
    is_full(&acme.owner.call(&server, "POST", &approve, Some(json!({}))).await, 4, 4);
    let many = json!({"emails": [grace.email, "bad", alan.email], "mode": "direct"});
    let bulk = acme.owner.call(&server, "POST", &format!("{base}/invites/bulk"), Some(many)).await.expect(200);
    let statuses: Vec<_> = bulk["results"].as_array().unwrap().iter().map(|result| &result["status"]).collect();
    assert_eq!(statuses, ["limit_reached", "invalid", "limit_reached"]);
    assert!(bulk["results"][0]["detail"].as_str().unwrap().contains('4'));
    assert_eq!(snapshot(&server, &acme.owner, &acme.id).await, before);

    // Registering with an invitation leaves no account behind where there is no room.
    let account = json!({
        "email": "new@example.com", "name": "New", "password": support::PASSWORD, "invitation_token": newcomer
    });
    is_full(&server.call("POST", "/api/v1/auth/register", Some(&account)).await, 4, 4);
    let login = json!({"email": "new@example.com", "password": support::PASSWORD});
    server.call("POST", "/api/v1/auth/login", Some(&login)).await.problem(401, "invalid_credentials");

    // Whoever leaves makes room for one, and the same invitation is good.
    let guest = format!("{base}/members/{}", acme.guest.id);
    acme.owner.call(&server, "DELETE", &guest, None).await.expect(204);
    assert_eq!(accept(&grace, &token).await.expect(200)["users_count"], 4);
    is_full(&accept(&alan, &raise).await, 4, 4);
    // A limit below what there is takes nothing away, and lets nobody in.
    set_limits(&server, &root, &acme.id, json!({"limits": {"members": 1}})).await;
    is_full(&accept(&alan, &raise).await, 4, 1);
    grace.get(&server, &base).await.expect(200);
    // M-17.
    set_limits(&server, &root, &acme.id, json!({"limits": {"members": 0}})).await;
    assert_eq!(accept(&alan, &raise).await.expect(200)["users_count"], 5);
    server.call("POST", "/api/v1/auth/register", Some(&account)).await.expect(201);
}

/// Who is a member already takes no further seat (C-114, M-16).
#[actix_web::test]
async fn raising_a_member_at_the_limit() {
    let server = Server::start().await;
    let (acme, root) = (server.organization("Acme").await, server.superadmin().await);
    let member = format!("{}/members/{}", base(&acme), acme.member.id);
    acme.owner.call(&server, "DELETE", &member, None).await.expect(204);
    let wish = json!({"email": acme.member.email, "role": "admin"});
    let (_, token) = server.invite(&acme.owner, &acme.id, wish).await;
    server.add(&acme.owner, &acme.id, &acme.member, "member").await;
    set_limits(&server, &root, &acme.id, json!({"limits": {"members": 4}})).await;
    let accept = "/api/v1/organizations/invites/accept";
    let raised = acme.member.call(&server, "POST", accept, Some(json!({"token": token}))).await.expect(200);
    assert_eq!((&raised["role"], &raised["users_count"]), (&json!("admin"), &json!(4)));
}

/// A door that opens by itself is no error where there is no room: the address is the user's all the same (M-16).
#[actix_web::test]
async fn verifying_an_address_at_a_full_organization() {
    let server = Server::start().await;
    let (acme, root) = (server.organization("Acme").await, server.superadmin().await);
    server.own_domain(&acme.owner, &acme.id, "auto.example", "automatic").await;
    set_limits(&server, &root, &acme.id, json!({"limits": {"members": 4}})).await;
    let late = server.register_at("late@auto.example", "Late").await;
    assert_eq!(server.verify_email(&late).await["email_verified"], true);
    late.get(&server, &base(&acme)).await.problem(404, "organization_not_found");
    assert_eq!(acme.owner.get(&server, &base(&acme)).await.expect(200)["users_count"], 4);
    set_limits(&server, &root, &acme.id, json!({"limits": {"members": 5}})).await;
    let next = server.register_at("next@auto.example", "Next").await;
    server.verify_email(&next).await;
    assert_eq!(next.get(&server, &base(&acme)).await.expect(200)["users_count"], 5);
}

/// M-18: reaching 70, 90 and 100 percent is in the log, once each.
#[actix_web::test]
async fn thresholds_are_noted() {
    let server = Server::start().await;
    let (ada, root) = (server.register("Ada").await, server.superadmin().await);
    set_limits(&server, &root, &ada.organization, json!({"limits": {"members": 10}})).await;
    for number in 2..=10 {
        let person = server.register(&format!("Person{number}")).await;
        server.add(&ada, &ada.organization, &person, "member").await;
    }
    let path = format!("/api/v1/organizations/{}/audit-events?action=limit_threshold", ada.organization);
    let events = ada.get(&server, &path).await.expect(200);
    let details: Vec<_> = events["items"].as_array().unwrap().iter().map(|event| event["details"].clone()).collect();
    let noted = |percent: &str, used: &str| json!({"limit": "members", "percent": percent, "used": used, "max": "10"});
    assert_eq!(details, [noted("100", "10"), noted("90", "9"), noted("70", "7")], "newest first");
}

/// FREE has no admins, TEAM has.
fn tiers() -> Plans {
    let plan = |name| Plan::new(PlanName::parse(name).unwrap());
    let admins = FeatureName::parse(FeatureName::ORGANIZATION_ADMINS).unwrap();
    Plans(vec![plan("FREE"), Plan { features: [admins].into(), ..plan("TEAM") }])
}

/// M-10, N-20: the admin role is for plans that have it.
#[actix_web::test]
async fn the_admin_role_is_a_feature() {
    let server = Server::ruled(Blueprint { plans: tiers(), ..Blueprint::default() }).await;
    let (ada, grace, alan) =
        (server.register("Ada").await, server.register("Grace").await, server.register("Alan").await);
    let root = server.superadmin().await;
    server.add(&ada, &ada.organization, &grace, "member").await;
    let base = format!("/api/v1/organizations/{}", ada.organization);
    let before = snapshot(&server, &ada, &ada.organization).await;
    let is_refused = |answer: Answer| {
        assert_eq!(answer.problem(409, "feature_not_in_plan")["feature"], "organization_admins");
    };
    let change = async |person: &Person, role: &str| {
        ada.call(&server, "PATCH", &format!("{base}/members/{}", person.id), Some(json!({"role": role}))).await
    };
    let post = async |path: &str, body: Value| ada.call(&server, "POST", &format!("{base}/{path}"), Some(body)).await;
    is_refused(change(&grace, "admin").await);
    is_refused(post("members", json!({"user_id": alan.id, "role": "admin"})).await);
    is_refused(post("invites", json!({"email": "new@example.com", "role": "admin"})).await);
    is_refused(post("invites", json!({"email": alan.email, "role": "admin", "mode": "direct"})).await);
    for mode in ["link", "direct"] {
        is_refused(post("invites/bulk", json!({"emails": ["a@example.com"], "role": "admin", "mode": mode})).await);
    }
    assert_eq!(snapshot(&server, &ada, &ada.organization).await, before);
    // Owners there are always.
    change(&grace, "owner").await.expect(200);
    change(&grace, "member").await.expect(200);

    let plan = async |name: &str| {
        root.call(&server, "PUT", &format!("{base}/plan"), Some(json!({"plan": name}))).await.expect(200)
    };
    assert_eq!(plan("TEAM").await["entitlements"]["features"], json!(["organization_admins"]));
    assert_eq!(change(&grace, "admin").await.expect(200)["role"], "admin");
    let (_, token) = server.invite(&ada, &ada.organization, json!({"email": alan.email, "role": "admin"})).await;
    // A smaller plan takes nothing away, and gives nothing more.
    assert_eq!(plan("FREE").await["exceeded"], json!([]));
    let kept = ada.get(&server, &format!("{base}/members/{}", grace.id)).await.expect(200);
    assert_eq!(kept["role"], "admin");
    let accept = async || {
        let body = json!({"token": token});
        alan.call(&server, "POST", "/api/v1/organizations/invites/accept", Some(body)).await
    };
    is_refused(accept().await);
    // The operator grants it to this one.
    let granted = json!({"features": {"organization_admins": true}});
    set_limits(&server, &root, &ada.organization, granted).await;
    assert_eq!(accept().await.expect(200)["role"], "admin");
    set_limits(&server, &root, &ada.organization, json!({"features": {"organization_admins": null}})).await;
    // Whoever gives the organization away becomes what the plan has.
    let transfer = json!({"user_id": grace.id});
    post("transfer-ownership", transfer).await.expect(200);
    let left = grace.get(&server, &format!("{base}/members/{}", ada.id)).await.expect(200);
    assert_eq!(left["role"], "member");
}
