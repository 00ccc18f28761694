//! Inviting by a link, and what becomes of it.

mod support;

use serde_json::{Value, json};
use support::{Answer, Person, Server, without_request_id};
use time::Duration;

const ACCEPT: &str = "/api/v1/organizations/invites/accept";
const DECLINE: &str = "/api/v1/organizations/invites/decline";

async fn accept(server: &Server, person: &Person, token: &str) -> Answer {
    person.call(server, "POST", ACCEPT, Some(json!({"token": token}))).await
}

fn invites(organization: &str) -> String {
    format!("/api/v1/organizations/{organization}/invites")
}

/// C-111, C-112, C-114: by the names of the documents, to the end.
#[actix_web::test]
async fn the_life_of_an_invitation() {
    let server = Server::start().await;
    let (ada, grace) = (server.register("Ada").await, server.register("Grace").await);
    let path = invites(&ada.organization);
    let wish = json!({
        "invited_email": " Grace@Example.com ", "role": "strictops_admin", "all_boards_read": false,
        "all_boards_write": true, "expires_in_days": 3, "message": "Join us!\nWe compute."
    });
    let answer = ada.call(&server, "POST", &path, Some(wish)).await;
    let invited = answer.expect(201);
    let invitation = &invited["invitation"];
    let token = invited["token"].as_str().unwrap();
    assert_eq!(answer.header("location"), Some(format!("{path}/{}", invitation["id"].as_str().unwrap()).as_str()));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(invited["mode"], "link");
    assert!(token.starts_with("ghi_") && token.len() == 47);
    for (field, value) in [
        ("organization_id", json!(ada.organization)),
        ("email", json!("grace@example.com")),
        ("role", json!("admin")),
        ("role_id", Value::Null),
        ("all_read", json!(true)),
        ("all_write", json!(true)),
        ("grants", json!([])),
        ("message", json!("Join us!\nWe compute.")),
        ("invited_by", json!(ada.id)),
        ("status", json!("pending")),
    ] {
        assert_eq!(invitation[field], value, "{field}");
    }
    assert_eq!(invitation.as_object().unwrap().len(), 14, "{invitation}");
    let created = invitation["created_at"].as_str().unwrap();
    assert!(created.ends_with('Z') && invitation["expires_at"].as_str().unwrap() > created);
    assert_eq!(server.mailed_token("grace@example.com").await, token, "the mail brings the same");

    let location = answer.header("location").unwrap().to_owned();
    let read = ada.get(&server, &location).await;
    assert_eq!(read.expect(200), *invitation);
    let list = ada.get(&server, &path).await;
    assert_eq!(list.expect(200), json!({"items": [invitation], "next": null}));

    let mine = accept(&server, &grace, token).await.expect(200);
    assert_eq!((&mine["id"], &mine["role"]), (&json!(ada.organization), &json!("admin")));
    assert_eq!((&mine["users_count"], &mine["is_active"]), (&json!(2), &json!(false)), "grace has one of her own");
    let member = grace.get(&server, &format!("/api/v1/organizations/{}/member", ada.organization)).await.expect(200);
    assert_eq!((&member["source"], &member["all_write"]), (&json!("invitation"), &json!(true)));
    accept(&server, &grace, token).await.problem(404, "invitation_not_found");
    assert_eq!(ada.get(&server, &path).await.expect(200)["items"], json!([]), "C-111: pending ones only");
    for (query, count) in [("status=accepted", 1), ("status=all", 1), ("status=pending", 0), ("status=revoked", 0)] {
        let list = ada.get(&server, &format!("{path}?{query}")).await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), count, "{query}");
    }
    let changed = ada.get(&server, &location).await;
    assert_eq!(changed.expect(200)["status"], "accepted");
    assert_ne!(changed.header("etag"), read.header("etag"));
    // Shown once: not when it is read, listed or audited.
    let log = ada.get(&server, &format!("/api/v1/organizations/{}/audit-events", ada.organization)).await;
    let actions: Vec<_> = log.json()["items"].as_array().unwrap().iter().map(|it| it["action"].clone()).collect();
    for action in ["invite_user", "accept_invitation", "add_user_to_org"] {
        assert!(actions.contains(&json!(action)), "{action}");
    }
    for answer in [&read, &list, &changed, &log] {
        assert!(!answer.text().contains(&token[4..]) && !answer.text().contains("digest"), "{}", answer.question);
    }
}

