//! Mission Control's boards: workspaces of the kind `board`, who may see which,
//! groups, and what to do when somebody sees nothing.

use serde_json::{Value, json};

use crate::client::Client;
use crate::mission_control::{self, Team};
use crate::on_both_databases;
use crate::server::Server;

on_both_databases!(blueprint "mission-control":
    a_new_board,
    access_by_grants_and_flags,
    invited_with_access,
    board_errors,
    board_groups,
    a_member_sees_nothing,
    checks_in_a_batch,
);

/// An owner, an admin and a member, for whom `me` is their team.
async fn team(nobody: &Client) -> Team {
    let team = mission_control::team(nobody).await;
    let active = json!({ "organization_id": team.path.rsplit('/').next() });
    for who in [&team.admin, &team.member] {
        who.patch("/api/v1/organizations/me/active", active.clone()).await.expect(200);
    }
    team
}

async fn board(who: &Client, name: &str) -> String {
    who.post("/api/v1/boards", json!({ "name": name })).await.expect(201).text_at("/id")
}

async fn names(who: &Client) -> Vec<String> {
    let list = who.get("/api/v1/boards").await.expect(200);
    list.items().iter().map(|board| board["name"].as_str().unwrap().to_owned()).collect()
}

/// C-15: the last step of "New Team Setup"; C-06: members create boards; C-14: `max_agents`; C-21.
async fn a_new_board(server: Server) {
    let Team { path, owner, member, .. } = team(&server.client()).await;
    let body = json!({ "name": "Launch", "limits": { "max_agents": 5 }, "fields": { "objective": "Ship it" } });
    let board = member.post("/api/v1/boards", body).await.expect(201);
    assert_eq!((&board.body["kind"], &board.body["slug"]), (&json!("board"), &json!("launch")));
    assert_eq!((&board.body["limits"]["max_agents"], &board.body["access"]), (&json!(5), &json!("manage")));
    assert_eq!(board.body["organization_id"].as_str(), path.rsplit('/').next());
    assert_eq!(board.body["created_by"], member.user_id.as_str());
    let at = format!("/api/v1/boards/{}", board.text_at("/id"));
    assert!(board.headers["location"].to_str().unwrap().ends_with(&board.text_at("/id")));
    // An agent limit of 0 is none at all, and what is cleared is as the blueprint has it.
    let none = member.patch(&at, json!({ "limits": { "max_agents": 0 } })).await.expect(200);
    assert_eq!(none.body["limits"]["max_agents"], 0);
    let default = member.patch(&at, json!({ "limits": { "max_agents": null } })).await.expect(200);
    assert_eq!(default.body["limits"]["max_agents"], 1);
    for bad in [
        json!({ "limits": { "max_agents": -1 } }),
        json!({ "limits": { "max_agents": 1.5 } }),
        json!({ "limits": { "max_gateways": 1 } }),
        json!({ "fields": { "objective": 7 } }),
        json!({ "fields": { "colour": "red" } }),
        json!({ "name": " " }),
        json!({ "created_by": owner.user_id }),
    ] {
        member.patch(&at, bad).await.refused(422, "invalid_request");
    }
    let unknown = json!({ "name": "X", "kind": "galaxy" });
    member.post(&format!("{path}/workspaces"), unknown).await.refused(422, "invalid_request");
    // The same slug twice: asked for, a conflict; made from the name, another one.
    let again = json!({ "name": "Launch", "slug": "launch" });
    member.post("/api/v1/boards", again).await.refused(409, "slug_taken");
    let other = member.post("/api/v1/boards", json!({ "name": "Launch" })).await.expect(201);
    assert!(other.text_at("/slug").starts_with("launch-"));
}

