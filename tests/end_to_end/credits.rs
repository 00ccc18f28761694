//! The walk of Mipiti's document about credits (M-08, M-20 to M-32), and what an
//! operator finds out about a ledger.

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use serde_json::{Value, json};

use crate::client::Client;
use crate::credit_races::verify;
use crate::database::Database;
use crate::on_both_databases;
use crate::server::Server;

on_both_databases!(blueprint "mipiti":
    a_shared_pool_with_quotas,
    held_for_what_is_under_way,
    given_back_and_taken_back,
    the_plan_feeds_the_pool,
    a_ledger_that_was_changed,
);

struct Walk {
    owner: Client,
    user: Client,
    root: Client,
    at: String,
}

async fn walk(server: &Server) -> Walk {
    let nobody = server.client();
    let (owner, user) = (nobody.register("Olivia Owner").await, nobody.sign_up("Ugo User").await);
    let root = nobody.sign_up("Rita Root").await;
    assert!(server.command(&["superadmin", "grant", "--email", &root.email]).await.status.success());
    owner.post("/api/v1/organizations/me/members", json!({ "user_id": user.user_id })).await.expect(201);
    let at =
        format!("/api/v1/organizations/{}", owner.get("/api/v1/organizations/me").await.expect(200).text_at("/id"));
    Walk { owner, user, root, at }
}