/// C-113, N-39: a link that was taken back, or replaced, is dead.
#[actix_web::test]
async fn resending_and_revoking() {
    let server = Server::start().await;
    let (ada, grace) = (server.register("Ada").await, server.register("Grace").await);
    let (id, first) = server.invite(&ada, &ada.organization, json!({"email": grace.email})).await;
    let path = format!("{}/{id}", invites(&ada.organization));
    let answer = ada.call(&server, "POST", &format!("{path}/resend"), None).await;
    let resent = answer.expect(200);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!((&resent["invitation"]["id"], &resent["invitation"]["status"]), (&json!(id), &json!("pending")));
    let second = resent["token"].as_str().unwrap();
    assert_ne!(second, first);
    assert_eq!(server.mailed_token("grace@example.com").await, second);
    accept(&server, &grace, &first).await.problem(404, "invitation_not_found");

    let tag = ada.get(&server, &path).await.header("etag").unwrap().to_owned();
    let delete = async |tag: Option<&str>| {
        let request = ada.request("DELETE", &path, None);
        server.send(tag.into_iter().fold(request, |request, tag| request.insert_header(("if-match", tag)))).await
    };
    delete(Some("\"other\"")).await.problem(412, "precondition_failed");
    delete(Some("other")).await.problem(400, "malformed_header");
    delete(Some(&tag)).await.expect(204);
    delete(None).await.problem(404, "invitation_not_found");
    ada.call(&server, "POST", &format!("{path}/resend"), None).await.problem(404, "invitation_not_found");
    accept(&server, &grace, second).await.problem(404, "invitation_not_found");
    assert_eq!(ada.get(&server, &path).await.expect(200)["status"], "revoked");
    // The address is free again.
    server.invite(&ada, &ada.organization, json!({"email": grace.email})).await;
}

/// N-38: seven days where nothing is said; then only sending it again helps.
#[actix_web::test]
async fn invitations_expire() {
    let server = Server::start().await;
    let (ada, grace) = (server.register("Ada").await, server.register("Grace").await);
    let (id, token) = server.invite(&ada, &ada.organization, json!({"email": grace.email})).await;
    let path = format!("{}/{id}", invites(&ada.organization));
    let tag = ada.get(&server, &path).await.header("etag").unwrap().to_owned();
    server.outside.clock.advance(Duration::days(7));
    // Sessions that were not used in between are over.
    let (ada, grace) = (server.login(&ada).await, server.login(&grace).await);
    accept(&server, &grace, &token).await.problem(404, "invitation_not_found");
    grace.call(&server, "POST", DECLINE, Some(json!({"token": token}))).await.problem(404, "invitation_not_found");
    let known = ada.request("GET", &path, None).insert_header(("if-none-match", tag.clone()));
    assert_eq!(server.send(known).await.expect(200)["status"], "expired", "not what the client knows");
    let stale = ada.request("DELETE", &path, None).insert_header(("if-match", tag));
    server.send(stale).await.problem(412, "precondition_failed");
    let list = invites(&ada.organization);
    assert_eq!(ada.get(&server, &list).await.expect(200)["items"], json!([]));
    let expired = ada.get(&server, &format!("{list}?status=expired&email=GRACE@example.com")).await.expect(200);
    assert_eq!(expired["items"][0]["id"], json!(id));
    let resent = ada.call(&server, "POST", &format!("{path}/resend"), None).await.expect(200);
    accept(&server, &grace, resent["token"].as_str().unwrap()).await.expect(200);
}

