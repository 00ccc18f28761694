//! Registering, logging in, sessions and the profile.

mod support;

use serde_json::{Value, json};
use support::{PASSWORD, Server, request};

/// N-06, S-03, S-05: an account, its organization and a session at once.
#[actix_web::test]
async fn registering() {
    let server = Server::start().await;
    let body = json!({"email": "Ada@Example.com", "password": PASSWORD, "name": "Ada", "organization": "Engines"});
    let answer = server.call("POST", "/api/auth/register", Some(&body)).await;
    let made = answer.expect(201);
    assert_eq!(answer.header("location"), Some("/api/v1/users/me"));
    assert_eq!(made["user"]["email"], "ada@example.com");
    assert_eq!(made["organization"]["name"], "Engines");
    assert_eq!((&made["organization"]["role"], &made["organization"]["is_active"]), (&json!("owner"), &json!(true)));
    assert_eq!(made["organization"]["users_count"], 1);
    assert!(made["expires_at"].as_str().unwrap().ends_with('Z'));
    assert!(made["token"].as_str().unwrap().starts_with("ghs_"));
    server.call("POST", "/api/v1/auth/register", Some(&body)).await.problem(409, "email_already_registered");
    let plain = json!({"email": "grace@example.com", "password": PASSWORD, "name": "Grace", "organization": null});
    let made = server.call("POST", "/api/v1/auth/register", Some(&plain)).await.expect(201);
    assert_eq!(made["organization"]["name"], "Personal");
}

/// R-LOGIN-1: wrong password, unknown e-mail and disabled account get one answer; both headers work.
#[actix_web::test]
async fn logging_in_and_out() {
    let server = Server::start().await;
    let ada = server.register("Ada").await;
    let session = server.login(&ada).await;
    for header in [
        ("authorization", format!("Bearer {}", session.token)),
        ("authorization", format!("bEARER   {}", session.token)),
        ("x-api-key", session.token.clone()),
    ] {
        for path in ["/api/v1/auth/me", "/api/auth/me", "/auth/me"] {
            let me = server.send(request("GET", path, None).insert_header(header.clone())).await.expect(200);
            assert_eq!((&me["user"]["id"], &me["organization"]["id"]), (&json!(ada.id), &json!(ada.organization)));
            assert_eq!(me["memberships"].as_array().unwrap().len(), 1);
            assert_eq!(me["next"], Value::Null);
        }
    }
    let [first, second] = [format!("Bearer {}", session.token), format!("Bearer {}", ada.token)];
    let (path, key) = ("/api/v1/auth/me", "x-api-key");
    let asked = || request("GET", path, None).append_header(("authorization", first.clone()));
    for agreeing in
        [asked().append_header(("authorization", first.clone())), asked().append_header((key, session.token.clone()))]
    {
        server.send(agreeing).await.expect(200);
    }
    // Who asks is not for the server to guess.
    for ambiguous in [
        asked().append_header(("authorization", second.clone())),
        asked().append_header(("authorization", "Basic YTpi")),
        asked().append_header(("authorization", "Bearer ")),
        asked().append_header((key, ada.token.clone())),
        asked().append_header((key, "")),
        request("GET", path, None).append_header((key, session.token.clone())).append_header((key, ada.token.clone())),
    ] {
        server.send(ambiguous).await.problem(400, "malformed_header");
    }
    let root = server.superadmin().await;
    let disabled = server.register("Disabled").await;
    root.call(&server, "POST", &format!("/api/v1/platform/users/{}/disable", disabled.id), None).await.expect(200);
    let mut answers = Vec::new();
    for (email, password) in
        [("ada@example.com", "wrong"), ("nobody@example.com", PASSWORD), ("disabled@example.com", PASSWORD)]
    {
        let body = json!({"email": email, "password": password});
        let answer = server.call("POST", "/api/v1/auth/login", Some(&body)).await;
        answers.push(support::without_request_id(answer.problem(401, "invalid_credentials")));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    session.call(&server, "POST", "/api/v1/auth/logout", None).await.expect(204);
    session.get(&server, "/api/v1/auth/me").await.problem(401, "unauthenticated");
    ada.get(&server, "/api/v1/auth/me").await.expect(200);
}

#[actix_web::test]
async fn sessions_are_listed_and_ended() {
    let server = Server::start().await;
    let ada = server.register("Ada").await;
    let login = json!({"email": ada.email, "password": PASSWORD});
    let other = request("POST", "/api/v1/auth/login", Some(&login)).insert_header(("user-agent", "Telnet/1.0"));
    let other = server.send(other).await.expect(200)["token"].as_str().unwrap().to_owned();
    server.login(&ada).await;
    let list = ada.get(&server, "/api/v1/users/me/sessions").await.expect(200);
    let sessions = list["items"].as_array().unwrap();
    assert_eq!(sessions.len(), 3);
    assert_eq!(sessions.iter().filter(|session| session["current"] == true).count(), 1);
    let telnet = sessions.iter().find(|session| session["user_agent"] == "Telnet/1.0").unwrap();
    assert_eq!((&telnet["ip_address"], &telnet["current"]), (&json!("192.0.2.1"), &json!(false)));
    assert!(!list.to_string().contains("ghs_") && telnet.get("token").is_none());
    let path = format!("/api/v1/users/me/sessions/{}", telnet["id"].as_str().unwrap());
    ada.call(&server, "DELETE", &path, None).await.expect(204);
    ada.call(&server, "DELETE", &path, None).await.problem(404, "session_not_found");
    let ended = request("GET", "/auth/me", None).insert_header(("x-api-key", other));
    server.send(ended).await.problem(401, "unauthenticated");
    let terminated = ada.call(&server, "DELETE", "/api/v1/users/me/sessions", None).await.expect(200);
    assert_eq!(terminated, json!({"sessions_terminated": 1}));
    ada.get(&server, "/auth/me").await.expect(200);
}

/// M-57, R-LOGIN-4: the other sessions end with the old password.
#[actix_web::test]
async fn changing_the_password() {
    let server = Server::start().await;
    let ada = server.register("Ada").await;
    let other = server.login(&ada).await;
    let path = "/api/v1/users/me/password";
    let new = "seven quiet lanterns over water";
    let wrong = json!({"current_password": "wrong", "new_password": new});
    ada.call(&server, "PUT", path, Some(wrong)).await.problem(401, "invalid_credentials");
    other.get(&server, "/auth/me").await.expect(200);
    let right = json!({"current_password": PASSWORD, "new_password": new});
    ada.call(&server, "PUT", path, Some(right)).await.expect(204);
    ada.get(&server, "/auth/me").await.expect(200);
    other.get(&server, "/auth/me").await.problem(401, "unauthenticated");
    let old = json!({"email": ada.email, "password": PASSWORD});
    server.call("POST", "/api/v1/auth/login", Some(&old)).await.problem(401, "invalid_credentials");
    let login = json!({"email": ada.email, "password": new});
    server.call("POST", "/api/v1/auth/login", Some(&login)).await.expect(200);
}

/// C-136: an account can go unless others depend on its owner.
#[actix_web::test]
async fn deleting_the_account() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    acme.owner.call(&server, "DELETE", "/api/v1/users/me", None).await.problem(409, "last_owner");
    acme.member.call(&server, "DELETE", "/api/v1/users/me", None).await.expect(204);
    acme.member.get(&server, "/auth/me").await.problem(401, "unauthenticated");
    let gone = format!("/api/v1/organizations/{}/members/{}", acme.id, acme.member.id);
    acme.owner.get(&server, &gone).await.problem(404, "member_not_found");
}

