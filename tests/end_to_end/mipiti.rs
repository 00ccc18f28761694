//! The walk of Mipiti's document: one organization per company, admins who
//! manage members, users who work.

use serde_json::json;

use crate::client::{Client, PASSWORD};
use crate::on_both_databases;
use crate::server::Server;

on_both_databases!(blueprint "mipiti":
    inviting_and_managing_members,
    every_user_in_exactly_one_organization,
    limits_and_usage,
    admins_only_with_a_plan_that_has_them,
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

    // M-10: the admin role comes with the Organization plan.
    superadmin(&server)
        .await
        .put(&format!("/api/v1/organizations/{organization}/plan"), json!({ "plan": "ORGANIZATION" }))
        .await
        .expect(200);
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

async fn superadmin(server: &Server) -> Client {
    let root = server.client().sign_up("Rita Root").await;
    assert!(server.command(&["superadmin", "grant", "--email", &root.email]).await.status.success());
    root
}

/// M-10: "only available in organizations with org-level billing".
async fn admins_only_with_a_plan_that_has_them(server: Server) {
    let nobody = server.client();
    let (owner, user) = (nobody.register("Olivia Owner").await, nobody.sign_up("Ugo User").await);
    let added = owner.post("/api/v1/organizations/me/members", json!({ "user_id": user.user_id })).await.expect(201);
    let member = format!("/api/v1/organizations/me/members/{}", user.user_id);
    let promote = async || owner.patch(&member, json!({ "role": "admin" })).await;
    let refused = promote().await.refused(409, "feature_not_in_plan");
    assert_eq!(refused.body["feature"], "organization_admins");
    let invite = json!({ "email": "x@example.com", "role": "admin", "mode": "link" });
    owner.post("/api/v1/organizations/me/invites", invite).await.refused(409, "feature_not_in_plan");
    // The owner of a free organization manages it all the same.
    owner.patch("/api/v1/organizations/me", json!({ "name": "Mipiti Labs" })).await.expect(200);

    let root = superadmin(&server).await;
    let plan = format!("/api/v1/organizations/{}/plan", added.text_at("/organization_id"));
    owner.put(&plan, json!({ "plan": "ORGANIZATION" })).await.refused(403, "plan_not_self_service");
    root.put(&plan, json!({ "plan": "GOLD" })).await.refused(422, "invalid_request");
    root.put(&plan, json!({ "plan": "organization" })).await.expect(200);
    root.put(&plan, json!({ "plan": "ORGANIZATION" })).await.refused(409, "plan_unchanged");
    promote().await.expect(200);
    // A downgrade takes nothing away: who is an admin stays one, and nobody else becomes one.
    root.put(&plan, json!({ "plan": "FREE" })).await.expect(200);
    assert_eq!(owner.get(&member).await.expect(200).body["role"], "admin");
    owner.patch(&member, json!({ "role": "user" })).await.expect(200);
    promote().await.refused(409, "feature_not_in_plan");
}

/// M-14 to M-19: limits that are configured for each organization, and how much of them is used.
async fn limits_and_usage(server: Server) {
    let nobody = server.client();
    let owner = nobody.register("Olivia Owner").await;
    let root = superadmin(&server).await;
    let id = owner.get("/api/v1/organizations/me").await.expect(200).text_at("/id");
    let limits = format!("/api/v1/organizations/{id}/limits");
    owner.put(&limits, json!({ "limits": { "members": 100 } })).await.refused(403, "superadmin_required");
    for bad in [json!({ "members": -1 }), json!({ "members": 1.5 }), json!({ "members": "3" }), json!({ "cakes": 3 })] {
        root.put(&limits, json!({ "limits": bad })).await.refused(422, "invalid_request");
    }
    root.put(&limits, json!({ "limits": { "members": 3, "workspaces": 10 } })).await.expect(200);

    // A pending invitation takes no seat, accepting does.
    let fourth = nobody.sign_up("Uli").await;
    let invites = "/api/v1/organizations/me/invites";
    let invite = json!({ "email": fourth.email, "mode": "link" });
    let token = owner.post(invites, invite).await.expect(201).text_at("/token");
    for name in ["Ugo", "Uma"] {
        let user = nobody.sign_up(name).await;
        owner.post("/api/v1/organizations/me/members", json!({ "user_id": user.user_id })).await.expect(201);
    }
    let accept = "/api/v1/organizations/invites/accept";
    fourth.post(accept, json!({ "token": token })).await.refused(409, "limit_reached");
    // M-16: at the limit, inviting returns an error, in either mode; M-19: and it is said how much there is.
    let add = json!({ "user_id": fourth.user_id });
    let full = owner.post("/api/v1/organizations/me/members", add).await.refused(409, "limit_reached");
    assert_eq!((&full.body["limit"], &full.body["used"], &full.body["max"]), (&json!("members"), &json!(3), &json!(3)));
    let invite = json!({ "email": "another@example.com", "mode": "link" });
    owner.post(invites, invite).await.refused(409, "limit_reached");
    let usage = owner.get(&format!("/api/organizations/{id}/usage")).await.expect(200);
    for (field, value) in [("workspace_count", 0), ("member_count", 3), ("max_workspaces", 10), ("max_members", 3)] {
        assert_eq!(usage.body[field], value, "{field}");
    }
    let members = &usage.body["limits"][0];
    assert_eq!(
        (&members["name"], &members["percent"], &members["level"]),
        (&json!("members"), &json!(100), &json!("red"))
    );
    let crossed = owner.get("/api/v1/organizations/me/audit-events?action=limit_threshold").await.expect(200);
    assert_eq!(crossed.items()[0]["details"]["percent"], "100", "M-18");

    // M-17: 0 is unlimited.
    root.put(&limits, json!({ "limits": { "members": 0 } })).await.expect(200);
    assert_eq!(owner.get(&format!("/api/organizations/{id}/usage")).await.expect(200).body["max_members"], 0);
    fourth.post(accept, json!({ "token": token })).await.expect(200);
    // A limit below what there is takes nobody out.
    root.put(&limits, json!({ "limits": { "members": 2 } })).await.expect(200);
    let usage = owner.get(&format!("/api/organizations/{id}/usage")).await.expect(200);
    assert_eq!((&usage.body["member_count"], &usage.body["limits"][0]["percent"]), (&json!(4), &json!(200)));
    fourth.get("/api/v1/organizations/me/usage").await.refused(403, "permission_denied");
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
