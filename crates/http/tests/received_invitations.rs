//! Invitations on the side of the invited.

mod support;

use serde_json::{Value, json};
use support::{Answer, Person, Server};

const ACCEPT: &str = "/api/v1/organizations/invites/accept";
const DECLINE: &str = "/api/v1/organizations/invites/decline";

async fn accept(server: &Server, person: &Person, token: &str) -> Answer {
    person.call(server, "POST", ACCEPT, Some(json!({"token": token}))).await
}

fn invites(organization: &str) -> String {
    format!("/api/v1/organizations/{organization}/invites")
}

/// An invited person sees what was sent to an address that is known to be theirs, and answers by a click.
#[actix_web::test]
async fn received_invitations() {
    let server = Server::start().await;
    let (ada, bob) = (server.register("Ada").await, server.register("Bob").await);
    let grace = server.register("Grace").await;
    let (first, _) = server.invite(&ada, &ada.organization, json!({"email": grace.email, "role": "admin"})).await;
    let (second, _) = server.invite(&bob, &bob.organization, json!({"email": grace.email})).await;
    let list = "/api/v1/users/me/invites";
    assert_eq!(grace.get(&server, list).await.expect(200), json!({"items": [], "next": null}));
    let answer =
        async |id: &str, answer: &str| grace.call(&server, "POST", &format!("{list}/{id}/{answer}"), None).await;
    for verb in ["accept", "decline"] {
        for id in [&first, "01980000-0000-7000-8000-00000000dead", "x"] {
            answer(id, verb).await.problem(403, "email_not_verified");
        }
    }
    let me = grace.get(&server, "/auth/me").await.expect(200);
    assert_eq!((&me["email_verified"], &me["pending_invitations"]), (&json!(false), &json!([])));
    let link = server.outside.mailboxes.of(&grace.email);
    assert!(link.is_empty(), "nothing is sent yet");
    server.guildhall.deliver_mail().await.unwrap();
    let token = support::token_in(&server.outside.mailboxes.of(&grace.email)[0]);
    let body = json!({"token": token});
    let shown = grace.call(&server, "POST", "/api/v1/auth/verify-email", Some(body)).await.expect(200);
    assert_eq!(shown["user"]["email_verified"], json!(true));
    let received = grace.get(&server, list).await;
    let items = received.expect(200)["items"].as_array().unwrap().clone();
    assert_eq!(items.iter().map(|item| &item["id"]).collect::<Vec<_>>(), [&first, &second], "oldest first");
    assert_eq!(items[0]["organization"], json!({"id": ada.organization, "name": "Ada Inc."}));
    assert_eq!((&items[0]["role"], &items[0]["status"]), (&json!("admin"), &json!("pending")));
    assert!(!received.text().contains("ghi_"));
    let me = grace.get(&server, "/auth/me").await.expect(200);
    assert_eq!((&me["email_verified"], &me["pending_invitations"]), (&json!(true), &json!(items)));

    assert_eq!(answer(&first, "accept").await.expect(200)["role"], "admin");
    answer(&first, "accept").await.problem(404, "invitation_not_found");
    answer(&first, "decline").await.problem(404, "invitation_not_found");
    answer(&second, "decline").await.expect(204);
    answer(&second, "accept").await.problem(404, "invitation_not_found");
    assert_eq!(grace.get(&server, list).await.expect(200)["items"], json!([]));
    let path = format!("{}/{second}", invites(&bob.organization));
    assert_eq!(bob.get(&server, &path).await.expect(200)["status"], "declined");
    grace
        .get(&server, &format!("/api/v1/organizations/{}", bob.organization))
        .await
        .problem(404, "organization_not_found");
    // Declined is not barred.
    let (_, token) = server.invite(&bob, &bob.organization, json!({"email": grace.email})).await;
    grace.call(&server, "POST", DECLINE, Some(json!({"token": token}))).await.expect(204);
    let (_, token) = server.invite(&bob, &bob.organization, json!({"email": grace.email})).await;
    accept(&server, &grace, &token).await.expect(200);
}

