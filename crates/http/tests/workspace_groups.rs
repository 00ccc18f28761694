//! Groups of workspaces.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use serde_json::{Value, json};
use support::{Organization, Server};

fn base(organization: &Organization) -> String {
    format!("/api/v1/organizations/{}", organization.id)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn names(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|item| text(&item["name"])).collect()
}

/// C-14: groups order workspaces, and give nobody anything.
#[actix_web::test]
async fn groups() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let path = format!("{}/workspace-groups", base(&acme));
    let answer =
        acme.admin.call(&server, "POST", &path, Some(json!({"name": "Mills", "description": "They grind."}))).await;
    let group = answer.expect(201);
    let one = format!("{path}/{}", text(&group["id"]));
    assert_eq!(answer.header("location"), Some(one.as_str()));
    assert_eq!((&group["organization_id"], &group["description"]), (&json!(acme.id), &json!("They grind.")));
    assert_eq!(group.as_object().unwrap().len(), 6);
    let twice = Some(json!({"name": "mills"}));
    acme.admin.call(&server, "POST", &path, twice.clone()).await.problem(409, "workspace_group_name_taken");
    let read = acme.guest.get(&server, &one).await;
    assert_eq!(read.expect(200), group, "every member sees them");
    let tag = read.header("etag").unwrap().to_owned();
    let known = acme.guest.request("GET", &one, None).insert_header(("if-none-match", tag.clone()));
    assert_eq!(server.send(known).await.status.as_u16(), 304);
    assert_eq!(names(&acme.guest.get(&server, &path).await.expect(200)), ["Acme Engines", "Mills"]);
    let change = |tag: &str| {
        let body = json!({"name": "Windmills", "description": null});
        acme.admin.request("PATCH", &one, Some(body)).insert_header(("if-match", tag.to_owned()))
    };
    server.send(change("\"old\"")).await.problem(412, "precondition_failed");
    let changed = server.send(change(&tag)).await.expect(200);
    assert_eq!((&changed["name"], &changed["description"]), (&json!("Windmills"), &Value::Null));
    let engines = format!("{path}/{}", acme.group);
    acme.admin
        .call(&server, "PATCH", &one, Some(json!({"name": "ACME ENGINES"})))
        .await
        .problem(409, "workspace_group_name_taken");
    // Its workspaces stay, in none, and have changed.
    let workspace = format!("{}/workspaces/{}", base(&acme), acme.workspace);
    let before = acme.owner.get(&server, &workspace).await.header("etag").unwrap().to_owned();
    acme.admin.call(&server, "DELETE", &engines, None).await.expect(204);
    acme.admin.get(&server, &engines).await.problem(404, "workspace_group_not_found");
    let after = acme.owner.get(&server, &workspace).await;
    assert_eq!(after.expect(200)["group_id"], Value::Null);
    assert_ne!(after.header("etag"), Some(before.as_str()));
}
