//! The walk of Mipiti's document: one organization per company, admins who
//! manage members, users who work.

use serde_json::json;

use crate::client::PASSWORD;
use crate::on_both_databases;
use crate::server::Server;

on_both_databases!(blueprint "mipiti":
    inviting_and_managing_members,
    every_user_in_exactly_one_organization,
    editing_the_organization,
    the_account_outlives_the_membership,
);

async fn inviting_and_managing_members(server: Server) {
    let nobody = server.client();
    let owner = nobody.register("Olivia Owner").await;
    let user = nobody.sign_up("Ugo User").await;

    // M-06: "Invite by email" adds somebody with an account at once; M-09: as the default role.
    let invites = "/api/organizations/me/invites";
    // N-13: once they have shown that the e-mail is theirs, which anybody can register with.
    owner.post(invites, json!({ "email": user.email })).await.refused(409, "account_email_not_verified");
    let bulk = json!({ "emails": [user.email] });
    let bulk = owner.post(&format!("{invites}/bulk"), bulk).await.expect(200);
    assert_eq!(bulk.body["results"][0]["status"], "email_not_verified");
    assert_eq!(owner.get("/api/v1/organizations/me").await.expect(200).body["users_count"], 1);
    server.mailbox().verify(&user).await;
    let invited = owner.post(invites, json!({ "email": user.email })).await.expect(201);
    assert_eq!(invited.body["mode"], "direct");
    let member = &invited.body["member"];
    assert_eq!((&member["role"], &member["role_label"]), (&json!("member"), &json!("User")));
    assert_eq!(member["user"]["email"], user.email);
    // M-09: full access to what is in the organization's workspaces.
    assert_eq!((&member["all_read"], &member["all_write"]), (&json!(true), &json!(true)));
    let organization = invited.text_at("/member/organization_id");
    let members = format!("/api/v1/organizations/{organization}/members");

    // M-07: somebody without an account cannot be invited so; a link always works.
    owner.post(invites, json!({ "email": "stranger@example.com" })).await.refused(404, "account_not_found");
    let link = owner.post(invites, json!({ "email": "stranger@example.com", "mode": "link" })).await.expect(201);
    assert_eq!(link.body["mode"], "link");
    // C-03: nobody is a member twice.
    owner.post(invites, json!({ "email": user.email })).await.refused(409, "already_member");

    // M-09: users view members and settings, and change nothing.
    let seen = user.get(&members).await.expect(200);
    assert_eq!(seen.items().len(), 2);
    user.get(&format!("/api/v1/organizations/{organization}")).await.expect(200);
    user.post(&members, json!({ "email": owner.email })).await.refused(403, "permission_denied");
    user.patch(&format!("/api/v1/organizations/{organization}"), json!({ "name": "Mine" }))
        .await
        .refused(403, "permission_denied");
    user.delete(&format!("{members}/{}", owner.user_id)).await.refused(403, "permission_denied");

    // M-11, M-08: made an admin, the user may invite, remove and change roles.
    owner.patch(&format!("{members}/{}", user.user_id), json!({ "role": "admin" })).await.expect(200);
    let third = nobody.sign_up("Tia Third").await;
    server.mailbox().verify(&third).await;
    user.post(invites, json!({ "email": third.email, "role": "user" })).await.expect(201);
    user.patch(&format!("{members}/{}", third.user_id), json!({ "role": "admin" })).await.expect(200);

    // M-12, M-04: removed by an admin.
    user.delete(&format!("{members}/{}", third.user_id)).await.expect(204);
    user.get(&format!("{members}/{}", third.user_id)).await.refused(404, "member_not_found");
}

/// M-02: "Every user belongs to exactly one organization."
async fn every_user_in_exactly_one_organization(server: Server) {
    let nobody = server.client();
    let (owner, other) = (nobody.register("Olivia Owner").await, nobody.register("Otto Other").await);
    let user = nobody.sign_up("Ugo User").await;
    let mine = async || user.get("/api/v1/organizations").await.expect(200);
    assert_eq!(mine().await.items()[0]["name"], "Personal");
    let invites = "/api/v1/organizations/me/invites";
    server.mailbox().verify(&user).await;
    owner.post(invites, json!({ "email": user.email })).await.expect(201);
    assert_eq!(mine().await.items().len(), 1, "what was given at sign-up is replaced");
    assert_eq!(mine().await.items()[0]["name"], "Olivia Owner Incorporated");
    other.post(invites, json!({ "email": user.email })).await.refused(409, "already_in_organization");
    user.post("/api/v1/organizations", json!({ "name": "Mine" })).await.refused(409, "already_in_organization");
}

/// M-12: "The user's account is not deleted — they are simply removed."
async fn the_account_outlives_the_membership(server: Server) {
    let nobody = server.client();
    let owner = nobody.register("Olivia Owner").await;
    let user = nobody.sign_up("Ugo User").await;
    owner.post("/api/v1/organizations/me/members", json!({ "user_id": user.user_id })).await.expect(201);
    let path = format!("/api/v1/organizations/me/members/{}", user.user_id);
    owner.delete(&path).await.expect(204);
    let back = nobody.login(&user.email, PASSWORD).await;
    assert_eq!(back.user_id, user.user_id);
    let mine = back.get("/api/v1/organizations").await.expect(200);
    assert_eq!(mine.items().len(), 1, "only the organization of their own is left");
}

/// M-13: name or description, and Save Changes.
async fn editing_the_organization(server: Server) {
    let owner = server.client().register("Olivia Owner").await;
    let before = owner.get("/api/v1/organizations/me").await.expect(200);
    let edited = owner
        .patch("/api/v1/organizations/me", json!({ "name": "Mipiti Labs", "description": "Threat models" }))
        .await
        .expect(200);
    assert_eq!(edited.body["name"], "Mipiti Labs");
    assert_eq!(edited.body["description"], "Threat models");
    assert_eq!(edited.body["slug"], before.body["slug"], "the address stays");
    assert_ne!(edited.headers["etag"], before.headers["etag"]);
    let cleared = owner.patch("/api/v1/organizations/me", json!({ "description": null })).await.expect(200);
    assert!(cleared.body["description"].is_null());
    let events = owner.get("/api/v1/organizations/me/audit-events?action=update_organization").await.expect(200);
    assert_eq!(events.items().len(), 2);
}
