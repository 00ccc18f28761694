//! Invitations over HTTP: C-111 to C-114, N-38, N-39, R-INV.

use serde_json::{Value, json};

use crate::client::{Client, PASSWORD};
use crate::on_both_databases;
use crate::server::Server;

on_both_databases!(
    from_the_invitation_to_the_membership,
    accepted_by_registering,
    accepted_by_a_click,
    one_pending_invitation_an_address,
    tokens_that_are_good_for_nothing,
    in_bulk,
    raised_but_never_lowered,
    as_owner_only_by_an_owner,
    what_becomes_of_it_when_things_go,
);

const INVITES: &str = "/api/v1/organizations/me/invites";
const ACCEPT: &str = "/api/v1/organizations/invites/accept";

async fn invite(who: &Client, body: Value) -> (String, String) {
    let invited = who.post(INVITES, body).await.expect(201);
    assert_eq!(invited.body["mode"], "link");
    (invited.text_at("/invitation/id"), invited.text_at("/token"))
}

/// C-112, C-114, M-16's other half: nobody is a member before they accept.
async fn from_the_invitation_to_the_membership(server: Server) {
    let nobody = server.client();
    let (ann, bob) = (nobody.register("Ann").await, nobody.register("Bob").await);
    let invited =
        ann.post(INVITES, json!({ "email": " BOB@example.com ", "role": "admin", "message": "Join us" })).await;
    let invited = invited.expect(201);
    let path = format!("{INVITES}/{}", invited.text_at("/invitation/id"));
    assert!(invited.headers["location"].to_str().unwrap().ends_with(&invited.text_at("/invitation/id")));
    assert_eq!(invited.headers["cache-control"], "no-store");
    assert_eq!(invited.body["invitation"]["email"], "bob@example.com");
    assert_eq!(invited.body["invitation"]["status"], "pending");
    assert_eq!(
        ann.get("/api/v1/organizations/me").await.expect(200).body["users_count"],
        1,
        "a pending one takes no seat"
    );

    // The mail has the same token, the organization's name and the message.
    let mail = server.mailbox().newest("bob@example.com", "Ann Incorporated").await;
    assert_eq!(mail.token(), invited.text_at("/token"));
    assert!(mail.text.contains("Join us") && mail.html.contains("Join us"), "{mail:?}");

    // C-111: listed without the token; by admins only.
    let list = ann.get(INVITES).await.expect(200);
    assert_eq!(list.items().len(), 1);
    assert!(!list.text.contains(&mail.token()[4..]) && !ann.get(&path).await.expect(200).text.contains("ghi_"));

    let joined = bob.post(ACCEPT, json!({ "token": mail.token() })).await.expect(200);
    assert_eq!((&joined.body["name"], &joined.body["role"]), (&json!("Ann Incorporated"), &json!("admin")));
    let organization = joined.text_at("/id");
    let member = bob.get(&format!("/api/v1/organizations/{organization}/member")).await.expect(200);
    assert_eq!(member.body["source"], "invitation");
    // C-114: used is used; C-113: and cannot be taken back.
    bob.post(ACCEPT, json!({ "token": mail.token() })).await.refused(404, "invitation_not_found");
    ann.delete(&path).await.refused(404, "invitation_not_found");
    assert_eq!(ann.get(&path).await.expect(200).body["status"], "accepted");
    assert_eq!(ann.get(INVITES).await.expect(200).items().len(), 0);
    assert_eq!(ann.get(&format!("{INVITES}?status=all")).await.expect(200).items().len(), 1);
    let log = ann.get("/api/v1/organizations/me/audit-events").await.expect(200);
    let actions: Vec<_> = log.items().iter().map(|event| event["action"].as_str().unwrap()).take(3).collect();
    assert_eq!(actions, ["accept_invitation", "add_user_to_org", "invite_user"]);
    assert!(!log.text.contains(&mail.token()[4..]), "no token in the log");
}

/// C-120 as decided, N-38: somebody new comes with the token, and gets no organization of their own.
async fn accepted_by_registering(server: Server) {
    let nobody = server.client();
    let ann = nobody.register("Ann").await;
    let (_, token) = invite(&ann, json!({ "email": "cid@example.com" })).await;
    let body = |email: &str, token: &str| json!({ "email": email, "password": PASSWORD, "name": "Cid", "invitation_token": token });
    nobody.post("/api/v1/auth/register", body("cid@example.com", "ghi_x")).await.refused(404, "invitation_not_found");
    let other = nobody.post("/api/v1/auth/register", body("eve@example.com", &token)).await;
    let other = other.refused(403, "invitation_for_another");
    assert!(!other.text.contains("cid@"), "says nothing about the right address");
    let registered = nobody.post("/api/v1/auth/register", body("cid@example.com", &token)).await.expect(201);
    assert_eq!(registered.body["organization"]["name"], "Ann Incorporated");
    assert_eq!(registered.body["user"]["email_verified"], false, "the inviter had the token, too");
    let cid = nobody.holding(&registered);
    assert_eq!(cid.get("/api/v1/organizations").await.expect(200).items().len(), 1);
    nobody.post("/api/v1/auth/register", body("cid@example.com", &token)).await.refused(404, "invitation_not_found");
}

