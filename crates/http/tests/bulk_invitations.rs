//! N-38: inviting many people, with a result for each.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use serde_json::{Value, json};
use support::{Person, Server, without_request_id};

fn statuses(answer: &Value) -> Vec<(&str, &str)> {
    let results = answer["results"].as_array().unwrap();
    results.iter().map(|it| (it["email"].as_str().unwrap(), it["status"].as_str().unwrap())).collect()
}

#[actix_web::test]
async fn by_links() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let path = format!("/api/v1/organizations/{}/invites", acme.id);
    let wish = json!({
        "emails": [
            "Grace@Example.com", "nobody", "", acme.member.email, "invited@acme.example", acme.owner.email,
            " grace@example.com", "x".repeat(300), acme.removed.email
        ],
        "role": "user", "welcome_message": "Welcome!", "expires_in_days": 30, "all_boards_read": true
    });
    let answer = acme.owner.call(&server, "POST", &format!("{path}/bulk"), Some(wish)).await;
    let answered = answer.expect(200);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let long = "x".repeat(300);
    assert_eq!(
        statuses(&answered),
        [
            ("Grace@Example.com", "invited"),
            ("nobody", "invalid"),
            ("", "invalid"),
            (&acme.member.email, "already_member"),
            ("invited@acme.example", "already_invited"),
            (&acme.owner.email, "cannot_invite_yourself"),
            (" grace@example.com", "duplicate"),
            (&long, "invalid"),
            (&acme.removed.email, "invited"),
        ]
    );
    for result in answered["results"].as_array().unwrap() {
        let invited = result["status"] == "invited";
        assert_eq!(result.get("token").is_some(), invited, "{result}");
        assert_eq!(result.get("invitation").is_some(), invited, "{result}");
        assert_eq!(result.get("detail").is_some_and(Value::is_string), !invited, "{result}");
        assert!(result.get("member").is_none(), "{result}");
    }
    let first = &answered["results"][0];
    let token = first["token"].as_str().unwrap();
    assert_eq!(
        (&first["invitation"]["email"], &first["invitation"]["role"], &first["invitation"]["message"]),
        (&json!("grace@example.com"), &json!("member"), &json!("Welcome!"))
    );
    assert_eq!(first["invitation"]["all_read"], json!(true));
    assert_eq!(server.mailed_token("grace@example.com").await, token);
    let list = acme.owner.get(&server, &path).await;
    assert_eq!(list.expect(200)["items"].as_array().unwrap().len(), 3);
    assert!(!list.text().contains("ghi_"));
}

#[actix_web::test]
async fn at_once() {
    let server = Server::start().await;
    let (acme, grace) = (server.organization("Acme").await, server.register("Grace").await);
    for person in [&grace, &acme.member] {
        server.verify_email(person).await;
    }
    // N-13: nobody has shown that this address is theirs.
    let alan = server.register("Alan").await;
    let root = server.superadmin().await;
    let disabled = format!("/api/v1/platform/users/{}/disable", acme.removed.id);
    root.call(&server, "POST", &disabled, None).await.expect(200);
    let path = format!("/api/v1/organizations/{}/invites", acme.id);
    let emails =
        [&grace.email, "nobody@example.com", &acme.member.email, &acme.removed.email, "bad", &alan.email, &grace.email];
    let wish = json!({"emails": emails, "mode": "direct"});
    let answered = acme.admin.call(&server, "POST", &format!("{path}/bulk"), Some(wish)).await.expect(200);
    let expected = [
        "added",
        "account_not_found",
        "already_member",
        "account_disabled",
        "invalid",
        "email_not_verified",
        "duplicate",
    ];
    let expected: Vec<_> = emails.into_iter().zip(expected).collect();
    assert_eq!(statuses(&answered), expected);
    assert_eq!(answered["results"][0]["member"]["user_id"], json!(grace.id));
    assert!(!answered.to_string().contains("ghi_"));
}

