//! N-13, N-14: an organization's internet domains, and the people who come in by them.

mod support;

use serde_json::{Value, json};
use support::{Organization, Person, Server, without_request_id};

fn domains(organization: &str) -> String {
    format!("/api/v1/organizations/{organization}/domains")
}

/// Claimed, published, verified, looked at again, given up.
#[actix_web::test]
async fn the_life_of_a_domain() {
    let server = Server::start().await;
    let ada = server.register("Ada").await;
    let path = domains(&ada.organization);
    let answer = ada.call(&server, "POST", &path, Some(json!({"domain": " Engines.Example "}))).await;
    let claim = answer.expect(201);
    let location = answer.header("location").unwrap().to_owned();
    assert_eq!(location, format!("{path}/{}", claim["id"].as_str().unwrap()));
    for (field, value) in [
        ("organization_id", json!(ada.organization)),
        ("domain", json!("engines.example")),
        ("status", json!("pending")),
        ("enrolment", json!("manual")),
        ("checked_at", Value::Null),
        ("verified_at", Value::Null),
    ] {
        assert_eq!(claim[field], value, "{field}");
    }
    let record = &claim["record"];
    assert_eq!((&record["type"], &record["name"]), (&json!("TXT"), &json!("_guildhall.engines.example")));
    let value = record["value"].as_str().unwrap();
    assert_eq!(value.strip_prefix("guildhall-verification=").unwrap().len(), 52);

    let verify = async || ada.call(&server, "POST", &format!("{location}/verify"), None).await;
    let failed = verify().await.expect(200);
    assert_eq!((&failed["status"], failed["checked_at"].is_string()), (&json!("failed"), true));
    server.outside.dns.publish("_guildhall.engines.example", "guildhall-verification=somebody-elses");
    assert_eq!(verify().await.expect(200)["status"], "failed");
    server.outside.dns.publish("_guildhall.engines.example", value);
    let verified = verify().await;
    assert_eq!(
        (&verified.expect(200)["status"], verified.json()["verified_at"].is_string()),
        (&json!("verified"), true)
    );
    let read = ada.get(&server, &location).await;
    assert_eq!(read.expect(200), verified.json());
    assert_eq!(read.header("etag"), verified.header("etag"));
    assert_eq!(ada.get(&server, &path).await.expect(200), json!({"items": [verified.json()], "next": null}));

    // What does not answer changes nothing, and its words stay inside.
    server.outside.dns.fall_silent("_guildhall.engines.example");
    let silent = verify().await;
    silent.problem(503, "dns_unavailable");
    assert_eq!(silent.header("retry-after"), Some("30"));
    assert!(!silent.text().contains("10.0.0.53"));
    assert_eq!(ada.get(&server, &location).await.expect(200)["status"], "verified");
    server.outside.dns.withdraw("_guildhall.engines.example");
    let failed = verify().await.expect(200);
    assert_eq!((&failed["status"], &failed["verified_at"]), (&json!("failed"), &Value::Null));

    ada.call(&server, "DELETE", &location, None).await.expect(204);
    ada.call(&server, "DELETE", &location, None).await.problem(404, "domain_not_found");
    verify().await.problem(404, "domain_not_found");
    let log = format!("/api/v1/organizations/{}/audit-events?limit=100", ada.organization);
    let log = ada.get(&server, &log).await.expect(200);
    let actions: Vec<_> = log["items"].as_array().unwrap().iter().map(|it| it["action"].clone()).collect();
    for action in ["claim_domain", "check_domain", "remove_domain"] {
        assert!(actions.contains(&json!(action)), "{action}");
    }
}

#[actix_web::test]
async fn changing_and_giving_up_heed_the_state() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let path = format!("{}/{}", domains(&acme.id), acme.domain_id);
    let first = acme.owner.get(&server, &path).await;
    let tag = first.header("etag").unwrap().to_owned();
    let send = async |method: &str, tag: &str| {
        let body = (method == "PATCH").then(|| json!({"enrolment": "manual"}));
        server.send(acme.admin.request(method, &path, body).insert_header(("if-match", tag))).await
    };
    for method in ["PATCH", "DELETE"] {
        send(method, "\"other\"").await.problem(412, "precondition_failed");
        send(method, &format!("W/{tag}")).await.problem(412, "precondition_failed");
        send(method, "other").await.problem(400, "malformed_header");
    }
    let changed = send("PATCH", &tag).await;
    assert_eq!(changed.expect(200)["enrolment"], "manual");
    let known =
        acme.owner.request("GET", &path, None).insert_header(("if-none-match", changed.header("etag").unwrap()));
    assert_eq!(server.send(known).await.status.as_u16(), 304);
    send("DELETE", &tag).await.problem(412, "precondition_failed");
    send("DELETE", changed.header("etag").unwrap()).await.expect(204);
}