/// C-120: however many there are, none is out of reach.
#[actix_web::test]
async fn received_invitations_come_in_pages() {
    let server = Server::start().await;
    let (ada, grace) = (server.register("Ada").await, server.register("Grace").await);
    server.verify_email(&grace).await;
    let mut sent = Vec::new();
    for number in 0..101 {
        let wish = json!({"name": format!("Engines {number}")});
        let made = ada.call(&server, "POST", "/api/v1/organizations", Some(wish)).await.expect(201);
        let organization = made["id"].as_str().unwrap();
        sent.push(server.invite(&ada, organization, json!({"email": grace.email})).await.0);
    }
    let list = "/api/v1/users/me/invites";
    for limit in [1, 40, 100] {
        let mut received = Vec::new();
        let mut path = format!("{list}?limit={limit}");
        loop {
            let page = grace.get(&server, &path).await.expect(200);
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= limit);
            received.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("{list}?limit={limit}&after={next}");
        }
        assert_eq!(received, sent, "oldest first, {limit} at a time");
    }
    // A page is its reader's own.
    let next = grace.get(&server, &format!("{list}?limit=1")).await.expect(200)["next"].clone();
    server.verify_email(&ada).await;
    let foreign = ada.get(&server, &format!("{list}?after={}", next.as_str().unwrap())).await;
    assert_eq!(foreign.faults(), [("after".to_owned(), "invalid_cursor".to_owned())]);
    let me = grace.get(&server, "/auth/me").await.expect(200);
    let first = me["pending_invitations"].as_array().unwrap();
    assert!(!first.is_empty() && first.iter().zip(&sent).all(|(item, id)| item["id"] == *id), "the first page");
}

/// C-15, C-16: registering with an invitation leads into its organization, and nowhere else.
#[actix_web::test]
async fn registering_with_an_invitation() {
    let server = Server::start().await;
    let ada = server.register("Ada").await;
    let (_, token) = server.invite(&ada, &ada.organization, json!({"email": "grace@example.com"})).await;
    let register = async |email: &str, token: &str| {
        let body = json!({
            "email": email, "name": "Grace", "password": support::PASSWORD, "invitation_token": token
        });
        server.call("POST", "/api/v1/auth/register", Some(&body)).await
    };
    let both = json!({
        "email": "grace@example.com", "name": "Grace", "password": support::PASSWORD, "invitation_token": token,
        "organization": "Another"
    });
    let both = server.call("POST", "/api/v1/auth/register", Some(&both)).await;
    assert_eq!(both.faults(), [("/organization".to_owned(), "not_with_invitation".to_owned())]);
    register("grace@example.com", "ghi_nothing").await.problem(404, "invitation_not_found");
    let other = register("eve@example.com", &token).await;
    other.problem(403, "invitation_for_another");
    assert!(!other.text().contains("grace"));
    let made = register("Grace@Example.com", &token).await.expect(201);
    assert_eq!(
        (&made["organization"]["id"], &made["organization"]["is_active"]),
        (&json!(ada.organization), &json!(true))
    );
    assert_eq!(made["organization"]["role"], "member");
    assert_eq!(made["user"]["email_verified"], json!(false), "a link can be passed on");
    register("alan@example.com", &token).await.problem(404, "invitation_not_found");
}

/// Nobody comes into an organization that is stopped, and accepting may choose what `me` stands for.
#[actix_web::test]
async fn stopped_organizations_and_the_active_one() {
    let server = Server::ruled(guildhall_domain::blueprint::Blueprint {
        signup: guildhall_domain::blueprint::SignUpRules {
            organization: guildhall_domain::blueprint::SignUpOrganization::None,
            ..Default::default()
        },
        ..Default::default()
    })
    .await;
    let (ada, root) = (server.register("Ada").await, server.superadmin().await);
    let body = json!({"email": "grace@example.com", "name": "Grace", "password": support::PASSWORD});
    let made = server.call("POST", "/api/v1/auth/register", Some(&body)).await.expect(201);
    assert_eq!(made["organization"], Value::Null);
    let account = Person {
        email: "grace@example.com".to_owned(),
        id: made["user"]["id"].as_str().unwrap().to_owned(),
        token: made["token"].as_str().unwrap().to_owned(),
        organization: String::new(),
    };
    let (_, token) = server.invite(&ada, &ada.organization, json!({"email": account.email})).await;
    let set = async |what: &str| {
        let path = format!("/api/v1/platform/organizations/{}/{what}", ada.organization);
        root.call(&server, "POST", &path, None).await.expect(200);
    };
    set("suspend").await;
    accept(&server, &account, &token).await.problem(403, "organization_suspended");
    set("lockdown").await;
    accept(&server, &account, &token).await.problem(403, "organization_locked_down");
    set("restore").await;
    let mine = accept(&server, &account, &token).await.expect(200);
    assert_eq!((&mine["is_active"], &mine["role"]), (&json!(true), &json!("member")));
    let me = account.get(&server, "/api/v1/organizations/me").await.expect(200);
    assert_eq!(me["id"], json!(ada.organization));
}