/// N-13: an address opens no door until its owner has shown that it is theirs; a link alone shows
/// nothing, since anybody can register with somebody else's address and wait for their click.
#[actix_web::test]
async fn showing_whose_an_address_is() {
    let server = Server::start().await;
    let (ada, eve) = (server.register("Ada").await, server.register("Eve").await);
    let (verify, resend) = ("/api/v1/auth/verify-email", "/api/v1/auth/verify-email/resend");
    let profile = async || ada.get(&server, "/api/v1/users/me").await;
    assert_eq!(profile().await.expect(200)["email_verified"], json!(false));
    let before = profile().await.header("etag").unwrap().to_owned();
    let first = server.mailed_token(&ada.email).await;
    assert!(first.starts_with("ghe_") && first.len() == 47);
    let answer = ada.call(&server, "POST", resend, None).await;
    assert_eq!((answer.status.as_u16(), answer.text()), (202, ""));
    let second = server.mailed_token(&ada.email).await;
    assert_ne!(first, second);
    let mut bodies = Vec::new();
    let long = "x".repeat(300);
    for token in ["", "ghe_", "\u{0}", &first, &ada.token, &second[4..], &second.replace("ghe_", "ghi_"), &long] {
        let answer = ada.call(&server, "POST", verify, Some(json!({"token": token}))).await;
        bodies.push(support::without_request_id(answer.problem(404, "verification_not_found")));
    }
    // Somebody else's link is as an unknown one, and stays good for whose it is.
    let good = json!({"token": second});
    let foreign = eve.call(&server, "POST", verify, Some(good.clone())).await;
    bodies.push(support::without_request_id(foreign.problem(404, "verification_not_found")));
    server.call("POST", verify, Some(&good)).await.problem(401, "unauthenticated");
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
    assert_eq!(profile().await.expect(200)["email_verified"], json!(false));
    assert_eq!(eve.get(&server, "/auth/me").await.expect(200)["email_verified"], json!(false));
    let answer = ada.call(&server, "POST", verify, Some(good.clone())).await;
    let verified = answer.expect(200);
    assert_eq!((&verified["user"]["id"], &verified["user"]["email_verified"]), (&json!(ada.id), &json!(true)));
    assert_ne!(profile().await.header("etag"), Some(before.as_str()));
    ada.call(&server, "POST", verify, Some(good)).await.problem(404, "verification_not_found");
    ada.call(&server, "POST", resend, None).await.problem(409, "email_already_verified");
}

/// A link is good for a day.
#[actix_web::test]
async fn links_that_come_too_late() {
    let server = Server::start().await;
    let ada = server.register("Ada").await;
    let token = json!({"token": server.mailed_token(&ada.email).await});
    server.outside.clock.advance(time::Duration::days(1));
    let ada = server.login(&ada).await;
    let late = ada.call(&server, "POST", "/api/v1/auth/verify-email", Some(token)).await;
    late.problem(404, "verification_not_found");
}
