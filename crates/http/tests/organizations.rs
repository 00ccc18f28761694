//! Organizations, members, roles and the platform, as people use them.

mod support;

use serde_json::{Value, json};
use support::{Server, request};

/// N-01, N-02, C-100, C-102, C-103, C-104.
#[actix_web::test]
async fn the_life_of_an_organization() {
    let server = Server::start().await;
    let ada = server.register("Ada").await;
    let wish = json!({"name": "Partner Corp.", "description": "P", "domain": "partner.example"});
    let answer = ada.call(&server, "POST", "/api/v1/organizations", Some(wish.clone())).await;
    let made = answer.expect(201);
    let id = made["id"].as_str().unwrap().to_owned();
    assert_eq!(answer.header("location"), Some(format!("/api/v1/organizations/{id}").as_str()));
    assert_eq!(
        (&made["slug"], &made["status"], &made["plan"]),
        (&json!("partner-corp"), &json!("active"), &json!("FREE"))
    );
    assert_eq!(
        (&made["users_count"], &made["workspaces_count"], &made["role"]),
        (&json!(1), &json!(0), &json!("owner"))
    );
    // Names are free, chosen slugs are not.
    let again = ada.call(&server, "POST", "/api/v1/organizations", Some(wish)).await.expect(201);
    assert_ne!(again["slug"], made["slug"]);
    let taken = json!({"name": "Other", "slug": "partner-corp"});
    ada.call(&server, "POST", "/api/v1/organizations", Some(taken)).await.problem(409, "slug_taken");
    let me = ada.get(&server, "/api/v1/organizations/me").await.expect(200);
    assert_eq!(me["id"], again["id"], "the new one is active");
    let switched =
        ada.call(&server, "PATCH", "/api/v1/organizations/me/active", Some(json!({"organization_id": id}))).await;
    assert_eq!((&switched.expect(200)["id"], &switched.json()["is_active"]), (&json!(id), &json!(true)));
    assert_eq!(ada.get(&server, "/api/organizations/me").await.expect(200)["id"], json!(id));
    ada.call(&server, "DELETE", "/api/v1/organizations/me", Some(json!({"name": "Partner Corp."}))).await.expect(204);
    ada.get(&server, &format!("/api/v1/organizations/{id}")).await.problem(404, "organization_not_found");
    let again = again["id"].as_str().unwrap();
    let path = format!("/api/v1/organizations/{again}/delete");
    ada.call(&server, "POST", &path, Some(json!({"name": "Partner Corp."}))).await.expect(204);
    let left = ada.get(&server, "/api/v1/organizations").await.expect(200);
    assert_eq!(left["items"].as_array().unwrap().len(), 1);
}

