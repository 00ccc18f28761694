//! The walk of Mission Control's document: owners, admins and members, the
//! active organization, the access-control workflow, troubleshooting.

use serde_json::json;

use crate::client::Client;
use crate::on_both_databases;
use crate::server::Server;

on_both_databases!(blueprint "mission-control":
    a_new_team,
    a_new_member,
    onboarding_comes_first,
    the_oldest_invitation_is_accepted_by_itself,
    the_active_organization,
    owners_admins_and_members,
    the_last_owner_stays,
    deleting_an_organization,
    troubleshooting,
    custom_roles,
);

/// C-138: name and time zone.
async fn onboard(who: &Client) {
    who.patch("/api/v1/users/me", json!({ "timezone": "Europe/Lisbon" })).await.expect(200);
}

/// C-15, the document's "New Team Setup", as far as organizations go.
async fn a_new_team(server: Server) {
    let nobody = server.client();
    let ada = nobody.sign_up("Ada").await;
    onboard(&ada).await;
    let organization = ada.post("/api/v1/organizations", json!({ "name": "Ops" })).await.expect(201).text_at("/id");
    let invites = format!("/api/v1/organizations/{organization}/invites");
    // C-112, by the document's names.
    let body = json!({ "invited_email": "Bob@example.com ", "role": "member", "all_boards_read": true });
    let invited = ada.post(&invites, body).await.expect(201);
    assert_eq!(invited.body["invitation"]["email"], "bob@example.com");
    assert_eq!(invited.body["invitation"]["all_read"], true);
    ada.post(&invites, json!({ "invited_email": "  " })).await.refused(422, "invalid_request");
    // C-111: pending ones, newest first; C-113: taken back once.
    ada.post(&invites, json!({ "email": "cid@example.com" })).await.expect(201);
    let list = ada.get(&invites).await.expect(200);
    let emails: Vec<_> = list.items().iter().map(|it| it["email"].as_str().unwrap()).collect();
    assert_eq!(emails, ["cid@example.com", "bob@example.com"]);
    let path = format!("{invites}/{}", list.items()[0]["id"].as_str().unwrap());
    ada.delete(&path).await.expect(204);
    ada.delete(&path).await.refused(404, "invitation_not_found");
}

/// C-16, the document's "Member Onboarding".
async fn a_new_member(server: Server) {
    let nobody = server.client();
    let Team { path, admin, .. } = team(&nobody).await;
    admin.post(&format!("{path}/invites"), json!({ "email": "new@example.com" })).await.expect(201);
    let mail = server.mailbox().newest("new@example.com", "Olga Owner Incorporated").await;
    let new = nobody.sign_up_as("new@example.com", "Nia New").await;
    new.post("/api/v1/organizations/invites/accept", json!({ "token": mail.token() })).await.expect(200);
    assert_eq!(new.get("/auth/me").await.expect(200).body["onboarding_required"], true);
    onboard(&new).await;
    assert_eq!(new.get("/auth/me").await.expect(200).body["onboarding_required"], false);
    let member = new.get(&format!("{path}/member")).await.expect(200);
    // C-06, C-112: a member, with no access but what is granted.
    assert_eq!((&member.body["role"], &member.body["all_read"]), (&json!("member"), &json!(false)));
}

/// C-19: "Cannot Create Organization … ensure onboarding complete (name + timezone set)".
async fn onboarding_comes_first(server: Server) {
    let ada = server.client().sign_up("Ada").await;
    ada.post("/api/v1/organizations", json!({ "name": "X" })).await.refused(403, "onboarding_incomplete");
    ada.patch("/api/v1/users/me", json!({ "timezone": "Mars/Olympus" })).await.refused(422, "invalid_request");
    onboard(&ada).await;
    ada.post("/api/v1/organizations", json!({ "name": "X" })).await.expect(201);
    ada.patch("/api/v1/users/me", json!({ "timezone": null })).await.expect(200);
    ada.post("/api/v1/organizations", json!({ "name": "Y" })).await.refused(403, "onboarding_incomplete");
}