async fn a_shared_pool_with_quotas(server: Server) {
    let Walk { owner, user, root, at } = walk(&server).await;
    let (credits, consume) = (format!("{at}/credits"), format!("{at}/credits/consume"));
    // M-29: given by an administrator of the installation, or who manages billing.
    let given = json!({ "amount": 100, "reason": "pilot" });
    let receipt = root.post_once(&credits, "pilot", given.clone()).await.expect(201);
    assert_eq!((&receipt.body["amount"], &receipt.body["balance"]), (&json!(100), &json!(100)));
    user.post_once(&credits, "mine", given.clone()).await.refused(403, "permission_denied");
    owner.post(&credits, given).await.refused(400, "idempotency_key_required");

    // M-20, M-22: every generation, refinement and control generation deducts from the pool.
    let prices = [("generation", 10), ("refinement", 5), ("control_generation", 3)];
    let mut balance = 100;
    for (operation, price) in prices {
        let spent = user.post_once(&consume, operation, json!({ "operation": operation })).await.expect(201);
        balance -= price;
        assert_eq!((&spent.body["amount"], &spent.body["balance"]), (&json!(price), &json!(balance)));
    }
    user.post_once(&consume, "x", json!({ "operation": "dreaming" })).await.refused(422, "invalid_request");

    // M-23, M-24, M-32: an admin says how much a member may spend; 0 is unlimited within the pool.
    let quota = format!("{at}/members/{}/quota", user.user_id);
    user.put(&quota, json!({ "monthly_limit": 0, "daily_limit": 0 })).await.refused(403, "permission_denied");
    let set = owner.put(&quota, json!({ "monthly_limit": 25, "daily_limit": 20 })).await.expect(200);
    assert_eq!((&set.body["day"]["used"], &set.body["month"]["used"]), (&json!(18), &json!(18)));

    // M-25: blocked, with all that block and when they begin anew.
    let blocked = user.post_once(&consume, "more", json!({ "operation": "generation" })).await;
    let blocked = blocked.refused(429, "quota_exceeded");
    let scopes = blocked.body["scopes"].as_array().unwrap();
    let scope = |at: usize| (scopes[at]["scope"].clone(), scopes[at]["limit"].clone(), scopes[at]["used"].clone());
    assert_eq!(scope(0), (json!("day"), json!(20), json!(18)));
    assert_eq!(scope(1), (json!("month"), json!(25), json!(18)));
    assert!(scopes.iter().all(|scope| scope["requested"] == 10 && scope["resets_at"].is_string()));
    assert!(blocked.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() > 0);
    let empty = owner.post_once(&consume, "all", json!({ "amount": 83 })).await.refused(402, "insufficient_credits");
    assert_eq!(empty.body["scopes"], json!([{ "scope": "pool", "available": 82, "requested": 83 }]));

    // What all spend for one model is limited as well, however much each of them may spend.
    let model = owner.post(&format!("{at}/workspaces"), json!({ "name": "Model" })).await.expect(201);
    let budget = format!("{at}/workspaces/{}/budget", model.text_at("/id"));
    user.put(&budget, json!({ "monthly_limit": 0, "daily_limit": 0 })).await.refused(403, "permission_denied");
    owner.put(&budget, json!({ "monthly_limit": 4, "daily_limit": 0 })).await.expect(200);
    let for_model = json!({ "operation": "refinement", "workspace_id": model.text_at("/id") });
    let blocked = owner.post_once(&consume, "model", for_model).await.refused(429, "quota_exceeded");
    assert_eq!(blocked.body["scopes"][0]["scope"], "workspace_month");
    assert_eq!(owner.get(&budget).await.expect(200).body["month"]["used"], 0);

    // M-27, M-30: the pool and what each member has used of it.
    let pool = owner.get(&credits).await.expect(200);
    assert_eq!((&pool.body["balance"], &pool.body["grants"][0]["available"]), (&json!(82), &json!(82)));
    let usage = owner.get(&format!("{at}/credit-usage")).await.expect(200);
    let members: Vec<_> = usage.items().iter().map(|member| (&member["name"], &member["month"])).collect();
    assert_eq!(members[0], (&json!("Olivia Owner"), &json!({ "used": 0, "limit": 0 })));
    assert_eq!(members[1], (&json!("Ugo User"), &json!({ "used": 18, "limit": 25 })));
    user.get(&credits).await.refused(403, "permission_denied");
    user.get(&format!("{at}/credit-usage")).await.refused(403, "permission_denied");

    // M-28, M-31: one's own.
    let own = user.get("/api/v1/users/me/credit-usage").await.expect(200);
    assert_eq!(own.body, user.get(&quota).await.expect(200).body);
    assert_eq!((&own.body["day"]["used"], &own.body["daily_limit"]), (&json!(18), &json!(20)));
    let others = format!("{at}/members/{}/quota", owner.user_id);
    user.get(&others).await.refused(403, "permission_denied");

    // M-30: for a spreadsheet.
    let csv = owner.get(&format!("{at}/credit-usage?format=csv")).await.expect(200);
    let lines: Vec<_> = csv.text.lines().collect();
    assert_eq!(lines.len(), 3, "{}", csv.text);
    assert!(lines[0].starts_with("member_id,") && lines[2].contains("ugo.user@example.com"));
    let lines = owner.get(&format!("{at}/credit-usage?format=ndjson")).await.expect(200).text;
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().map(|line| &line["name"]).collect::<Vec<_>>(), ["Olivia Owner", "Ugo User"]);
    verify(&server).await;
}