/// A user with pending invitations sees them and accepts by a click, once the address is shown to be theirs.
async fn accepted_by_a_click(server: Server) {
    let nobody = server.client();
    let (ann, dan) = (nobody.register("Ann").await, nobody.register("Dan").await);
    let (id, _) = invite(&ann, json!({ "email": "cid@example.com" })).await;
    let (dans, _) = invite(&dan, json!({ "email": "cid@example.com" })).await;
    let cid = nobody.sign_up("Cid").await;
    let me = cid.get("/auth/me").await.expect(200);
    assert_eq!((&me.body["email_verified"], &me.body["pending_invitations"]), (&json!(false), &json!([])));
    let click = format!("/api/v1/users/me/invites/{id}/accept");
    cid.post(&click, json!({})).await.refused(403, "email_not_verified");
    server.mailbox().verify(&cid).await;

    let me = cid.get("/auth/me").await.expect(200);
    let pending = me.body["pending_invitations"].as_array().unwrap();
    assert_eq!(pending.len(), 2);
    assert_eq!(pending[0]["organization"]["name"], "Ann Incorporated", "oldest first");
    assert!(!me.text.contains("ghi_"));
    // Another person's click is as if there were none.
    server.mailbox().verify(&dan).await;
    dan.post(&click, json!({})).await.refused(404, "invitation_not_found");
    cid.post(&click, json!({})).await.expect(200);
    cid.post(&click, json!({})).await.refused(404, "invitation_not_found");
    cid.post(&format!("/api/v1/users/me/invites/{dans}/decline"), json!({})).await.expect(204);
    assert_eq!(cid.get("/api/v1/users/me/invites").await.expect(200).items().len(), 0);
    assert_eq!(dan.get(&format!("{INVITES}/{dans}")).await.expect(200).body["status"], "declined");
}

/// R-INV-3, N-39: one pending; sent again the old link is dead; taken back both are.
async fn one_pending_invitation_an_address(server: Server) {
    let nobody = server.client();
    let (ann, bob) = (nobody.register("Ann").await, nobody.register("Bob").await);
    let (id, first) = invite(&ann, json!({ "email": bob.email, "expires_in_days": 30 })).await;
    ann.post(INVITES, json!({ "email": "Bob@Example.com" })).await.refused(409, "already_invited");
    let resent = ann.post(&format!("{INVITES}/{id}/resend"), json!({})).await.expect(200);
    let second = resent.text_at("/token");
    assert_ne!(first, second);
    bob.post(ACCEPT, json!({ "token": first })).await.refused(404, "invitation_not_found");
    ann.delete(&format!("{INVITES}/{id}")).await.expect(204);
    bob.post(ACCEPT, json!({ "token": second })).await.refused(404, "invitation_not_found");
    ann.post(&format!("{INVITES}/{id}/resend"), json!({})).await.refused(404, "invitation_not_found");
    // Free again; and both sides may be in the way: members, oneself.
    let (_, third) = invite(&ann, json!({ "email": bob.email })).await;
    bob.post(ACCEPT, json!({ "token": third })).await.expect(200);
    ann.post(INVITES, json!({ "email": bob.email })).await.refused(409, "already_member");
    ann.post(INVITES, json!({ "email": ann.email })).await.refused(409, "cannot_invite_yourself");
    for (field, value) in [
        ("email", json!("nobody")),
        ("email", json!(null)),
        ("role", json!("emperor")),
        ("expires_in_days", json!(0)),
        ("expires_in_days", json!(31)),
        ("expires_in_days", json!(-1)),
        ("mode", json!("teleport")),
        ("message", json!("x".repeat(2_001))),
        ("token", json!("mine")),
    ] {
        let mut body = json!({ "email": "new@example.com" });
        body[field] = value;
        ann.post(INVITES, body).await.refused(422, "invalid_request");
    }
    assert_eq!(ann.get(INVITES).await.expect(200).items().len(), 0);
}