/// One organization has a domain verified; which one, only superadmins learn.
#[actix_web::test]
async fn whose_a_domain_is() {
    let server = Server::start().await;
    let (acme, other) = (server.organization("Acme").await, server.organization("Other").await);
    let claim = async |domain: &str| {
        other.owner.call(&server, "POST", &domains(&other.id), Some(json!({"domain": domain}))).await
    };
    let answer = claim("gmail.com").await;
    answer.problem(422, "invalid_request");
    assert_eq!(answer.faults(), [("/domain".to_owned(), "public_mail_provider".to_owned())]);
    claim("OTHER.example").await.problem(409, "domain_claimed");
    // That it is another's is told only to who can show that it is their own.
    let taken = claim("acme.example").await.expect(201);
    let verify = format!("{}/{}/verify", domains(&other.id), taken["id"].as_str().unwrap());
    assert_eq!(other.owner.call(&server, "POST", &verify, None).await.expect(200)["status"], "failed");
    server.outside.dns.publish("_guildhall.acme.example", taken["record"]["value"].as_str().unwrap());
    other.owner.call(&server, "POST", &verify, None).await.problem(409, "domain_taken");

    let root = server.superadmin().await;
    let find = async |person: &Person, domain: &str| {
        person.get(&server, &format!("/api/v1/organizations/by-domain/{domain}")).await
    };
    for domain in ["acme.example", "ACME.example", "%61cme.example"] {
        assert_eq!(find(&root, domain).await.expect(200)["id"], json!(acme.id), "{domain}");
    }
    let long = "x".repeat(300);
    let unknown = ["nobody.example", "members", "localhost", "%20", "unknown.invalid", "a..b", &long, "x%2Fy.example"];
    let mut bodies = Vec::new();
    for domain in unknown {
        bodies.push(without_request_id(find(&root, domain).await.problem(404, "domain_not_found")));
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
    for domain in ["acme.example", "nobody.example", "members"] {
        find(&acme.owner, domain).await.problem(403, "superadmin_required");
    }
    // A claim that is not verified is none.
    let acmes = format!("{}/{}/verify", domains(&acme.id), acme.domain_id);
    assert_eq!(acme.owner.call(&server, "POST", &acmes, None).await.expect(200)["status"], "failed");
    find(&root, "acme.example").await.problem(404, "domain_not_found");
    assert_eq!(other.owner.call(&server, "POST", &verify, None).await.expect(200)["status"], "verified");
    assert_eq!(find(&root, "acme.example").await.expect(200)["id"], json!(other.id));
}

#[actix_web::test]
async fn a_hundred_claims_at_most() {
    let server = Server::start().await;
    let ada = server.register("Ada").await;
    let path = domains(&ada.organization);
    for number in 0..100 {
        ada.call(&server, "POST", &path, Some(json!({"domain": format!("d{number}.example")}))).await.expect(201);
    }
    let more = ada.call(&server, "POST", &path, Some(json!({"domain": "more.example"}))).await;
    more.problem(409, "too_many_domains");
    let page = ada.get(&server, &format!("{path}?limit=100")).await.expect(200);
    assert_eq!((&page["items"][0]["domain"], &page["next"]), (&json!("d99.example"), &Value::Null));
}

/// `automatic`: who shows that their address is there is a member from then on.
#[actix_web::test]
async fn joining_by_a_verified_address() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let path = format!("{}/{}", domains(&acme.id), acme.domain_id);
    acme.owner.call(&server, "PATCH", &path, Some(json!({"enrolment": "automatic"}))).await.expect(200);
    let grace = server.register_at("grace@acme.example", "Grace").await;
    let base = format!("/api/v1/organizations/{}", acme.id);
    grace.get(&server, &base).await.problem(404, "organization_not_found");
    assert_eq!(server.verify_email(&grace).await["email_verified"], json!(true));
    let member = grace.get(&server, &format!("{base}/member")).await.expect(200);
    assert_eq!((&member["source"], &member["role"]), (&json!("domain"), &json!("member")));
    // Who was removed does not come back by itself.
    let path = format!("{base}/members/{}", grace.id);
    acme.owner.call(&server, "DELETE", &path, None).await.expect(204);
    let me = grace.get(&server, "/auth/me").await.expect(200);
    assert_eq!(me["memberships"].as_array().unwrap().len(), 1);
    grace.get(&server, &base).await.problem(404, "organization_not_found");
}

async fn ask(server: &Server, person: &Person, acme: &Organization) -> support::Answer {
    let wish = json!({"organization_id": acme.id});
    person.call(server, "POST", "/api/v1/users/me/join-requests", Some(wish)).await
}

