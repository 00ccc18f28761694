//! How much members may spend, and have spent (M-23 to M-28, M-30 to M-32).
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use guildhall_domain::blueprint::Blueprint;
use guildhall_domain::{Limit, TimeZone, credits::Periods};
use serde_json::{Value, json};
use support::{Answer, Organization, Person, Server};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

fn base(organization: &Organization) -> String {
    format!("/api/v1/organizations/{}", organization.id)
}

async fn set(server: &Server, by: &Person, acme: &Organization, member: &str, monthly: u64, daily: u64) -> Answer {
    let path = format!("{}/members/{member}/quota", base(acme));
    by.call(server, "PUT", &path, Some(json!({"monthly_limit": monthly, "daily_limit": daily}))).await
}

async fn spend(server: &Server, by: &Person, acme: &Organization, key: &str, amount: u64) -> Answer {
    by.keyed(server, &format!("{}/credits/consume", base(acme)), key, json!({"amount": amount})).await
}

fn seconds(server: &Server, until: &Value) -> i64 {
    let until = OffsetDateTime::parse(until.as_str().unwrap(), &Rfc3339).unwrap();
    (until - server.guildhall.now()).whole_seconds()
}

/// M-23, M-25, M-31, M-32: a refusal names every scope that binds, and when it ends.
#[actix_web::test]
async fn quotas_bind() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let path = format!("{}/members/{}/quota", base(&acme), acme.members[2]);
    let unset = acme.owner.get(&server, &path).await.expect(200);
    assert_eq!((&unset["monthly_limit"], &unset["is_default"]), (&json!(0), &json!(true)));
    let quota = set(&server, &acme.owner, &acme, &acme.members[2], 100, 30).await.expect(200);
    assert_eq!((&quota["monthly_limit"], &quota["daily_limit"]), (&json!(100), &json!(30)));
    assert_eq!((&quota["member_id"], &quota["user_id"]), (&json!(acme.members[2]), &json!(acme.member.id)));
    assert_eq!((&quota["is_default"], quota.as_object().unwrap().len()), (&json!(false), 7));
    let utc = Periods::at(server.guildhall.now(), &TimeZone::parse("UTC").unwrap());
    assert_eq!(quota["day"]["key"], utc.day.as_str());
    assert_eq!(quota["month"]["resets_at"], utc.month_ends_at.format(&Rfc3339).unwrap());
    spend(&server, &acme.member, &acme, "1", 30).await.expect(201);
    let refused = spend(&server, &acme.member, &acme, "2", 1).await;
    let problem = refused.problem(429, "quota_exceeded");
    let resets_at = &problem["scopes"][0]["resets_at"];
    let day = json!({"scope": "day", "limit": 30, "used": 30, "requested": 1, "resets_at": resets_at});
    assert_eq!(problem["scopes"], json!([day]));
    let retry_after: i64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((0..=2).contains(&(retry_after - seconds(&server, resets_at))), "{retry_after} {resets_at}");
    // What two quotas refuse is refused until the later one begins anew.
    let refused = spend(&server, &acme.member, &acme, "3", 71).await;
    let problem = refused.problem(429, "quota_exceeded");
    assert_eq!(problem["scopes"][1]["scope"], "month");
    let retry_after: i64 = refused.header("retry-after").unwrap().parse().unwrap();
    let until = seconds(&server, &problem["scopes"][1]["resets_at"]);
    assert!((0..=2).contains(&(retry_after - until)), "{retry_after} {until}");
    // The pool as well: 1000 were given, 10 spent, 20 are held, and 30 spent here.
    let refused = spend(&server, &acme.member, &acme, "4", 1_000).await;
    let problem = refused.problem(402, "insufficient_credits");
    assert_eq!(refused.header("retry-after"), None);
    let scopes = problem["scopes"].as_array().unwrap();
    assert_eq!(scopes[0], json!({"scope": "pool", "available": 940, "requested": 1_000}));
    assert_eq!((&scopes[1]["scope"], &scopes[2]["scope"], scopes.len()), (&json!("day"), &json!("month"), 3));
    // M-26: a new day begins by itself; what was refused can be asked again by the same key.
    server.outside.clock.advance(Duration::seconds(seconds(&server, resets_at) + 1));
    let (member, owner) = (server.login(&acme.member).await, server.login(&acme.owner).await);
    let new_day = member.get(&server, &path).await.expect(200);
    assert_eq!(new_day["day"]["used"], 0);
    spend(&server, &member, &acme, "2", 1).await.expect(201);
    // 0 is unlimited within the pool (M-17, M-24).
    set(&server, &owner, &acme, &acme.member.id, 0, 0).await.expect(200);
    spend(&server, &member, &acme, "5", 500).await.expect(201);
    let events = owner.get(&server, &format!("{}/audit-events?action=set_member_quota", base(&acme))).await;
    assert_eq!(events.expect(200)["items"].as_array().unwrap().len(), 2);
}