/// C-120: without a click, the oldest one, as soon as the address is shown to be the user's.
async fn the_oldest_invitation_is_accepted_by_itself(server: Server) {
    let nobody = server.client();
    let (ann, dan) = (nobody.register("Ann").await, nobody.register("Dan").await);
    for who in [&ann, &dan] {
        who.post("/api/v1/organizations/me/invites", json!({ "email": "new@example.com" })).await.expect(201);
    }
    let new = nobody.sign_up_as("new@example.com", "Nia New").await;
    assert_eq!(new.get("/auth/me").await.expect(200).body["organization"]["name"], "Personal");
    server.mailbox().verify(&new).await;
    let me = new.get("/auth/me").await.expect(200);
    assert_eq!(me.body["organization"]["name"], "Ann Incorporated");
    let pending = me.body["pending_invitations"].as_array().unwrap();
    assert_eq!((pending.len(), &pending[0]["organization"]["name"]), (1, &json!("Dan Incorporated")));
}

/// C-100 to C-103, C-11.
async fn the_active_organization(server: Server) {
    let nobody = server.client();
    let ada = nobody.register("Ada").await;
    nobody.post("/api/v1/organizations", json!({ "name": "X" })).await.refused(401, "unauthenticated");
    onboard(&ada).await;
    ada.post("/api/v1/organizations", json!({ "name": "   " })).await.refused(422, "invalid_request");
    let created = ada.post("/api/v1/organizations", json!({ "name": " Research " })).await.expect(201);
    assert_eq!(created.body["name"], "Research");
    assert!(created.headers["location"].to_str().unwrap().ends_with(&created.text_at("/id")));
    // C-100: it becomes the active one, and its creator owns it with all access.
    let member = ada.get("/api/v1/organizations/me/member").await.expect(200);
    assert_eq!(member.body["organization_id"], created.body["id"]);
    assert_eq!((&member.body["role"], &member.body["all_write"]), (&json!("owner"), &json!(true)));
    let list = ada.get("/api/v1/organizations/me/list").await.expect(200);
    let names: Vec<_> = list
        .items()
        .iter()
        .map(|mine| (mine["name"].as_str().unwrap(), mine["is_active"].as_bool().unwrap()))
        .collect();
    assert_eq!(names, [("Ada Incorporated", false), ("Research", true)], "C-101: by name");

    // C-102: choosing another; what is not the caller's cannot be chosen.
    let first = list.items()[0]["id"].clone();
    ada.patch("/api/v1/organizations/me/active", json!({ "organization_id": first })).await.expect(200);
    assert_eq!(ada.get("/api/v1/organizations/me").await.expect(200).body["id"], first);
    let bob = nobody.register("Bob").await;
    bob.patch("/api/v1/organizations/me/active", json!({ "organization_id": first }))
        .await
        .refused(404, "organization_not_found");
    bob.patch("/api/v1/organizations/me/active", json!({ "organization_id": "x" }))
        .await
        .refused(422, "invalid_request");
}

/// An organization's path, and somebody with each role.
pub struct Team {
    pub path: String,
    pub owner: Client,
    pub admin: Client,
    pub member: Client,
}

pub async fn team(nobody: &Client) -> Team {
    let owner = nobody.register("Olga Owner").await;
    let admin = nobody.register("Adam Admin").await;
    let member = nobody.register("Mia Member").await;
    let organization = owner.get("/api/v1/organizations/me").await.expect(200).text_at("/id");
    let path = format!("/api/v1/organizations/{organization}");
    for (who, role) in [(&admin, "admin"), (&member, "member")] {
        owner.post(&format!("{path}/members"), json!({ "user_id": who.user_id, "role": role })).await.expect(201);
    }
    Team { path, owner, admin, member }
}