/// C-109, C-121: reading and writing by flag or grant, replaced as a whole.
async fn access_by_grants_and_flags(server: Server) {
    let Team { path, owner, admin, member } = team(&server.client()).await;
    let (alpha, beta) = (board(&owner, "Alpha").await, board(&owner, "Beta").await);
    let access = format!("{path}/members/{}/access", member.user_id);
    let check = async |permission: &str, workspace: &str| {
        let question = json!({ "permission": permission, "workspace_id": workspace });
        member.post(&format!("{path}/check"), question).await.expect(200).body["allowed"].as_bool().unwrap()
    };
    assert!(names(&member).await.is_empty(), "C-112: nothing but what is granted");
    let granted = json!({ "grants": [{ "workspace_id": alpha }, { "workspace_id": beta, "can_write": true }] });
    let answer = admin.put(&access, granted).await.expect(200);
    assert_eq!(answer.body["grants"].as_array().unwrap().len(), 2);
    assert_eq!(names(&member).await, ["Alpha", "Beta"]);
    assert!(check("workspace.read", &alpha).await && !check("workspace.write", &alpha).await);
    assert!(check("workspace.read", &beta).await && check("workspace.write", &beta).await, "writing includes reading");
    assert!(!check("workspace.manage", &beta).await);
    // Replaced, by the document's own names.
    let replaced = json!({ "board_access": [{ "board_id": alpha, "can_read": true, "can_write": false }] });
    admin.put(&access, replaced).await.expect(200);
    assert_eq!(names(&member).await, ["Alpha"]);
    // "If either all-flag is set, explicit rows are dropped."
    let all = json!({ "all_boards_read": true, "board_access": [{ "board_id": beta, "can_write": true }] });
    let all = admin.put(&access, all).await.expect(200);
    assert_eq!((&all.body["all_read"], &all.body["grants"]), (&json!(true), &json!([])));
    assert_eq!(names(&member).await, ["Alpha", "Beta"]);
    assert!(!check("workspace.write", &beta).await);
    admin.put(&access, json!({})).await.expect(200);
    assert!(names(&member).await.is_empty());

    // What cannot be.
    let twice = json!({ "grants": [{ "workspace_id": alpha }, { "workspace_id": alpha, "can_write": true }] });
    let twice = admin.put(&access, twice).await.refused(422, "invalid_request");
    assert_eq!(twice.text_at("/errors/0/pointer"), "/grants/1/workspace_id");
    let nothing = json!({ "grants": [{ "workspace_id": alpha, "can_read": false }] });
    admin.put(&access, nothing).await.refused(422, "invalid_request");
    let stranger = server.client().register("Sid Stranger").await;
    stranger.patch("/api/v1/users/me", json!({ "timezone": "UTC" })).await.expect(200);
    let foreign = board(&stranger, "Theirs").await;
    let foreign = json!({ "grants": [{ "workspace_id": foreign }] });
    let foreign = admin.put(&access, foreign).await.refused(422, "invalid_request");
    let unknown = json!({ "grants": [{ "workspace_id": "00000000-0000-7000-8000-000000000000" }] });
    let unknown = admin.put(&access, unknown).await.refused(422, "invalid_request");
    assert_eq!(foreign.body["errors"], unknown.body["errors"], "a foreign id is as an unknown one");
    assert!(names(&member).await.is_empty(), "what was refused changed nothing");
    // Owners and admins have all by their role.
    let of_admin = format!("{path}/members/{}/access", admin.user_id);
    owner.put(&of_admin, json!({})).await.refused(409, "access_by_role");
    assert_eq!(names(&admin).await, ["Alpha", "Beta"]);
    member.put(&access, json!({ "all_read": true })).await.refused(403, "permission_denied");
}

