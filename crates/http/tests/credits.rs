//! The pool of credits: giving, spending, holding and giving back (M-20, M-22, M-29).
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use guildhall_domain::LimitName;
use guildhall_domain::blueprint::Blueprint;
use serde_json::{Value, json};
use support::{Answer, Person, Server, snapshot};
use time::Duration;
use time::format_description::well_known::Rfc3339;

const CREDITS: &str = "/api/v1/organizations/me/credits";

fn prices() -> Blueprint {
    let mut blueprint = Blueprint::default();
    blueprint.credits.operations.insert(LimitName::parse("generation").unwrap(), 30);
    blueprint
}

/// Somebody with an organization of their own.
struct Pool {
    server: Server,
    ada: Person,
}

impl Pool {
    async fn start() -> Self {
        let server = Server::ruled(prices()).await;
        let ada = server.register("Ada").await;
        Self { server, ada }
    }

    async fn ask(&self, what: &str, key: &str, body: Value) -> Answer {
        self.ada.keyed(&self.server, &format!("{CREDITS}{what}"), key, body).await
    }

    async fn grant(&self, key: &str, body: Value) -> Value {
        self.ask("", key, body).await.expect(201)
    }

    async fn end(&self, reservation: &Value, how: &str, key: &str, body: Option<Value>) -> Answer {
        let path = format!("{CREDITS}/reservations/{}/{how}", reservation["reservation_id"].as_str().unwrap());
        let request = self.ada.request("POST", &path, body);
        self.server.send(request.insert_header(("idempotency-key", key))).await
    }

    /// Lets days go by, over which a session does not last.
    async fn advance(&mut self, by: Duration) {
        self.server.outside.clock.advance(by);
        self.ada = self.server.login(&self.ada).await;
    }

    async fn read(&self) -> Value {
        self.ada.get(&self.server, CREDITS).await.expect(200)
    }