/// R-INV-5: whatever is wrong with a token, the answer is one; and another person's is told from it only to the bearer.
#[actix_web::test]
async fn tokens_that_are_good_for_nothing() {
    let server = Server::start().await;
    let (acme, eve) = (server.organization("Acme").await, server.register("Eve").await);
    let (_, token) = server.invite(&acme.owner, &acme.id, json!({"email": "grace@example.com"})).await;
    let long = "x".repeat(300);
    let one_off = format!("{}{}", &token[..46], if token.ends_with('A') { 'B' } else { 'A' });
    let bad = ["", " ", "ghi_", &long, &one_off, &token[4..], &eve.token, "ghi_\u{0}", &format!("{token} ")];
    for path in [ACCEPT, DECLINE] {
        let mut bodies = Vec::new();
        for token in bad {
            let answer = eve.call(&server, "POST", path, Some(json!({"token": token}))).await;
            bodies.push(without_request_id(answer.problem(404, "invitation_not_found")));
        }
        assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
        let foreign = eve.request("POST", path, Some(json!({"token": token}))).insert_header(("x-request-id", path));
        let answer = server.send(foreign).await;
        answer.problem(403, "invitation_for_another");
        assert!(!answer.text().contains("grace"), "whose it is, is not told");
        let denials = server.denials(&acme.owner, &acme.id, path).await;
        assert_eq!((denials.len(), &denials[0]["user_id"]), (1, &json!(eve.id)));
        assert_eq!(denials[0]["target"]["kind"], "invitation");
    }
    let still = acme.owner.get(&server, &format!("{}?email=grace@example.com", invites(&acme.id))).await;
    assert_eq!(still.expect(200)["items"][0]["status"], "pending");
}

/// Who is not invited, and why.
#[actix_web::test]
async fn who_cannot_be_invited() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let path = invites(&acme.id);
    let ask = async |by: &Person, wish: Value| by.call(&server, "POST", &path, Some(wish)).await;
    ask(&acme.owner, json!({"email": acme.member.email})).await.problem(409, "already_member");
    ask(&acme.owner, json!({"email": acme.owner.email})).await.problem(409, "cannot_invite_yourself");
    ask(&acme.owner, json!({"email": "INVITED@acme.example"})).await.problem(409, "already_invited");
    // M-07, C-08: the direct mode is for those who have an account.
    let direct = |email: &str| json!({"email": email, "mode": "direct"});
    ask(&acme.owner, direct("nobody@example.com")).await.problem(404, "account_not_found");
    // N-13: nor for an address that nobody has shown to be theirs.
    ask(&acme.owner, direct(&acme.admin.email)).await.problem(409, "account_email_not_verified");
    server.verify_email(&acme.member).await;
    ask(&acme.owner, direct(&acme.member.email)).await.problem(409, "already_member");
    let root = server.superadmin().await;
    let disabled = format!("/api/v1/platform/users/{}/disable", acme.removed.id);
    root.call(&server, "POST", &disabled, None).await.expect(200);
    ask(&acme.owner, direct(&acme.removed.email)).await.problem(409, "account_disabled");
    // R-INV-7: a link does not tell.
    ask(&acme.owner, json!({"email": acme.removed.email})).await.expect(201);
    // Nobody gives what they lack.
    for (mode, role) in [("link", "owner"), ("direct", "owner")] {
        let wish = json!({"email": "new@example.com", "role": role, "mode": mode});
        ask(&acme.admin, wish).await.problem(403, "only_owners_manage_owners");
    }
    ask(&acme.owner, json!({"email": "new@example.com", "role": "owner"})).await.expect(201);
    let roles = format!("/api/v1/organizations/{}/roles", acme.id);
    let inviter = json!({"name": "inviter", "permissions": ["invitation.manage"]});
    acme.owner.call(&server, "POST", &roles, Some(inviter)).await.expect(201);
    let guest = format!("/api/v1/organizations/{}/members/{}", acme.id, acme.guest.id);
    acme.owner.call(&server, "PATCH", &guest, Some(json!({"role": "inviter"}))).await.expect(200);
    let wide = json!({"email": "newer@example.com", "role": "inviter", "all_read": true});
    ask(&acme.guest, wide).await.problem(403, "permission_not_held");
    ask(&acme.guest, json!({"email": "newer@example.com", "role": "admin"})).await.problem(403, "permission_not_held");
    ask(&acme.guest, json!({"email": "newer@example.com", "role": "inviter"})).await.expect(201);
    ask(&acme.guest, direct(&acme.applicant.email)).await.problem(403, "permission_denied");
}