/// C-112, C-114: what an invitation gives, as far as it is there when it is accepted; only raised.
async fn invited_with_access(server: Server) {
    let nobody = server.client();
    let Team { path, owner, member, .. } = team(&nobody).await;
    let (alpha, beta, gone) = (board(&owner, "Alpha").await, board(&owner, "Beta").await, board(&owner, "Gone").await);
    let invites = format!("{path}/invites");
    let body = json!({
        "email": "new@example.com",
        "grants": [{ "workspace_id": alpha }, { "workspace_id": gone }],
    });
    let invited = owner.post(&invites, body).await.expect(201);
    assert_eq!(invited.body["invitation"]["grants"].as_array().unwrap().len(), 2);
    let token = invited.text_at("/token");
    owner.delete(&format!("/api/v1/boards/{gone}")).await.expect(204);
    let new = nobody.sign_up_as("new@example.com", "Nia New").await;
    new.post("/api/v1/organizations/invites/accept", json!({ "token": token })).await.expect(200);
    let at = format!("{path}/workspaces");
    assert_eq!(new.get(&at).await.expect(200).items().len(), 1);

    // Somebody who is a member already: raised, and not lowered.
    let access = format!("{path}/members/{}/access", member.user_id);
    owner.put(&access, json!({ "grants": [{ "workspace_id": alpha, "can_write": true }] })).await.expect(200);
    let foreign = json!({ "email": "x@example.com", "grants": [{ "workspace_id": gone }] });
    owner.post(&invites, foreign).await.refused(422, "invalid_request");
    let mine = member.get(&access).await.expect(200);
    assert_eq!(mine.body["grants"], json!([{ "workspace_id": alpha, "can_read": true, "can_write": true }]));
    // C-06: nobody gives what they lack.
    member.post(&invites, json!({ "email": "y@example.com" })).await.refused(403, "permission_denied");
    assert!(!beta.is_empty());
}

/// C-122, with the organization in the path: unknown, foreign, and not for me.
async fn board_errors(server: Server) {
    let Team { path, owner, member, .. } = team(&server.client()).await;
    let id = board(&owner, "Secret").await;
    let refused = member.get(&format!("/api/v1/boards/{id}")).await.refused(403, "workspace_access_denied");
    assert!(refused.text_at("/detail").contains("ask"), "C-20: it says what to do: {}", refused.text);
    member
        .patch(&format!("/api/v1/boards/{id}"), json!({ "name": "Mine" }))
        .await
        .refused(403, "workspace_access_denied");
    member.delete(&format!("/api/v1/boards/{id}")).await.refused(403, "workspace_access_denied");
    let unknown = "/api/v1/boards/00000000-0000-7000-8000-000000000000";
    member.get(unknown).await.refused(404, "workspace_not_found");
    let stranger = server.client().register("Sid Stranger").await;
    stranger.get(&format!("/api/v1/boards/{id}")).await.refused(404, "workspace_not_found");
    stranger.get(&format!("{path}/workspaces/{id}")).await.refused(404, "organization_not_found");
    // C-20: the attempt is in the log.
    let denied = owner.get(&format!("{path}/audit-events?action=access_denied")).await.expect(200);
    let of_board = |event: &&Value| event["target"]["id"] == id.as_str();
    let event = denied.items().iter().find(of_board).expect("the denial is audited");
    assert_eq!((&event["details"]["permission"], &event["success"]), (&json!("workspace.manage"), &json!(false)));
}

/// C-14: boards that belong together.
async fn board_groups(server: Server) {
    let Team { path, owner, member, .. } = team(&server.client()).await;
    let groups = format!("{path}/workspace-groups");
    member.post(&groups, json!({ "name": "Research" })).await.refused(403, "permission_denied");
    let group = owner.post(&groups, json!({ "name": "Research" })).await.expect(201).text_at("/id");
    owner.post(&groups, json!({ "name": "RESEARCH" })).await.refused(409, "workspace_group_name_taken");
    let body = json!({ "name": "Paper", "group_id": group });
    let paper = owner.post("/api/v1/boards", body).await.expect(201).text_at("/id");
    board(&owner, "Alone").await;
    let of_group = owner.get(&format!("/api/v1/boards?group_id={group}")).await.expect(200);
    assert_eq!(of_group.items().len(), 1);
    assert_eq!(member.get(&groups).await.expect(200).items().len(), 1, "members see groups");
    assert!(names(&member).await.is_empty(), "a group gives nobody access");
    let unknown = json!({ "name": "X", "group_id": "00000000-0000-7000-8000-000000000000" });
    owner.post("/api/v1/boards", unknown).await.refused(422, "invalid_request");
    owner.delete(&format!("{groups}/{group}")).await.expect(204);
    assert_eq!(owner.get(&format!("/api/v1/boards/{paper}")).await.expect(200).body["group_id"], Value::Null);
}