/// A workspace's budget is named beside the quotas that bind, and ends as they do.
#[actix_web::test]
async fn budgets_bind() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let workspaces = format!("{}/workspaces", base(&acme));
    let board = acme.owner.call(&server, "POST", &workspaces, Some(json!({"name": "B"}))).await;
    let board = board.expect(201)["id"].as_str().unwrap().to_owned();
    let path = format!("{}/workspaces/{board}/budget", base(&acme));
    let unset = acme.owner.get(&server, &path).await.expect(200);
    assert_eq!((&unset["monthly_limit"], &unset["daily_limit"]), (&json!(0), &json!(0)));
    let set = json!({"monthly_limit": 50, "daily_limit": 0});
    let budget = acme.admin.call(&server, "PUT", &path, Some(set)).await.expect(200);
    assert_eq!(budget["workspace_id"], board.as_str());
    assert_eq!((&budget["monthly_limit"], budget.as_object().unwrap().len()), (&json!(50), 5));
    let spend = async |key: &str, amount: u64| {
        let body = json!({"amount": amount, "workspace_id": board});
        acme.owner.keyed(&server, &format!("{}/credits/consume", base(&acme)), key, body).await
    };
    spend("b1", 45).await.expect(201);
    let refused = spend("b2", 6).await;
    let problem = refused.problem(429, "quota_exceeded");
    let resets_at = &problem["scopes"][0]["resets_at"];
    let month = json!({"scope": "workspace_month", "limit": 50, "used": 45, "requested": 6, "resets_at": resets_at});
    assert_eq!(problem["scopes"], json!([month]));
    assert_eq!(problem["detail"], "6 credits were asked for; 45 of the workspace's 50 for the month are used");
    assert_eq!(&acme.owner.get(&server, &path).await.expect(200)["month"]["resets_at"], resets_at);
    let retry_after: i64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((0..=2).contains(&(retry_after - seconds(&server, resets_at))), "{retry_after} {resets_at}");
    spend("b3", 5).await.expect(201);
}

/// M-08, M-28, M-31: one's own is read by everybody, others' by those who may; setting is for admins.
#[actix_web::test]
async fn who_reads_and_sets() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let quota = |member: &str| format!("{}/members/{member}/quota", base(&acme));
    let own = acme.member.get(&server, &quota(&acme.member.id)).await.expect(200);
    assert_eq!(own["member_id"], acme.members[2]);
    let mine = format!("/api/v1/users/me/credit-usage?organization_id={}", acme.id);
    assert_eq!(acme.member.get(&server, &mine).await.expect(200), own);
    assert_eq!(acme.guest.get(&server, &mine).await.expect(200)["month"]["used"], 0);
    // The caller's own organization is the active one.
    let active = acme.member.get(&server, "/api/v1/users/me/credit-usage").await.expect(200);
    assert_ne!(active["member_id"], own["member_id"]);
    acme.member.get(&server, &quota(&acme.owner.id)).await.problem(403, "permission_denied");
    acme.admin.get(&server, &quota(&acme.owner.id)).await.expect(200);
    let refused = set(&server, &acme.member, &acme, &acme.member.id, 0, 0).await.problem(403, "permission_denied");
    assert_eq!(refused["permission"], "quota.manage");
    set(&server, &acme.admin, &acme, &acme.member.id, 1, 1).await.expect(200);
    acme.removed.get(&server, &mine).await.problem(404, "organization_not_found");
}

/// M-24: the quota of everybody for whom nobody has said.
#[actix_web::test]
async fn the_default_quota() {
    let mut blueprint = Blueprint::default();
    blueprint.credits.default_monthly_quota = Limit::AtMost(15);
    let server = Server::ruled(blueprint).await;
    let ada = server.register("Ada").await;
    ada.keyed(&server, "/api/v1/organizations/me/credits", "1", json!({"amount": 100})).await.expect(201);
    let consume = "/api/v1/organizations/me/credits/consume";
    ada.keyed(&server, consume, "1", json!({"amount": 15})).await.expect(201);
    ada.keyed(&server, consume, "2", json!({"amount": 1})).await.problem(429, "quota_exceeded");
    let usage = ada.get(&server, "/api/v1/users/me/credit-usage").await.expect(200);
    assert_eq!((&usage["monthly_limit"], &usage["is_default"]), (&json!(15), &json!(true)));
}

/// M-26: days and months begin where the organization says.
#[actix_web::test]
async fn the_time_zone_of_an_organization() {
    let server = Server::start().await;
    let ada = server.register("Ada").await;
    let path = "/api/v1/organizations/me";
    assert_eq!(ada.get(&server, path).await.expect(200)["time_zone"], "UTC");
    // Fourteen hours before, and eleven behind: never the same day.
    for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago"] {
        let changed = ada.call(&server, "PATCH", path, Some(json!({"time_zone": zone}))).await.expect(200);
        assert_eq!(changed["time_zone"], zone);
        let periods = Periods::at(server.guildhall.now(), &TimeZone::parse(zone).unwrap());
        let usage = ada.get(&server, "/api/v1/users/me/credit-usage").await.expect(200);
        assert_eq!(usage["day"]["key"], periods.day.as_str(), "{zone}");
        assert_eq!(usage["day"]["resets_at"], periods.day_ends_at.format(&Rfc3339).unwrap(), "{zone}");
    }
}