/// M-06: at once, and without anybody's click.
#[actix_web::test]
async fn inviting_directly() {
    let server = Server::start().await;
    let (ada, grace) = (server.register("Ada").await, server.register("Grace").await);
    let path = invites(&ada.organization);
    let wish = json!({"email": grace.email, "mode": "direct", "role": "admin", "all_read": true});
    let unshown = ada.call(&server, "POST", &path, Some(wish.clone())).await;
    unshown.problem(409, "account_email_not_verified");
    server.verify_email(&grace).await;
    let answer = ada.call(&server, "POST", &path, Some(wish)).await;
    let added = answer.expect(201);
    assert_eq!((&added["mode"], &added["member"]["source"]), (&json!("direct"), &json!("direct_add")));
    assert_eq!((&added["member"]["all_read"], &added["member"]["all_write"]), (&json!(true), &json!(false)));
    assert!(added.get("token").is_none() && added.get("invitation").is_none());
    let location = answer.header("location").unwrap();
    assert_eq!(ada.get(&server, location).await.expect(200)["user"]["email"], json!(grace.email));
}

/// C-114: role and access are only raised.
#[actix_web::test]
async fn accepting_as_a_member() {
    let server = Server::start().await;
    let (ada, grace) = (server.register("Ada").await, server.register("Grace").await);
    let (_, token) = server.invite(&ada, &ada.organization, json!({"email": grace.email, "role": "admin"})).await;
    server.add(&ada, &ada.organization, &grace, "member").await;
    let raised = accept(&server, &grace, &token).await.expect(200);
    assert_eq!((&raised["role"], &raised["users_count"]), (&json!("admin"), &json!(2)));
    // Lowered by hand, and then raised by access alone.
    let member = format!("/api/v1/organizations/{}/members/{}", ada.organization, grace.id);
    ada.call(&server, "DELETE", &member, None).await.expect(204);
    let (_, token) = server.invite(&ada, &ada.organization, json!({"email": grace.email, "all_write": true})).await;
    server.add(&ada, &ada.organization, &grace, "admin").await;
    assert_eq!(accept(&server, &grace, &token).await.expect(200)["role"], "admin");
    let now = ada.get(&server, &member).await.expect(200);
    assert_eq!(
        (&now["all_read"], &now["all_write"], &now["source"]),
        (&json!(true), &json!(true), &json!("direct_add"))
    );
}

/// A custom role may be gone before the answer comes.
#[actix_web::test]
async fn the_role_of_an_invitation() {
    let server = Server::start().await;
    let (acme, grace) = (server.organization("Acme").await, server.register("Grace").await);
    let roles = format!("/api/v1/organizations/{}/roles", acme.id);
    let made =
        acme.owner.call(&server, "POST", &roles, Some(json!({"name": "Auditor", "permissions": ["audit.read"]})));
    let role = made.await.expect(201)["id"].as_str().unwrap().to_owned();
    let (id, token) = server.invite(&acme.owner, &acme.id, json!({"email": grace.email, "role": "auditor"})).await;
    let path = format!("{}/{id}", invites(&acme.id));
    let shown = acme.owner.get(&server, &path).await.expect(200);
    assert_eq!((&shown["role"], &shown["role_id"]), (&json!("custom"), &json!(role)));
    acme.owner.call(&server, "DELETE", &format!("{roles}/{role}"), None).await.expect(204);
    accept(&server, &grace, &token).await.problem(409, "invitation_role_gone");
    acme.owner.call(&server, "POST", &format!("{path}/resend"), None).await.problem(409, "invitation_role_gone");
}

/// ASVS 2.4.1: nobody uses the server to flood mailboxes.
#[actix_web::test]
async fn invitations_are_bounded() {
    let server = Server::sparing_mail(3).await;
    let ada = server.register("Ada").await;
    let path = invites(&ada.organization);
    let (id, _) = server.invite(&ada, &ada.organization, json!({"email": "one@example.com"})).await;
    ada.call(&server, "POST", &format!("{path}/{id}/resend"), None).await.expect(200);
    ada.call(&server, "POST", "/api/v1/auth/verify-email/resend", None).await.expect(202);
    let calls = [
        (path.clone(), Some(json!({"email": "two@example.com"}))),
        (format!("{path}/bulk"), Some(json!({"emails": ["two@example.com"]}))),
        (format!("{path}/{id}/resend"), None),
        ("/api/v1/auth/verify-email/resend".to_owned(), None),
    ];
    for (path, body) in calls {
        ada.call(&server, "POST", &path, body).await.problem(429, "too_many_attempts");
    }
    assert_eq!(ada.get(&server, &path).await.expect(200)["items"].as_array().unwrap().len(), 1);
}