async fn held_for_what_is_under_way(server: Server) {
    let Walk { owner, user, at, .. } = walk(&server).await;
    let credits = format!("{at}/credits");
    owner.post_once(&credits, "a", json!({ "amount": 50 })).await.expect(201);
    let hold = json!({ "amount": 30, "ttl": 1 });
    let held = user.post_once(&format!("{credits}/reservations"), "b", hold.clone()).await.expect(201);
    let reservation = format!("{credits}/reservations/{}", held.text_at("/reservation_id"));
    let pool = async || {
        let pool = owner.get(&credits).await.expect(200).body;
        (pool["balance"].as_u64().unwrap(), pool["reserved"].as_u64().unwrap())
    };
    assert_eq!(pool().await, (20, 30));
    // It returns by itself.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    assert_eq!(pool().await, (50, 0));
    user.post_once(&format!("{reservation}/commit"), "c", json!({})).await.refused(409, "reservation_closed");
    assert_eq!(user.post_once(&format!("{credits}/reservations"), "b", hold).await.expect(201).body, held.body);

    let hold = json!({ "operation": "generation" });
    let held = user.post_once(&format!("{credits}/reservations"), "d", hold).await.expect(201);
    let reservation = format!("{credits}/reservations/{}", held.text_at("/reservation_id"));
    let over = user.post_once(&format!("{reservation}/commit"), "e", json!({ "amount": 11 })).await;
    assert_eq!(over.refused(422, "invalid_request").body["errors"][0]["code"], "more_than_reserved");
    let part = json!({ "amount": 4 });
    let committed = user.post_once(&format!("{reservation}/commit"), "e", part.clone()).await.expect(200);
    assert_eq!((&committed.body["amount"], &committed.body["balance"]), (&json!(4), &json!(46)));
    assert_eq!(
        user.post_once(&format!("{reservation}/commit"), "e", part.clone()).await.expect(200).body,
        committed.body
    );
    user.post_once(&format!("{reservation}/commit"), "f", part).await.refused(409, "reservation_closed");
    user.post_once(&format!("{reservation}/release"), "g", json!({})).await.refused(409, "reservation_closed");
    verify(&server).await;
}