/// M-06, M-07, M-11, M-12, C-05, C-08, C-17, C-108, C-109, C-110.
#[actix_web::test]
async fn the_life_of_a_member() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let base = format!("/api/v1/organizations/{}", acme.id);
    let grace = server.register("Grace").await;
    let members = format!("{base}/members");
    let missing = json!({"email": "nobody@example.com"});
    acme.owner.call(&server, "POST", &members, Some(missing)).await.problem(404, "account_not_found");
    // N-13: an address that nobody has shown to be theirs names nobody.
    let by_email = json!({"email": "Grace@example.com", "role": " Customer "});
    let unshown = acme.admin.call(&server, "POST", &members, Some(by_email.clone())).await;
    unshown.problem(409, "account_email_not_verified");
    assert_eq!(acme.owner.get(&server, &base).await.expect(200)["users_count"], 4);
    server.verify_email(&grace).await;
    let answer = acme.admin.call(&server, "POST", &members, Some(by_email)).await;
    let member = answer.expect(201);
    let id = member["id"].as_str().unwrap();
    assert_eq!(answer.header("location"), Some(format!("{members}/{id}").as_str()));
    assert_eq!(
        (&member["role"], &member["source"], &member["role_id"]),
        (&json!("member"), &json!("direct_add"), &Value::Null)
    );
    assert_eq!(
        member["user"],
        json!({"id": grace.id, "email": "grace@example.com", "name": "Grace", "preferred_name": null})
    );
    let again = json!({"user_id": grace.id});
    acme.owner.call(&server, "POST", &members, Some(again)).await.problem(409, "already_member");
    let path = format!("{members}/{}", grace.id);
    let role = async |role: &str| acme.owner.call(&server, "PATCH", &path, Some(json!({"role": role}))).await;
    assert_eq!(role("ADMIN").await.expect(200)["role"], "admin");
    assert_eq!(role("guest").await.expect(200)["role_id"], json!(acme.role));
    assert_eq!(role(&acme.role).await.expect(200)["role"], "guest");
    assert_eq!(role("  ").await.expect(200)["role"], "member", "C-108: blank is member");
    let owner = format!("{members}/{}", acme.owner.id);
    let demote = json!({"role": "member"});
    acme.admin.call(&server, "PATCH", &owner, Some(demote.clone())).await.problem(403, "only_owners_manage_owners");
    acme.admin
        .call(&server, "PATCH", &path, Some(json!({"role": "owner"})))
        .await
        .problem(403, "only_owners_manage_owners");
    acme.owner.call(&server, "PATCH", &owner, Some(demote)).await.problem(409, "last_owner");
    acme.owner.call(&server, "DELETE", &owner, None).await.problem(403, "cannot_remove_yourself");
    acme.owner.call(&server, "POST", &format!("{base}/leave"), None).await.problem(409, "last_owner");
    let access =
        async |body: Value| acme.owner.call(&server, "PUT", &format!("{path}/access"), Some(body)).await.expect(200);
    let flags = |member: &Value| (member["all_read"].clone(), member["all_write"].clone());
    assert_eq!(flags(&access(json!({"all_write": true})).await), (json!(true), json!(true)));
    assert_eq!(flags(&access(json!({"all_read": true})).await), (json!(true), json!(false)));
    assert_eq!(flags(&access(json!({})).await), (json!(false), json!(false)));
    let mine = grace.get(&server, &format!("{base}/member")).await.expect(200);
    assert_eq!(mine["id"], member["id"]);
    let heir = acme
        .owner
        .call(&server, "POST", &format!("{base}/transfer-ownership"), Some(json!({"user_id": grace.id})))
        .await;
    assert_eq!((&heir.expect(200)["role"], &heir.json()["user_id"]), (&json!("owner"), &json!(grace.id)));
    assert_eq!(acme.owner.get(&server, &owner).await.expect(200)["role"], "admin");
    grace.call(&server, "DELETE", &owner, None).await.expect(204);
    acme.owner.get(&server, &base).await.problem(404, "organization_not_found");
    acme.member.call(&server, "POST", &format!("{base}/leave"), None).await.expect(204);
    acme.member.get(&server, &base).await.problem(404, "organization_not_found");
    assert_eq!(grace.get(&server, &base).await.expect(200)["users_count"], 3);
}

/// C-18, C-20: what may a member do, and why?
#[actix_web::test]
async fn permissions_are_explained_and_checked() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let base = format!("/api/v1/organizations/{}", acme.id);
    let path = format!("{base}/members/{}/permissions", acme.guest.id);
    let plain = acme.guest.get(&server, &path).await.expect(200);
    assert_eq!(plain["permissions"], json!(["organization.read", "organization.leave"]));
    assert!(plain.get("explanation").is_none());
    let explained = acme.owner.get(&server, &format!("{path}?explain=true")).await.expect(200);
    assert_eq!((&explained["role"], &explained["user_id"]), (&json!("guest"), &json!(acme.guest.id)));
    assert_eq!(
        explained["explanation"][0],
        json!({"permission": "organization.read", "source": "role", "role": "guest"})
    );
    let root = server.superadmin().await;
    server.add(&acme.owner, &acme.id, &root, "member").await;
    let own = format!("{base}/members/{}/permissions?explain=true", root.id);
    let superadmin = root.get(&server, &own).await.expect(200);
    assert_eq!(
        superadmin["explanation"][0],
        json!({"permission": "organization.read", "source": "superadmin", "role": null})
    );

    let check =
        async |person: &support::Person, path: &str, body: Value| person.call(&server, "POST", path, Some(body)).await;
    let of = |permission: &str, user: Option<&str>| match user {
        Some(user) => json!({"permission": permission, "user_id": user}),
        None => json!({"permission": permission}),
    };
    let path = format!("{base}/check");
    for (person, permission, user, allowed) in [
        (&acme.owner, "organization.delete", None, true),
        (&acme.admin, "organization.delete", None, false),
        (&acme.member, "member.read", None, true),
        (&acme.guest, "member.read", None, false),
        (&acme.owner, "member.add", Some(&acme.admin.id), true),
        (&acme.owner, "member.add", Some(&acme.member.id), false),
        (&acme.owner, "organization.read", Some(&acme.removed.id), false),
        (&acme.guest, "organization.read", Some(&acme.guest.id), true),
    ] {
        let answer = check(person, &path, of(permission, user.map(String::as_str))).await;
        assert_eq!(answer.expect(200), json!({"allowed": allowed}), "{permission}");
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
    assert_eq!(
        check(&acme.owner, "/api/organizations/me/check", of("audit.read", None)).await.expect(200),
        json!({"allowed": true})
    );
    let keyed =
        request("POST", &path, Some(&of("audit.read", None))).insert_header(("x-api-key", acme.admin.token.clone()));
    assert_eq!(server.send(keyed).await.expect(200), json!({"allowed": true}));
}

