//! The walk of StrictOps' document: an organization from the first minute,
//! many organizations per user, a role in each.

use serde_json::json;

use crate::on_both_databases;
use crate::server::Server;

on_both_databases!(blueprint "strictops":
    an_organization_from_the_first_minute,
    many_organizations_with_a_role_in_each,
    tenants_are_isolated,
    subscription_tiers,
    projects,
);

/// S-03, S-04, S-05.
async fn an_organization_from_the_first_minute(server: Server) {
    let nobody = server.client();
    let body = json!({ "email": "a@example.com", "password": crate::client::PASSWORD, "name": "Ada" });
    let registered = nobody.post("/api/v1/auth/register", body).await.expect(201);
    assert!(registered.body["organization"]["id"].is_string(), "S-03: signing up makes an organization");
    assert_eq!(registered.body["organization"]["role"], "owner", "S-05: the first user may administer it");
    assert_eq!(registered.body["organization"]["name"], "Personal");
    let ada = nobody.login("a@example.com", crate::client::PASSWORD).await;
    let organization = registered.text_at("/organization/id");
    let name = registered.text_at("/organization/name");
    ada.delete_with(&format!("/api/v1/organizations/{organization}"), json!({ "name": name })).await.expect(204);

    // S-04: whoever asks without an organization gets one; at all three addresses of the route.
    let me = ada.get("/auth/me").await.expect(200);
    let made = me.text_at("/organization/id");
    assert_ne!(made, organization);
    for path in ["/api/auth/me", "/api/v1/auth/me"] {
        assert_eq!(ada.get(path).await.expect(200).text_at("/organization/id"), made);
    }
}

/// S-09, S-10, S-11: memberships carry roles, and a user may have many.
async fn many_organizations_with_a_role_in_each(server: Server) {
    let nobody = server.client();
    let customer = nobody.register("Carl Customer").await;
    for (name, role, shown) in [("Ann", "customer", "member"), ("Bob", "strictops_admin", "admin")] {
        // S-10: the document's names on the way in, and as labels on the way out.
        let owner = nobody.register(name).await;
        let added = json!({ "user_id": customer.user_id, "role": role });
        let member = owner.post("/api/v1/organizations/me/members", added).await.expect(201);
        assert_eq!((&member.body["role"], &member.body["role_label"]), (&json!(shown), &json!(role)));
    }
    let mine = customer.get("/api/v1/organizations").await.expect(200);
    let roles: Vec<_> =
        mine.items().iter().map(|mine| (mine["name"].as_str().unwrap(), mine["role"].as_str().unwrap())).collect();
    assert_eq!(
        roles,
        [("Ann Incorporated", "member"), ("Bob Incorporated", "admin"), ("Carl Customer Incorporated", "owner")]
    );
}

/// S-06, S-08: what one organization has, another does not see.
async fn tenants_are_isolated(server: Server) {
    let nobody = server.client();
    let (ann, bob) = (nobody.register("Ann").await, nobody.register("Bob").await);
    let anns = ann.get("/api/v1/organizations/me").await.expect(200).text_at("/id");
    let unknown = "00000000-0000-7000-8000-000000000000";
    for path in ["", "/member", "/members", "/roles", "/audit-events"] {
        let foreign =
            bob.get(&format!("/api/v1/organizations/{anns}{path}")).await.refused(404, "organization_not_found");
        let absent = bob.get(&format!("/api/v1/organizations/{unknown}{path}")).await.expect(404);
        let bare = |mut body: serde_json::Value| {
            body.as_object_mut().unwrap().remove("request_id");
            body
        };
        assert_eq!(bare(foreign.body), bare(absent.body), "a foreign id is told apart from an unknown one");
    }
    // N-15: both sides can see that it was tried.
    for (who, tried) in [(&ann, 5), (&bob, 10)] {
        let denied = who.get("/api/v1/organizations/me/audit-events?action=access_denied").await.expect(200);
        assert_eq!(denied.items().len(), tried);
        assert_eq!(denied.items()[0]["user_id"], bob.user_id.as_str());
        assert_eq!(denied.items()[0]["success"], false);
    }
}

/// S-12: the tier determines features and limits.
async fn subscription_tiers(server: Server) {
    let nobody = server.client();
    let ann = nobody.register("Ann").await;
    nobody.get("/api/v1/plans").await.refused(401, "unauthenticated");
    let plans = ann.get("/api/v1/plans").await.expect(200);
    let names: Vec<_> = plans.items().iter().map(|plan| plan["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["FREE", "STARTER", "PROFESSIONAL", "ENTERPRISE"]);
    let now = ann.get("/api/v1/organizations/me/entitlements").await.expect(200);
    assert_eq!(now.body["plan"]["name"], "FREE");
    let root = nobody.register("Rita Root").await;
    assert!(server.command(&["superadmin", "grant", "--email", &root.email]).await.status.success());
    let id = ann.get("/api/v1/organizations/me").await.expect(200).text_at("/id");
    let plan = format!("/api/v1/organizations/{id}/plan");
    // A preview changes nothing.
    let preview = root.put(&format!("{plan}?dry_run=true"), json!({ "plan": "ENTERPRISE" })).await.expect(200);
    assert_eq!((&preview.body["dry_run"], &preview.body["plan"]["name"]), (&json!(true), &json!("ENTERPRISE")));
    assert_eq!(ann.get("/api/v1/organizations/me").await.expect(200).body["plan"], "FREE");
    root.put(&plan, json!({ "plan": "ENTERPRISE" })).await.expect(200);
    let now = ann.get("/api/v1/organizations/me/entitlements").await.expect(200);
    assert_eq!(now.body["plan"]["name"], "ENTERPRISE");
    let events = ann.get("/api/v1/organizations/me/audit-events?action=change_plan").await.expect(200);
    assert_eq!((events.items().len(), &events.items()[0]["details"]["to"]), (1, &json!("ENTERPRISE")));
}

/// S-14, S-12: projects, as many as the tier has.
async fn projects(server: Server) {
    let ann = server.client().register("Ann").await;
    let kinds = ann.get("/api/v1/workspace-kinds").await.expect(200);
    assert_eq!((&kinds.items()[0]["name"], &kinds.items()[0]["plural"]), (&json!("project"), &json!("projects")));
    let project = ann.post("/api/v1/projects", json!({ "name": "Web Shop" })).await.expect(201);
    assert_eq!((&project.body["kind"], &project.body["slug"]), (&json!("project"), &json!("web-shop")));
    let at = format!("/api/v1/projects/{}", project.text_at("/id"));
    assert_eq!(ann.get(&at).await.expect(200).body["name"], "Web Shop");
    for name in ["Two", "Three"] {
        ann.post("/api/v1/projects", json!({ "name": name })).await.expect(201);
    }
    let full = ann.post("/api/v1/projects", json!({ "name": "Four" })).await.refused(409, "limit_reached");
    assert_eq!(full.body["limit"], "projects");
    let document = ann.get("/api/openapi.json").await.expect(200);
    assert!(document.body["paths"].as_object().unwrap().contains_key("/api/v1/projects"));
    // What another product calls its workspaces is nothing here.
    ann.get("/api/v1/boards").await.expect(404);
}