/// R-TEN: who may not, learns nothing of the addresses, however bad they are.
#[actix_web::test]
async fn by_those_who_may_not() {
    let server = Server::start().await;
    let (acme, evil) = (server.organization("Acme").await, server.register("Mallory").await);
    let bulk = |organization: &str| format!("/api/v1/organizations/{organization}/invites/bulk");
    let unknown = "01980000-0000-7000-8000-00000000dead";
    for mode in ["direct", "link"] {
        for emails in [json!(["bad", "", "@"]), json!(["bad", acme.member.email])] {
            let wish = json!({"emails": emails, "mode": mode});
            let ask = async |person: &Person, organization: &str| {
                person.call(&server, "POST", &bulk(organization), Some(wish.clone())).await
            };
            let foreign = ask(&evil, &acme.id).await.problem(404, "organization_not_found");
            let absent = ask(&evil, unknown).await.problem(404, "organization_not_found");
            assert_eq!(without_request_id(foreign), without_request_id(absent), "{mode}");
            for person in [&acme.member, &acme.guest] {
                ask(person, &acme.id).await.problem(403, "permission_denied");
            }
        }
    }
    let bad = json!({"emails": ["bad", "bad"], "mode": "direct"});
    let answered = acme.admin.call(&server, "POST", &bulk(&acme.id), Some(bad)).await.expect(200);
    assert_eq!(statuses(&answered), [("bad", "invalid"), ("bad", "invalid")]);
}

/// ASVS 2.4.1: an address that got many mails lately stops nobody else.
#[actix_web::test]
async fn one_mailbox_is_not_flooded() {
    let server = Server::sparing_recipients(2).await;
    let bulk = |person: &Person| format!("/api/v1/organizations/{}/invites/bulk", person.organization);
    for name in ["Ada", "Bob"] {
        let person = server.register(name).await;
        let wish = json!({"emails": ["grace@example.com"]});
        let answered = person.call(&server, "POST", &bulk(&person), Some(wish)).await.expect(200);
        assert_eq!(statuses(&answered), [("grace@example.com", "invited")]);
    }
    let eve = server.register("Eve").await;
    let wish = json!({"emails": ["grace@example.com", "alan@example.com"]});
    let answered = eve.call(&server, "POST", &bulk(&eve), Some(wish)).await.expect(200);
    assert_eq!(statuses(&answered), [("grace@example.com", "throttled"), ("alan@example.com", "invited")]);
    assert!(answered["results"][0]["detail"].is_string() && answered["results"][0].get("token").is_none());
    let invites = format!("/api/v1/organizations/{}/invites", eve.organization);
    let one = eve.call(&server, "POST", &invites, Some(json!({"email": "grace@example.com"}))).await;
    one.problem(429, "too_many_attempts");
    assert_eq!(eve.get(&server, &invites).await.expect(200)["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn a_hundred_at_most() {
    let server = Server::start().await;
    let ada = server.register("Ada").await;
    let path = format!("/api/v1/organizations/{}/invites", ada.organization);
    let bulk = format!("{path}/bulk");
    let people = |count: usize| (0..count).map(|number| format!("p{number}@example.com")).collect::<Vec<_>>();
    for (emails, code) in [(people(0), "empty"), (people(101), "too_many")] {
        let answer = ada.call(&server, "POST", &bulk, Some(json!({"emails": emails}))).await;
        answer.problem(422, "invalid_request");
        assert_eq!(answer.faults(), [("/emails".to_owned(), code.to_owned())]);
    }
    // What concerns all of them is a problem, and nobody is invited.
    let answer = ada.call(&server, "POST", &bulk, Some(json!({"emails": people(3), "role": "emperor"}))).await;
    assert_eq!(answer.faults(), [("/role".to_owned(), "unknown_role".to_owned())]);
    assert_eq!(ada.get(&server, &path).await.expect(200)["items"], json!([]));
    let answered = ada.call(&server, "POST", &bulk, Some(json!({"emails": people(100)}))).await.expect(200);
    assert!(statuses(&answered).iter().all(|(_, status)| *status == "invited"));
    let page = ada.get(&server, &format!("{path}?limit=60")).await.expect(200);
    let next = page["next"].as_str().unwrap();
    let rest = ada.get(&server, &format!("{path}?limit=60&after={next}")).await.expect(200);
    assert_eq!((page["items"].as_array().unwrap().len(), rest["items"].as_array().unwrap().len()), (60, 40));
    assert_eq!((&page["items"][0]["email"], &rest["next"]), (&json!("p99@example.com"), &Value::Null), "newest first");
}