#[actix_web::test]
async fn the_life_of_a_role() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let base = format!("/api/v1/organizations/{}", acme.id);
    let roles = format!("{base}/roles");
    let wish = json!({"name": "Auditor", "description": "Reads", "permissions": ["audit.read"]});
    let answer = acme.admin.call(&server, "POST", &roles, Some(wish.clone())).await;
    let role = answer.expect(201);
    let path = format!("{roles}/{}", role["id"].as_str().unwrap());
    assert_eq!(answer.header("location"), Some(path.as_str()));
    assert_eq!(role["permissions"], json!(["organization.read", "organization.leave", "audit.read"]));
    acme.owner.call(&server, "POST", &roles, Some(wish)).await.problem(409, "role_name_taken");
    let too_much = json!({"name": "King", "permissions": ["organization.delete"]});
    acme.owner.call(&server, "POST", &roles, Some(too_much)).await.problem(403, "owner_only_permission");
    let member = format!("{base}/members/{}", acme.member.id);
    acme.owner.call(&server, "PATCH", &member, Some(json!({"role": "auditor"}))).await.expect(200);
    acme.member.get(&server, &format!("{base}/audit-events")).await.expect(200);
    let changed = acme
        .owner
        .call(&server, "PATCH", &path, Some(json!({"permissions": [], "description": null})))
        .await
        .expect(200);
    assert_eq!(
        (&changed["permissions"], &changed["description"]),
        (&json!(["organization.read", "organization.leave"]), &Value::Null)
    );
    acme.member.get(&server, &format!("{base}/audit-events")).await.problem(403, "permission_denied");
    acme.owner.call(&server, "DELETE", &path, None).await.problem(409, "role_in_use");
    let owners = format!("{path}?replacement=owner");
    let refused = acme.owner.call(&server, "DELETE", &owners, None).await;
    assert_eq!(refused.faults(), [("replacement".to_owned(), "invalid_replacement".to_owned())]);
    acme.owner.call(&server, "DELETE", &format!("{path}?replacement=admin"), None).await.expect(204);
    acme.owner.get(&server, &path).await.problem(404, "role_not_found");
    assert_eq!(acme.owner.get(&server, &member).await.expect(200)["role"], "admin");
}