/// C-04 to C-06, C-17, C-105 to C-110.
async fn owners_admins_and_members(server: Server) {
    let nobody = server.client();
    let Team { path, owner, admin, member } = team(&nobody).await;
    let of = |who: &Client| format!("{path}/members/{}", who.user_id);

    // C-17: review the list, change a role, or remove.
    let list = admin.get(&format!("{path}/members")).await.expect(200);
    let emails: Vec<_> = list.items().iter().map(|member| member["user"]["email"].as_str().unwrap()).collect();
    assert_eq!(emails, ["adam.admin@example.com", "mia.member@example.com", "olga.owner@example.com"], "C-106");
    let found = admin.get(&format!("{path}/members?search=MIA&role=member")).await.expect(200);
    assert_eq!(found.items().len(), 1);

    // C-05: an admin is no owner: cannot make, change or remove one, nor delete.
    admin.patch(&of(&owner), json!({ "role": "member" })).await.refused(403, "only_owners_manage_owners");
    admin.patch(&of(&member), json!({ "role": "owner" })).await.refused(403, "only_owners_manage_owners");
    admin.patch(&of(&admin), json!({ "role": "owner" })).await.refused(403, "only_owners_manage_owners");
    admin.delete(&of(&owner)).await.refused(403, "only_owners_manage_owners");
    admin.delete_with(&path, json!({ "name": "Olga Owner Incorporated" })).await.refused(403, "permission_denied");
    // C-110: removing is for others.
    admin.delete(&of(&admin)).await.refused(403, "cannot_remove_yourself");
    // C-108: trimmed, any case, blank is member; anything else is refused, `null` too.
    admin.patch(&of(&member), json!({ "role": " ADMIN " })).await.expect(200);
    assert_eq!(admin.patch(&of(&member), json!({ "role": "  " })).await.expect(200).body["role"], "member");
    for bad in [json!({ "role": "emperor" }), json!({ "role": null }), json!({ "role": 7 }), json!({})] {
        admin.patch(&of(&member), bad).await.refused(422, "invalid_request");
    }
    // C-109: access is replaced; {} strips all.
    let access = admin.put(&format!("{}/access", of(&member)), json!({ "all_write": true })).await.expect(200);
    assert_eq!((&access.body["all_read"], &access.body["all_write"]), (&json!(true), &json!(true)));
    let access = admin.put(&format!("{}/access", of(&member)), json!({})).await.expect(200);
    assert_eq!((&access.body["all_read"], &access.body["all_write"]), (&json!(false), &json!(false)));

    // C-107: by membership id as well as by user id.
    let id = admin.get(&of(&member)).await.expect(200).text_at("/id");
    assert_eq!(
        admin.get(&format!("{path}/members/{id}")).await.expect(200).body["user"]["id"],
        member.user_id.as_str()
    );
    // C-12: who was active when.
    assert!(admin.get(&of(&admin)).await.expect(200).body["last_active_at"].is_string());
}

/// R-MEM-1, C-11, C-110: remove, demote, leave, delete the account.
async fn the_last_owner_stays(server: Server) {
    let nobody = server.client();
    let Team { path, owner, admin, .. } = team(&nobody).await;
    let of = |who: &Client| format!("{path}/members/{}", who.user_id);
    owner.post(&format!("{path}/leave"), json!({})).await.refused(409, "last_owner");
    owner.patch(&of(&owner), json!({ "role": "admin" })).await.refused(409, "last_owner");
    owner.delete("/api/v1/users/me").await.refused(409, "last_owner");
    // One atomic swap hands it over.
    let heir = json!({ "user_id": admin.user_id });
    admin.post(&format!("{path}/transfer-ownership"), heir.clone()).await.refused(403, "permission_denied");
    let heir = owner.post(&format!("{path}/transfer-ownership"), heir).await.expect(200);
    assert_eq!(heir.body["role"], "owner");
    assert_eq!(owner.get(&of(&owner)).await.expect(200).body["role"], "admin");
    owner.post(&format!("{path}/leave"), json!({})).await.expect(204);
    owner.get(&path).await.refused(404, "organization_not_found");
    admin.post(&format!("{path}/leave"), json!({})).await.refused(409, "last_owner");
}

/// C-09, C-104: everything goes, nothing fails, everybody keeps their account.
async fn deleting_an_organization(server: Server) {
    let nobody = server.client();
    let Team { path, owner, admin, member } = team(&nobody).await;
    let role = json!({ "name": "Auditor", "permissions": ["audit.read"] });
    owner.post(&format!("{path}/roles"), role).await.expect(201);
    owner.patch(&format!("{path}/members/{}", member.user_id), json!({ "role": "auditor" })).await.expect(200);
    owner.delete_with(&path, json!({ "name": "Another" })).await.refused(422, "invalid_request");
    owner.delete_with(&path, json!({ "name": "Olga Owner Incorporated" })).await.expect(204);
    for who in [&owner, &admin, &member] {
        who.get(&path).await.refused(404, "organization_not_found");
        who.get("/api/v1/users/me").await.expect(200);
    }
    assert_eq!(admin.get("/api/v1/organizations/me").await.expect(200).body["name"], "Adam Admin Incorporated");
    assert!(server.command(&["audit", "verify"]).await.status.success());
}