/// C-20: "Member cannot see boards".
async fn a_member_sees_nothing(server: Server) {
    let Team { path, owner, admin, member } = team(&server.client()).await;
    let id = board(&owner, "Alpha").await;
    let access = format!("{path}/members/{}/access?explain=true", member.user_id);
    let nothing = admin.get(&access).await.expect(200);
    assert_eq!(nothing.body["workspaces"]["items"], json!([]));
    let take_in = json!({ "member_id": member.user_id });
    owner.post(&format!("{path}/workspaces/{id}/members"), take_in).await.expect(201);
    let grant = json!({ "grants": [{ "workspace_id": id }] });
    admin.put(&format!("{path}/members/{}/access", member.user_id), grant).await.expect(200);
    let explained = member.get(&access).await.expect(200);
    let item = &explained.body["workspaces"]["items"][0];
    assert_eq!((&item["workspace_id"], &item["access"]), (&json!(id), &json!("write")));
    let sources: Vec<_> = item["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["source"].as_str().unwrap(), it["access"].as_str().unwrap()))
        .collect();
    assert_eq!(sources, [("grant", "read"), ("workspace_member", "write")]);
    let of_owner = admin.get(&format!("{path}/members/{}/access?explain=true", owner.user_id)).await.expect(200);
    assert_eq!(of_owner.body["workspaces"]["items"][0]["sources"][0]["source"], "role");
    // A member is told about themself only.
    let of_owner = format!("{path}/members/{}/access", owner.user_id);
    member.get(&of_owner).await.refused(403, "permission_denied");
}

/// Up to 100 questions, answered as one by one.
async fn checks_in_a_batch(server: Server) {
    let Team { path, owner, admin, member } = team(&server.client()).await;
    let (alpha, beta) = (board(&owner, "Alpha").await, board(&member, "Beta").await);
    let mut checks = Vec::new();
    for permission in ["workspace.read", "workspace.write", "workspace.manage"] {
        for workspace in [&alpha, &beta, &"00000000-0000-7000-8000-000000000000".to_owned()] {
            for user in [Value::Null, json!(member.user_id), json!(owner.user_id)] {
                let mut check = json!({ "permission": permission, "workspace_id": workspace });
                if !user.is_null() {
                    check["user_id"] = user;
                }
                checks.push(check);
            }
        }
    }
    for permission in ["member.add", "workspace.read", "workspace.create"] {
        checks.push(json!({ "permission": permission }));
    }
    for who in [&owner, &admin, &member] {
        let batch = who.post(&format!("{path}/check/batch"), json!({ "checks": checks })).await.expect(200);
        let results = batch.body["results"].as_array().unwrap();
        assert_eq!(results.len(), checks.len());
        for (question, answer) in checks.iter().zip(results) {
            let single = who.post(&format!("{path}/check"), question.clone()).await.expect(200);
            assert_eq!(answer["allowed"], single.body["allowed"], "{question}");
        }
    }
    let batch = async |checks: Value| owner.post(&format!("{path}/check/batch"), json!({ "checks": checks })).await;
    batch(json!([])).await.refused(422, "invalid_request");
    batch(json!(vec![json!({ "permission": "member.add" }); 101])).await.refused(422, "invalid_request");
    batch(json!([{ "permission": "member.add", "workspace_id": alpha }])).await.refused(422, "invalid_request");
    let stranger = server.client().register("Sid Stranger").await;
    let asked = json!({ "checks": [{ "permission": "member.add" }] });
    stranger.post(&format!("{path}/check/batch"), asked).await.refused(404, "organization_not_found");
}