    async fn transactions(&self, query: &str) -> Vec<Value> {
        let path = format!("{CREDITS}/transactions?limit=100{query}");
        self.ada.get(&self.server, &path).await.expect(200)["items"].as_array().unwrap().clone()
    }
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// M-29, M-20, M-27: what is given can be spent, in the order of the grants.
#[actix_web::test]
async fn giving_and_spending() {
    let mut pool = Pool::start().await;
    let empty = pool.read().await;
    assert_eq!(empty, json!({"balance": 0, "reserved": 0, "grants": []}));
    let late = pool.grant("1", json!({"amount": 100})).await;
    assert_eq!(keys(&late), ["amount", "balance", "created_at", "grant_id", "transaction_id"]);
    let at = (pool.server.guildhall.now() + Duration::days(2)).replace_nanosecond(0).unwrap().format(&Rfc3339).unwrap();
    let body = json!({"amount": 50, "priority": 0, "expires_at": at, "reason": "Welcome"});
    let first = pool.grant("2", body).await;
    assert_eq!((&first["balance"], &first["expires_at"]), (&json!(150), &json!(at)));
    // M-22: by the price, and by an amount.
    let spent = pool.ask("/consume", "1", json!({"operation": "generation"})).await.expect(201);
    assert_eq!((&spent["amount"], &spent["balance"]), (&json!(30), &json!(120)));
    assert_eq!(keys(&spent), ["amount", "balance", "created_at", "transaction_id"]);
    let body = json!({"amount": 30, "member": pool.ada.id});
    assert_eq!(pool.ask("/consume", "2", body).await.expect(201)["balance"], 90);
    let grant = |of: &Value, available: u64| {
        let (amount, first) = (&of["amount"], of["amount"] == 50);
        let (priority, expires_at) = if first { (0, json!(at)) } else { (100, Value::Null) };
        json!({
            "id": of["grant_id"], "amount": amount, "available": available, "reserved": 0,
            "priority": priority, "expires_at": expires_at
        })
    };
    assert_eq!(pool.read().await, json!({"balance": 90, "reserved": 0, "grants": [grant(&late, 90)]}));
    // Given back, to the grants that it came out of.
    let body = json!({"transaction_id": spent["transaction_id"], "reason": "It failed"});
    let refunded = pool.ask("/refunds", "1", body.clone()).await.expect(201);
    assert_eq!((&refunded["amount"], &refunded["balance"]), (&json!(30), &json!(120)));
    pool.ask("/refunds", "2", body).await.problem(409, "already_refunded");
    let grants = json!([grant(&first, 30), grant(&late, 90)]);
    assert_eq!(pool.read().await["grants"], grants, "in the order in which they are spent");
    // Taken back, as far as it is there.
    let path = format!("{CREDITS}/grants/{}/revoke", late["grant_id"].as_str().unwrap());
    let revoked = pool.ada.keyed(&pool.server, &path, "1", json!({"reason": "Given twice"})).await.expect(200);
    assert_eq!((&revoked["amount"], &revoked["balance"]), (&json!(90), &json!(30)));
    assert_eq!(revoked["grant_id"], late["grant_id"]);
    let again = pool.ada.request("POST", &path, None).insert_header(("idempotency-key", "2"));
    pool.server.send(again).await.problem(409, "credit_grant_empty");
    // What has expired is gone.
    pool.advance(Duration::days(3)).await;
    assert_eq!(pool.read().await, json!({"balance": 0, "reserved": 0, "grants": []}));
    let kinds: Vec<_> = pool.transactions("").await.iter().map(|it| it["kind"].clone()).collect();
    assert_eq!(kinds, ["expire", "revoke", "refund", "consume", "consume", "grant", "grant"]);
    let events = pool.ada.get(&pool.server, "/api/v1/organizations/me/audit-events?action=grant_credits").await;
    assert_eq!(events.expect(200)["items"].as_array().unwrap().len(), 2);
}

/// Held, spent in part, given up, and free again by itself.
#[actix_web::test]
async fn reservations() {
    let pool = Pool::start().await;
    pool.grant("1", json!({"amount": 100})).await;
    let hold = async |key: &str, body: Value| pool.ask("/reservations", key, body).await.expect(201);
    let one = hold("1", json!({"amount": 40})).await;
    let expected = ["amount", "balance", "created_at", "expires_at", "reservation_id", "transaction_id"];
    assert_eq!(keys(&one), expected);
    let time = |value: &Value| time::OffsetDateTime::parse(value.as_str().unwrap(), &Rfc3339).unwrap();
    assert_eq!(time(&one["expires_at"]) - time(&one["created_at"]), Duration::minutes(5));
    let read = pool.read().await;
    assert_eq!((&read["balance"], &read["reserved"]), (&json!(60), &json!(40)));
    pool.ask("/consume", "1", json!({"amount": 61})).await.problem(402, "insufficient_credits");
    let over = pool.end(&one, "commit", "1", Some(json!({"amount": 41}))).await;
    assert_eq!(over.faults(), [("/amount".to_owned(), "more_than_reserved".to_owned())]);
    let committed = pool.end(&one, "commit", "2", Some(json!({"amount": 15}))).await.expect(200);
    assert_eq!((&committed["amount"], &committed["balance"]), (&json!(15), &json!(85)));
    assert_eq!(committed["reservation_id"], one["reservation_id"]);
    // The same request again is answered alike; another one is refused.
    assert_eq!(pool.end(&one, "commit", "2", Some(json!({"amount": 15}))).await.expect(200), committed);
    pool.end(&one, "commit", "2", Some(json!({"amount": 14}))).await.problem(422, "idempotency_key_reused");
    pool.end(&one, "commit", "3", None).await.problem(409, "reservation_closed");
    pool.end(&one, "release", "1", None).await.problem(409, "reservation_closed");
    let two = hold("2", json!({"operation": "generation", "ttl": 3_600})).await;
    assert_eq!(time(&two["expires_at"]) - time(&two["created_at"]), Duration::hours(1));
    assert_eq!(pool.end(&two, "commit", "4", None).await.expect(200)["amount"], 30, "all of it");
    let three = hold("3", json!({"amount": 55, "ttl": 1})).await;
    assert_eq!(pool.end(&three, "release", "2", None).await.expect(200)["balance"], 55);
    let four = hold("4", json!({"amount": 55, "ttl": 60})).await;
    pool.server.outside.clock.advance(Duration::seconds(61));
    assert_eq!(pool.read().await["balance"], 55, "back by itself");
    pool.end(&four, "commit", "5", None).await.problem(409, "reservation_closed");
    pool.end(&four, "release", "3", None).await.problem(409, "reservation_closed");
    let lapsed = &pool.transactions("&kind=lapse").await[0];
    assert_eq!((&lapsed["actor_id"], &lapsed["user_id"]), (&Value::Null, &json!(pool.ada.id)));
    assert_eq!(lapsed["reservation_id"], four["reservation_id"]);
    for (id, code) in [("01980000-0000-7000-8000-00000000dead", 404), ("1", 404)] {
        let path = format!("{CREDITS}/reservations/{id}/commit");
        pool.ada.keyed(&pool.server, &path, "6", json!({})).await.problem(code, "reservation_not_found");
    }
}

/// R-IDEM: once for each key, which is needed.
#[actix_web::test]
async fn the_same_key_again() {
    let mut pool = Pool::start().await;
    let given = pool.grant("1", json!({"amount": 100})).await;
    assert_eq!(pool.grant("1", json!({"amount": 100})).await, given);
    let spent = pool.ask("/consume", "1", json!({"amount": 10})).await.expect(201);
    pool.advance(Duration::days(40)).await;
    assert_eq!(pool.ask("/consume", "1", json!({"amount": 10})).await.expect(201), spent, "as long as the ledger");
    pool.ask("/consume", "1", json!({"amount": 11})).await.problem(422, "idempotency_key_reused");
    assert_eq!(pool.read().await["balance"], 90);
    let reservation = pool.ask("/reservations", "1", json!({"amount": 10})).await.expect(201);
    let before = snapshot(&pool.server, &pool.ada, &pool.ada.organization).await;
    let (grant, held) = (given["grant_id"].as_str().unwrap(), reservation["reservation_id"].as_str().unwrap());
    for (what, body) in [
        (String::new(), json!({"amount": 1})),
        ("/consume".to_owned(), json!({"amount": 1})),
        ("/reservations".to_owned(), json!({"amount": 1})),
        ("/refunds".to_owned(), json!({"transaction_id": spent["transaction_id"]})),
        (format!("/grants/{grant}/revoke"), json!({})),
        (format!("/reservations/{held}/commit"), json!({})),
        (format!("/reservations/{held}/release"), json!({})),
    ] {
        let path = format!("{CREDITS}{what}");
        let bare = pool.ada.call(&pool.server, "POST", &path, Some(body.clone())).await;
        bare.problem(400, "idempotency_key_required");
        pool.ada.keyed(&pool.server, &path, "two words", body).await.problem(400, "invalid_idempotency_key");
    }
    assert_eq!(snapshot(&pool.server, &pool.ada, &pool.ada.organization).await, before);
}

/// N-19: the ledger as it is read, by those who may.
#[actix_web::test]
async fn the_ledger() {
    let server = Server::ruled(prices()).await;
    let acme = server.organization("Acme").await;
    let credits = format!("/api/v1/organizations/{}/credits", acme.id);
    let body = json!({"operation": "generation", "workspace_id": acme.workspace});
    let spent = acme.owner.keyed(&server, &format!("{credits}/consume"), "1", body).await.expect(201);
    let ledger = format!("{credits}/transactions");
    let page = acme.owner.get(&server, &format!("{ledger}?limit=1")).await.expect(200);
    assert!(page["next"].is_string());
    let newest = &page["items"][0];
    for (field, value) in [
        ("id", spent["transaction_id"].clone()),
        ("kind", json!("consume")),
        ("amount", json!(30)),
        ("user_id", json!(acme.owner.id)),
        ("actor_id", json!(acme.owner.id)),
        ("workspace_id", json!(acme.workspace)),
        ("operation", json!("generation")),
        ("reservation_id", Value::Null),
        ("reverses", Value::Null),
        ("reason", Value::Null),
        ("created_at", spent["created_at"].clone()),
        (
            "entries",
            json!([
                {"account": "pool", "grant_id": acme.grant, "amount": -30},
                {"account": "consumed", "grant_id": acme.grant, "amount": 30}
            ]),
        ),
    ] {
        assert_eq!(newest[field], value, "{field}");
    }
    assert!(newest.get("grant_id").is_none());
    assert!(newest["day"].as_str().unwrap().starts_with(newest["month"].as_str().unwrap()));
    let kinds = async |by: &Person, query: &str| {
        let page = by.get(&server, &format!("{ledger}?{query}")).await.expect(200);
        let kinds = page["items"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap().to_owned());
        kinds.collect::<Vec<_>>()
    };
    assert_eq!(kinds(&acme.admin, "limit=100").await, ["consume", "reserve", "consume", "grant"]);
    assert_eq!(kinds(&acme.owner, &format!("workspace_id={}", acme.workspace)).await, ["consume"]);
    assert_eq!(kinds(&acme.owner, &format!("user_id={}&kind=reserve", acme.owner.id)).await, ["reserve"]);
    let given = acme.owner.get(&server, &format!("{ledger}?kind=grant")).await.expect(200);
    assert_eq!(given["items"][0]["grant_id"], acme.grant);
    // Members see what counts in their own quota.
    let body = json!({"amount": 1});
    acme.member.keyed(&server, &format!("{credits}/consume"), "1", body).await.expect(201);
    assert_eq!(kinds(&acme.member, &format!("user_id={}", acme.member.id)).await, ["consume"]);
    for query in [String::new(), format!("user_id={}", acme.owner.id)] {
        acme.member.get(&server, &format!("{ledger}?{query}")).await.problem(403, "permission_denied");
    }
}

/// Who may spend for whom, and end what is held.
#[actix_web::test]
async fn spending_for_others() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let credits = format!("/api/v1/organizations/{}/credits", acme.id);
    let consume = format!("{credits}/consume");
    let own = json!({"amount": 1, "member": acme.members[2]});
    acme.member.keyed(&server, &consume, "1", own.clone()).await.expect(201);
    let others = json!({"amount": 1, "member": acme.members[0]});
    let refused = acme.member.keyed(&server, &consume, "2", others).await.problem(403, "permission_denied");
    assert_eq!(refused["permission"], "billing.manage");
    acme.admin.keyed(&server, &consume, "1", own).await.expect(201);
    let usage = acme.member.get(&server, &format!("/api/v1/users/me/credit-usage?organization_id={}", acme.id)).await;
    assert_eq!(usage.expect(200)["month"]["used"], 2);
    let end = format!("{credits}/reservations/{}/release", acme.reservation);
    acme.member.keyed(&server, &end, "3", json!({})).await.problem(403, "permission_denied");
    acme.admin.keyed(&server, &end, "3", json!({})).await.expect(200);
    // In a workspace that the member does not write in.
    let body = json!({"amount": 1, "workspace_id": acme.workspace});
    acme.member.keyed(&server, &consume, "4", body).await.problem(403, "workspace_access_denied");
}

/// Where the pool is as full as it may be, nothing is added.
#[actix_web::test]
async fn a_pool_that_is_full() {
    let pool = Pool::start().await;
    let most = 9_007_199_254_740_991_u64;
    assert_eq!(pool.grant("1", json!({"amount": most})).await["balance"], most);
    pool.ask("", "2", json!({"amount": 1})).await.problem(409, "credit_pool_full");
    pool.ask("/consume", "1", json!({"amount": most})).await.expect(201);
    assert_eq!(pool.read().await["balance"], 0);
}