/// C-07, C-18, C-20: what am I, why may I not, who was denied.
async fn troubleshooting(server: Server) {
    let nobody = server.client();
    let Team { path, owner, member, .. } = team(&nobody).await;
    assert_eq!(member.get(&format!("{path}/member")).await.expect(200).body["role"], "member");
    let may = member.get(&format!("{path}/members/{}/permissions?explain=true", member.user_id)).await.expect(200);
    let names: Vec<_> = may.body["permissions"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert!(names.contains(&"member.read") && !names.contains(&"member.add"), "{names:?}");
    assert_eq!(may.body["explanation"][0]["source"], "role");
    let check = async |who: &Client, question| {
        who.post(&format!("{path}/check"), question).await.expect(200).body["allowed"].as_bool().unwrap()
    };
    assert!(!check(&member, json!({ "permission": "member.add" })).await);
    assert!(check(&owner, json!({ "permission": "member.add" })).await);
    assert!(!check(&owner, json!({ "permission": "member.add", "user_id": member.user_id })).await);
    member.post(&format!("{path}/check"), json!({ "permission": "fly" })).await.refused(422, "invalid_request");
    let refused = member.get(&format!("{path}/audit-events")).await.refused(403, "permission_denied");
    assert!(refused.text_at("/detail").contains("audit.read"), "it says what is missing and whom to ask");
    let denied = owner.get(&format!("{path}/audit-events?action=access_denied")).await.expect(200);
    assert_eq!(denied.items()[0]["details"]["permission"], "audit.read");
}

/// Custom roles: nobody grants what they lack; a replacement for those who hold a deleted one.
async fn custom_roles(server: Server) {
    let nobody = server.client();
    let Team { path, owner, admin, member } = team(&nobody).await;
    let roles = format!("{path}/roles");
    let recruiter = json!({ "name": "Recruiter", "permissions": ["member.read", "member.add", "role.manage"] });
    let role = admin.post(&roles, recruiter.clone()).await.expect(201).text_at("/id");
    admin.post(&roles, recruiter).await.refused(409, "role_name_taken");
    admin.post(&roles, json!({ "name": "Admin", "permissions": [] })).await.refused(422, "invalid_request");
    owner
        .post(&roles, json!({ "name": "Undertaker", "permissions": ["organization.delete"] }))
        .await
        .refused(403, "owner_only_permission");
    let of_member = format!("{path}/members/{}", member.user_id);
    let changed = admin.patch(&of_member, json!({ "role": role })).await.expect(200);
    assert_eq!((&changed.body["role"], &changed.body["role_id"]), (&json!("Recruiter"), &json!(role)));
    // The recruiter adds members, and gives nobody what they lack.
    let guest = nobody.register("Gus Guest").await;
    let as_admin = json!({ "user_id": guest.user_id, "role": "admin" });
    member.post(&format!("{path}/members"), as_admin).await.refused(403, "permission_not_held");
    member
        .post(&roles, json!({ "name": "Auditor", "permissions": ["audit.read"] }))
        .await
        .refused(403, "permission_not_held");
    let own = json!({ "permissions": ["member.read", "member.add", "role.manage", "member.remove"] });
    member.patch(&format!("{roles}/{role}"), own).await.refused(403, "permission_not_held");
    member.post(&format!("{path}/members"), json!({ "user_id": guest.user_id, "role": "recruiter" })).await.expect(201);
    // Deleting needs a replacement while somebody holds it.
    admin.delete(&format!("{roles}/{role}")).await.refused(409, "role_in_use");
    admin.delete(&format!("{roles}/{role}?replacement=member")).await.expect(204);
    assert_eq!(admin.get(&of_member).await.expect(200).body["role"], "member");
    assert_eq!(admin.get(&roles).await.expect(200).items().len(), 0);
}