/// M-55, M-57, N-30, N-32, N-33, N-35, N-36.
#[actix_web::test]
async fn the_platform() {
    let server = Server::start().await;
    let mut acme = server.organization("Acme").await;
    let root = server.superadmin().await;
    let (id, base) = (acme.id.clone(), format!("/api/v1/organizations/{}", acme.id));
    let set = async |what: &str| {
        root.call(&server, "POST", &format!("/api/v1/platform/organizations/{id}/{what}"), None).await
    };
    let suspended = set("suspend").await.expect(200);
    assert_eq!((&suspended["status"], &suspended["killed_sessions"]), (&json!("suspended"), &json!(0)));
    set("suspend").await.problem(409, "status_unchanged");
    acme.owner.get(&server, &base).await.expect(200);
    acme.owner.call(&server, "PATCH", &base, Some(json!({"name": "X"}))).await.problem(403, "organization_suspended");
    let check = json!({"permission": "organization.update"});
    let answer = acme.owner.call(&server, "POST", &format!("{base}/check"), Some(check.clone())).await;
    assert_eq!(answer.expect(200), json!({"allowed": false}));
    let locked = set("lockdown").await.expect(200);
    // Owner, admin, member and guest; a superadmin's session goes on.
    assert_eq!((&locked["status"], &locked["killed_sessions"]), (&json!("lockdown"), &json!(4)));
    acme.owner.get(&server, &base).await.problem(401, "unauthenticated");
    root.get(&server, "/auth/me").await.expect(200);
    for person in [&mut acme.owner, &mut acme.member, &mut acme.guest] {
        *person = server.login(person).await;
    }
    acme.owner.get(&server, &base).await.problem(403, "organization_locked_down");
    acme.owner
        .call(&server, "POST", &format!("{base}/check"), Some(check))
        .await
        .problem(403, "organization_locked_down");
    let locked = root.get(&server, "/api/v1/platform/organizations?status=lockdown").await.expect(200);
    assert_eq!(locked["items"].as_array().unwrap().len(), 1);
    let restored = set("restore").await.expect(200);
    assert_eq!((&restored["status"], &restored["killed_sessions"]), (&json!("active"), &json!(0)));
    acme.owner.get(&server, &base).await.expect(200);
    let unknown = "/api/v1/platform/organizations/01980000-0000-7000-8000-00000000dead/suspend";
    root.call(&server, "POST", unknown, None).await.problem(404, "organization_not_found");

    let wish = json!({"name": "For Them", "slug": "for-them", "owner": {"email": "acmemember@example.com"}});
    let unshown = root.call(&server, "POST", "/api/v1/platform/organizations", Some(wish.clone())).await;
    unshown.problem(409, "account_email_not_verified");
    server.verify_email(&acme.member).await;
    let answer = root.call(&server, "POST", "/api/v1/platform/organizations", Some(wish)).await;
    let made = answer.expect(201);
    let path = answer.header("location").unwrap().to_owned();
    assert_eq!((&made["slug"], path.ends_with(made["id"].as_str().unwrap())), (&json!("for-them"), true));
    assert_eq!(acme.member.get(&server, &format!("{path}/member")).await.expect(200)["role"], "owner");
    let nobody = json!({"name": "X", "owner": {"user_id": "01980000-0000-7000-8000-00000000dead"}});
    root.call(&server, "POST", "/api/v1/platform/organizations", Some(nobody)).await.problem(404, "account_not_found");
    let newest = root.get(&server, "/api/v1/platform/organizations?limit=1").await.expect(200);
    assert_eq!(newest["items"][0]["id"], made["id"], "N-32: newest first");

    let users = root.get(&server, "/api/v1/platform/users?search=acmeguest").await.expect(200);
    assert_eq!(users["items"][0]["id"], json!(acme.guest.id));
    let toggle = async |what: &str| {
        root.call(&server, "POST", &format!("/api/v1/platform/users/{}/{what}", acme.guest.id), None).await.expect(200)
    };
    assert!(toggle("disable").await["disabled_at"].is_string());
    acme.guest.get(&server, "/auth/me").await.problem(401, "unauthenticated");
    assert_eq!(toggle("enable").await["disabled_at"], Value::Null);
    acme.guest.get(&server, "/auth/me").await.problem(401, "unauthenticated");
    server.login(&acme.guest).await.get(&server, "/auth/me").await.expect(200);
    let unknown = "/api/v1/platform/users/not-an-id/disable";
    root.call(&server, "POST", unknown, None).await.problem(404, "account_not_found");
}

/// Every versioned route answers without the version too.
#[actix_web::test]
async fn the_unversioned_routes_are_the_same() {
    let server = Server::start().await;
    let ada = server.register("Ada").await;
    for path in [
        "/organizations/me",
        "/organizations/me/member",
        "/organizations/me/members",
        "/organizations/me/roles",
        "/organizations/me/invites",
        "/organizations/me/domains",
        "/organizations/me/join-requests",
        "/organizations/me/entitlements",
        "/organizations/me/usage",
        "/plans",
        "/users/me",
        "/users/me/invites",
        "/auth/me",
        "/auth/setup",
        "/users/me/sessions",
    ] {
        let versioned = ada.get(&server, &format!("/api/v1{path}")).await.expect(200);
        assert_eq!(ada.get(&server, &format!("/api{path}")).await.expect(200), versioned, "{path}");
    }
}