/// R-INV-5: every bad token is the same 404; another person's is a 403 that tells nothing.
async fn tokens_that_are_good_for_nothing(server: Server) {
    let nobody = server.client();
    let (ann, bob, eve) = (nobody.register("Ann").await, nobody.register("Bob").await, nobody.register("Eve").await);
    let (_, token) = invite(&ann, json!({ "email": bob.email })).await;
    let stranger = eve.post(ACCEPT, json!({ "token": token })).await.refused(403, "invitation_for_another");
    assert!(!stranger.text.contains("bob@"), "{}", stranger.text);
    let denied = ann.get("/api/v1/organizations/me/audit-events?action=access_denied").await.expect(200);
    assert_eq!(denied.items()[0]["user_id"], eve.user_id.as_str(), "N-15");
    let mut bodies = Vec::new();
    let session = eve.token.clone().unwrap();
    let other_end = if token.ends_with('A') { 'E' } else { 'A' };
    let wrong = format!("{}{other_end}", &token[..token.len() - 1]);
    for bad in ["", "x", "ghi_", &wrong, &token.to_uppercase(), &session, &"x".repeat(5_000)] {
        let mut reply = eve.post(ACCEPT, json!({ "token": bad })).await.refused(404, "invitation_not_found").body;
        reply.as_object_mut().unwrap().remove("request_id");
        bodies.push(reply);
    }
    assert!(bodies.windows(2).all(|two| two[0] == two[1]), "one answer for every bad token: {bodies:?}");
    nobody.post(ACCEPT, json!({ "token": token })).await.refused(401, "unauthenticated");
    bob.post(ACCEPT, json!({ "token": token })).await.expect(200);
}