/// `suggest`: the user sees the organization and asks; an admin decides.
#[actix_web::test]
async fn asking_to_join() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let requests = format!("/api/v1/organizations/{}/join-requests", acme.id);
    let grace = server.register_at("grace@acme.example", "Grace").await;
    let suggested = async || grace.get(&server, "/auth/me").await.expect(200)["suggested_organization"].clone();
    assert_eq!(suggested().await, Value::Null, "an address that was not shown to be hers shows nothing");
    ask(&server, &grace, &acme).await.problem(403, "email_not_verified");
    server.verify_email(&grace).await;
    assert_eq!(suggested().await, json!({"id": acme.id, "name": "AcmeOwner Inc."}));
    let asked = ask(&server, &grace, &acme).await.expect(201);
    assert_eq!((&asked["organization_id"], &asked["status"]), (&json!(acme.id), &json!("pending")));
    assert_eq!(asked.as_object().unwrap().len(), 4);
    assert_eq!(ask(&server, &grace, &acme).await.expect(201), asked, "asking again is asking once");

    let list = acme.admin.get(&server, &requests).await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    assert_eq!(
        list["items"][0]["user"],
        json!({"id": grace.id, "email": "grace@acme.example", "name": "Grace"}),
        "newest first"
    );
    let page = acme.admin.get(&server, &format!("{requests}?limit=1")).await.expect(200);
    let next = page["next"].as_str().unwrap();
    let rest = acme.admin.get(&server, &format!("{requests}?limit=1&after={next}")).await.expect(200);
    assert_eq!((&rest["items"][0]["id"], &rest["next"]), (&json!(acme.join_request), &Value::Null));

    // Without a body: as the deployment says.
    let decide = async |request: &str, decision: &str, body: Option<Value>| {
        acme.admin.call(&server, "POST", &format!("{requests}/{request}/{decision}"), body).await
    };
    let id = asked["id"].as_str().unwrap();
    decide(id, "approve", Some(json!({"role": "owner"}))).await.problem(403, "only_owners_manage_owners");
    let answer = decide(id, "approve", None).await;
    let member = answer.expect(201);
    let location = format!("/api/v1/organizations/{}/members/{}", acme.id, member["id"].as_str().unwrap());
    assert_eq!(answer.header("location"), Some(location.as_str()));
    assert_eq!(
        (&member["source"], &member["role"], &member["all_read"]),
        (&json!("domain"), &json!("member"), &json!(false))
    );
    decide(id, "approve", None).await.problem(404, "join_request_not_found");
    decide(id, "decline", None).await.problem(404, "join_request_not_found");
    ask(&server, &grace, &acme).await.problem(409, "already_member");
    assert_eq!(suggested().await, Value::Null);

    decide(&acme.join_request, "decline", None).await.expect(204);
    decide(&acme.join_request, "decline", None).await.problem(404, "join_request_not_found");
    ask(&server, &acme.applicant, &acme).await.problem(409, "join_request_declined");
    assert_eq!(acme.admin.get(&server, &requests).await.expect(200)["items"], json!([]));
}

/// The body of an approval may be left out, or say what it means; nothing between.
#[actix_web::test]
async fn approvals_with_and_without_bodies() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let path = format!("/api/v1/organizations/{}/join-requests/{}/approve", acme.id, acme.join_request);
    let send = async |content_type: &str, body: &str| {
        let request = acme.owner.request("POST", &path, None).insert_header(("content-type", content_type));
        server.send(request.set_payload(body.to_owned())).await
    };
    for (content_type, body, status, code) in [
        ("text/plain", "x", 415, "unsupported_media_type"),
        ("application/json", "{", 400, "malformed_json"),
        ("application/json", "[]", 422, "invalid_request"),
        ("application/json", "\"member\"", 422, "invalid_request"),
        ("application/json", "{\"role\":\"emperor\"}", 422, "invalid_request"),
        ("application/json", "{\"role\":7}", 422, "invalid_request"),
        ("application/json", "{\"all_read\":\"yes\"}", 422, "invalid_request"),
        ("application/json", "{\"user_id\":\"x\"}", 422, "invalid_request"),
    ] {
        send(content_type, body).await.problem(status, code);
    }
    let big = format!("{{\"role\":\"{}\"}}", "x".repeat(1 << 20));
    send("application/json", &big).await.problem(413, "body_too_large");
    let all = send("application/json", "{\"role\":\"admin\",\"all_boards_write\":true}").await.expect(201);
    assert_eq!((&all["role"], &all["all_read"], &all["all_write"]), (&json!("admin"), &json!(true), &json!(true)));
}

/// The account may be disabled before anybody decides.
#[actix_web::test]
async fn approving_a_disabled_account() {
    let server = Server::start().await;
    let (acme, root) = (server.organization("Acme").await, server.superadmin().await);
    let path = format!("/api/v1/platform/users/{}/disable", acme.applicant.id);
    root.call(&server, "POST", &path, None).await.expect(200);
    let path = format!("/api/v1/organizations/{}/join-requests/{}/approve", acme.id, acme.join_request);
    acme.owner.call(&server, "POST", &path, Some(Value::Null)).await.problem(409, "account_disabled");
}