async fn given_back_and_taken_back(server: Server) {
    let Walk { owner, user, at, .. } = walk(&server).await;
    let credits = format!("{at}/credits");
    let given = owner.post_once(&credits, "a", json!({ "amount": 50, "priority": 1 })).await.expect(201);
    let spent = user.post_once(&format!("{credits}/consume"), "b", json!({ "amount": 20 })).await.expect(201);
    let refund = json!({ "transaction_id": spent.text_at("/transaction_id"), "reason": "failed" });
    user.post_once(&format!("{credits}/refunds"), "c", refund.clone()).await.refused(403, "permission_denied");
    let back = owner.post_once(&format!("{credits}/refunds"), "c", refund.clone()).await.expect(201);
    assert_eq!(back.body["balance"], 50);
    owner.post_once(&format!("{credits}/refunds"), "d", refund).await.refused(409, "already_refunded");
    let grant = format!("{credits}/grants/{}/revoke", given.text_at("/grant_id"));
    owner.post_once(&grant, "e", json!({ "reason": "by mistake" })).await.expect(200);
    owner.post_once(&grant, "f", json!({})).await.refused(409, "credit_grant_empty");
    // Nothing is edited: four transactions, the later ones say what they reverse.
    let ledger = owner.get(&format!("{credits}/transactions")).await.expect(200);
    let kinds: Vec<_> = ledger.items().iter().map(|it| it["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["revoke", "refund", "consume", "grant"]);
    assert_eq!(ledger.items()[1]["reverses"], spent.body["transaction_id"]);
    assert_eq!(ledger.items()[0]["grant_id"], given.body["grant_id"]);
    for transaction in ledger.items() {
        let entries = transaction["entries"].as_array().unwrap();
        assert_eq!(entries.iter().map(|entry| entry["amount"].as_i64().unwrap()).sum::<i64>(), 0);
    }
    // Everybody sees their own.
    let own = user.get(&format!("{credits}/transactions?user_id={}", user.user_id)).await.expect(200);
    assert_eq!(own.items().len(), 2, "what was spent, and what was given back");
    user.get(&format!("{credits}/transactions")).await.refused(403, "permission_denied");
    verify(&server).await;
}

/// M-21: "credits from the org plan go to the shared pool", once a month.
async fn the_plan_feeds_the_pool(server: Server) {
    let Walk { owner, root, at, .. } = walk(&server).await;
    root.put(&format!("{at}/plan"), json!({ "plan": "ORGANIZATION" })).await.expect(200);
    let credits = format!("{at}/credits");
    let mut set = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (owner, credits) = (owner.clone(), credits.clone());
        set.spawn(async move { owner.get(&credits).await.expect(200).body });
    }
    let seen = set.join_all().await;
    assert!(seen.iter().all(|pool| pool["balance"] == 5_000 && pool["grants"][0]["expires_at"].is_string()));
    let ledger = owner.get(&format!("{credits}/transactions")).await.expect(200);
    assert_eq!(ledger.items().len(), 1);
    verify(&server).await;
}

/// R-LED-8: `guildhall credits verify` finds what somebody with the database's own tools did.
async fn a_ledger_that_was_changed(server: Server) {
    let Walk { owner, at, .. } = walk(&server).await;
    let credits = format!("{at}/credits");
    owner.post_once(&credits, "a", json!({ "amount": 50 })).await.expect(201);
    let model = owner.post(&format!("{at}/workspaces"), json!({ "name": "Model" })).await.expect(201);
    let spend = json!({ "amount": 20, "workspace_id": model.text_at("/id") });
    owner.post_once(&format!("{credits}/consume"), "b", spend).await.expect(201);
    verify(&server).await;
    let changes = [
        (
            "UPDATE credit_grants SET available = available - 1",
            "UPDATE credit_grants SET available = available + 1",
            "grant",
        ),
        ("UPDATE credit_usage SET used = used + 1", "UPDATE credit_usage SET used = used - 1", "usage"),
        (
            "UPDATE credit_workspace_totals SET used = used + 1",
            "UPDATE credit_workspace_totals SET used = used - 1",
            "usage for workspace",
        ),
        (
            "UPDATE credit_transactions SET amount = amount + 1",
            "UPDATE credit_transactions SET amount = amount - 1",
            "transaction",
        ),
        (
            "UPDATE credit_usage SET period = 'x' || substr(period, 2)",
            "UPDATE credit_usage SET period = '2' || substr(period, 2)",
            "cannot be read",
        ),
        ("DELETE FROM credit_transactions WHERE kind = 'consume'", "", "grant"),
    ];
    let organization = at.rsplit('/').next().unwrap();
    for (change, undo, said) in changes {
        tamper(&server, change).await;
        let verified = server.command(&["credits", "verify", "--organization", organization]).await;
        let output = String::from_utf8_lossy(&verified.stdout).into_owned();
        assert!(!verified.status.success() && output.contains("FAULT") && output.contains(said), "{change}: {output}");
        if said.starts_with("usage") || change.starts_with("UPDATE credit_grants") {
            // What can be made again is.
            let rebuilt = server.command(&["credits", "rebuild", "--organization", organization]).await;
            let output = String::from_utf8_lossy(&rebuilt.stdout).into_owned();
            assert!(rebuilt.status.success() && output.contains("REBUILT") && output.contains(said), "{output}");
            verify(&server).await;
            tamper(&server, change).await;
        } else if ["transaction", "cannot be read"].contains(&said) {
            let refused = server.command(&["credits", "rebuild"]).await;
            let output = String::from_utf8_lossy(&refused.stdout).into_owned();
            assert!(!refused.status.success() && output.contains("FAULT"), "{output}");
            assert!(!output.contains("REBUILT"), "a ledger that is not right is not believed: {output}");
        }
        tamper(&server, undo).await;
    }
}

async fn tamper(server: &Server, statement: &str) {
    match server.database() {
        Database::Sqlite(_) => {
            let file = server.database().sqlite_file().unwrap();
            let mut connection = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
            let triggers = "DROP TRIGGER IF EXISTS credit_transactions_refuse_update; \
                DROP TRIGGER IF EXISTS credit_transactions_refuse_delete;";
            connection.batch_execute(&format!("{triggers} {statement}")).unwrap();
        }
        Database::Postgres(database) => {
            // Even the owner sees no rows while row-level security is forced.
            let tables = ["credit_grants", "credit_usage", "credit_workspace_totals", "credit_transactions"];
            let forced =
                |how: &str| tables.map(|table| format!("ALTER TABLE {table} {how} ROW LEVEL SECURITY;")).concat();
            let sql = format!("{} {statement}; {}", forced("NO FORCE"), forced("FORCE"));
            database.client().await.batch_execute(&sql).await.unwrap();
        }
    }
}