/// N-38: a result for each; a bad one stops nobody.
async fn in_bulk(server: Server) {
    let nobody = server.client();
    let (ann, bob) = (nobody.register("Ann").await, nobody.register("Bob").await);
    ann.post("/api/v1/organizations/me/members", json!({ "user_id": bob.user_id })).await.expect(201);
    invite(&ann, json!({ "email": "old@example.com" })).await;
    let bulk = format!("{INVITES}/bulk");
    let emails =
        ["new@example.com", "bob@example.com", "old@example.com", "no address", "NEW@example.com", "ann@example.com"];
    let reply = ann.post(&bulk, json!({ "emails": emails, "role": "user", "message": "Hello" })).await.expect(200);
    let statuses: Vec<_> =
        reply.body["results"].as_array().unwrap().iter().map(|it| it["status"].as_str().unwrap()).collect();
    assert_eq!(
        statuses,
        ["invited", "already_member", "already_invited", "invalid", "duplicate", "cannot_invite_yourself"]
    );
    assert!(reply.text_at("/results/0/token").starts_with("ghi_"));
    server.mailbox().newest("new@example.com", "Ann Incorporated").await;

    let many: Vec<_> = (0..100).map(|n| format!("p{n}@example.com")).collect();
    ann.post(&bulk, json!({ "emails": many })).await.expect(200);
    let pages: usize = {
        let first = ann.get(&format!("{INVITES}?limit=100")).await.expect(200);
        let next = first.text_at("/next");
        let second = ann.get(&format!("{INVITES}?limit=100&after={next}")).await.expect(200);
        first.items().len() + second.items().len()
    };
    assert_eq!(pages, 102, "nothing is cut off");
    let too_many: Vec<_> = (0..101).map(|n| format!("q{n}@example.com")).collect();
    ann.post(&bulk, json!({ "emails": too_many })).await.refused(422, "invalid_request");
    ann.post(&bulk, json!({ "emails": [] })).await.refused(422, "invalid_request");
    ann.post(&bulk, json!({ "emails": ["z@example.com"], "role": "emperor" })).await.refused(422, "invalid_request");
    let organization = ann.get("/api/v1/organizations/me").await.expect(200).text_at("/id");
    let anns = format!("/api/v1/organizations/{organization}/invites/bulk");
    bob.post(&anns, json!({ "emails": ["z@example.com"] })).await.refused(403, "permission_denied");
    // Direct, in bulk: an account or not is the point, and whether the address is known to be its own.
    let emails = ["cid@example.com", "ghost@example.com", "dan@example.com", "bad"];
    let direct = json!({ "emails": emails, "mode": "direct" });
    let (cid, _) = (nobody.register("Cid").await, nobody.register("Dan").await);
    server.mailbox().verify(&cid).await;
    let reply = ann.post(&bulk, direct).await.expect(200);
    let statuses: Vec<_> =
        reply.body["results"].as_array().unwrap().iter().map(|it| it["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["added", "account_not_found", "email_not_verified", "invalid"]);
    // Who may not learns so, even where every address is bad.
    let bad = json!({ "emails": ["bad", ""], "mode": "direct" });
    bob.post(&anns, bad.clone()).await.refused(403, "permission_denied");
    nobody.register("Eve").await.post(&anns, bad).await.refused(404, "organization_not_found");
}

/// C-114: role only raised, flags added.
async fn raised_but_never_lowered(server: Server) {
    let nobody = server.client();
    let (ann, bob) = (nobody.register("Ann").await, nobody.register("Bob").await);
    let (_, token) = invite(&ann, json!({ "email": bob.email, "role": "member", "all_read": true })).await;
    ann.post("/api/v1/organizations/me/members", json!({ "user_id": bob.user_id, "role": "admin" })).await.expect(201);
    let joined = bob.post(ACCEPT, json!({ "token": token })).await.expect(200);
    assert_eq!(joined.body["role"], "admin");
    let member = ann.get(&format!("/api/v1/organizations/me/members/{}", bob.user_id)).await.expect(200);
    assert_eq!((&member.body["all_read"], &member.body["source"]), (&json!(true), &json!("direct_add")));
}

/// Nobody offers what they cannot give, nor by sending somebody else's offer again.
async fn as_owner_only_by_an_owner(server: Server) {
    let nobody = server.client();
    let (ann, bob) = (nobody.register("Ann").await, nobody.register("Bob").await);
    ann.post("/api/v1/organizations/me/members", json!({ "user_id": bob.user_id, "role": "admin" })).await.expect(201);
    let organization = ann.get("/api/v1/organizations/me").await.expect(200).text_at("/id");
    let invites = format!("/api/v1/organizations/{organization}/invites");
    bob.post(&invites, json!({ "email": "x@example.com", "role": "owner" }))
        .await
        .refused(403, "only_owners_manage_owners");
    let (id, _) = invite(&ann, json!({ "email": "x@example.com", "role": "owner" })).await;
    bob.post(&format!("{invites}/{id}/resend"), json!({})).await.refused(403, "only_owners_manage_owners");
    bob.post(&invites, json!({ "email": "y@example.com", "role": "admin" })).await.expect(201);
}

/// A role that is deleted, an organization that is stopped or deleted, an account that is disabled.
async fn what_becomes_of_it_when_things_go(server: Server) {
    let nobody = server.client();
    let (ann, bob) = (nobody.register("Ann").await, nobody.register("Bob").await);
    let role = ann.post("/api/v1/organizations/me/roles", json!({ "name": "Auditor", "permissions": ["audit.read"] }));
    let role = role.await.expect(201).text_at("/id");
    let (_, token) = invite(&ann, json!({ "email": bob.email, "role": "Auditor" })).await;
    ann.delete(&format!("/api/v1/organizations/me/roles/{role}")).await.expect(204);
    bob.post(ACCEPT, json!({ "token": token })).await.refused(409, "invitation_role_gone");
    let gone = ann.get(&format!("{INVITES}?email={}", bob.email)).await.expect(200).items()[0]["id"].clone();
    ann.delete(&format!("{INVITES}/{}", gone.as_str().unwrap())).await.expect(204);

    let (id, token) = invite(&ann, json!({ "email": "cid@example.com" })).await;
    let cid = nobody.register("Cid").await;
    let root = nobody.register("Rita Root").await;
    assert!(server.command(&["superadmin", "grant", "--email", &root.email]).await.status.success());
    let organization = ann.get("/api/v1/organizations/me").await.expect(200).text_at("/id");
    root.post(&format!("/api/v1/platform/organizations/{organization}/suspend"), json!({})).await.expect(200);
    cid.post(ACCEPT, json!({ "token": token })).await.refused(403, "organization_suspended");
    ann.post(INVITES, json!({ "email": "new@example.com" })).await.refused(403, "organization_suspended");
    root.post(&format!("/api/v1/platform/organizations/{organization}/restore"), json!({})).await.expect(200);

    // In the link mode nothing tells whether there is an account, or how it is (R-INV-7).
    root.post(&format!("/api/v1/platform/users/{}/disable", cid.user_id), json!({})).await.expect(200);
    ann.delete(&format!("{INVITES}/{id}")).await.expect(204);
    let (_, token) = invite(&ann, json!({ "email": cid.email })).await;
    let direct = json!({ "email": cid.email, "mode": "direct" });
    ann.post(INVITES, direct).await.refused(409, "account_disabled");
    cid.post(ACCEPT, json!({ "token": token })).await.refused(401, "unauthenticated");
    let (_, token) = invite(&ann, json!({ "email": bob.email, "role": "member" })).await;
    let name = ann.get("/api/v1/organizations/me").await.expect(200).text_at("/name");
    ann.delete_with("/api/v1/organizations/me", json!({ "name": name })).await.expect(204);
    bob.post(ACCEPT, json!({ "token": token })).await.refused(404, "invitation_not_found");
}
