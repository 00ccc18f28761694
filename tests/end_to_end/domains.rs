//! Domains over HTTP, with a real name server on loopback (N-13, N-14).

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::Client;
use crate::database::Database;
use crate::dns_server::{Behaviour, DnsServer};
use crate::server::Server;

const DOMAINS: &str = "/api/v1/organizations/me/domains";

struct World {
    server: Server,
    dns: DnsServer,
}

impl World {
    async fn start(database: Database, blueprint: &str) -> Self {
        let dns = DnsServer::start().await;
        let address = dns.address().to_string();
        let environment = [
            ("GUILDHALL_BLUEPRINT", blueprint),
            ("GUILDHALL_DNS__NAMESERVER", address.as_str()),
            ("GUILDHALL_DNS__TIMEOUT_MS", "300"),
        ];
        Self { server: Server::start_with(database, &environment).await, dns }
    }

    /// Somebody new whose address is shown to be theirs.
    async fn verified(&self, email: &str) -> Client {
        let who = self.server.client().sign_up_as(email, "Somebody").await;
        self.server.mailbox().verify(&who).await;
        who
    }

    /// A claim whose record is in DNS and was looked up.
    async fn verified_domain(&self, owner: &Client, domain: &str, enrolment: &str) -> String {
        let claim = owner.post(DOMAINS, json!({ "domain": domain, "enrolment": enrolment })).await.expect(201);
        self.dns.set_texts(&claim.text_at("/record/name"), &["v=spf1 -all", &claim.text_at("/record/value")]);
        let path = format!("{DOMAINS}/{}", claim.text_at("/id"));
        assert_eq!(owner.post(&format!("{path}/verify"), json!({})).await.expect(200).body["status"], "verified");
        path
    }
}

async fn names(who: &Client) -> Vec<String> {
    let mine = who.get("/api/v1/organizations").await.expect(200);
    mine.items().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
}

macro_rules! with_a_name_server {
    ($($test:ident in $blueprint:literal),+ $(,)?) => {
        mod on_sqlite {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $test() {
                    super::$test(super::World::start(super::Database::sqlite(), $blueprint).await).await;
                }
            )+
        }

        mod on_postgres {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $test() {
                    super::$test(super::World::start(super::Database::postgres().await, $blueprint).await).await;
                }
            )+
        }
    };
}

with_a_name_server!(
    from_the_claim_to_the_proof in "default",
    a_name_server_that_does_not_help in "default",
    one_organization_has_it_verified in "default",
    manual_suggested_automatic in "default",
    who_left_is_not_fetched_back in "default",
    nothing_is_granted_to_what_was_not_shown in "default",
    a_domain_beside_an_invitation in "default",
    a_domain_where_only_one_organization_is_allowed in "neosc",
);

/// N-13, N-14: the claim says what DNS must hold; only then it counts, and only while it is there.
async fn from_the_claim_to_the_proof(world: World) {
    let ann = world.server.client().register("Ann").await;
    let claim = ann.post(DOMAINS, json!({ "domain": " Corp.Test " })).await.expect(201);
    assert_eq!((&claim.body["domain"], &claim.body["status"]), (&json!("corp.test"), &json!("pending")));
    assert_eq!((&claim.body["enrolment"], &claim.body["record"]["type"]), (&json!("manual"), &json!("TXT")));
    assert_eq!(claim.text_at("/record/name"), "_guildhall.corp.test");
    let path = format!("{DOMAINS}/{}", claim.text_at("/id"));
    ann.post(DOMAINS, json!({ "domain": "corp.test" })).await.refused(409, "domain_claimed");
    for bad in ["gmail.com", "Outlook.com"] {
        let refused = ann.post(DOMAINS, json!({ "domain": bad })).await.refused(422, "invalid_request");
        assert_eq!(refused.body["errors"][0]["code"], "public_mail_provider");
    }
    for bad in [json!("localhost"), json!("https://x.test"), json!(""), json!(null), json!("*.corp.test"), json!(7)] {
        ann.post(DOMAINS, json!({ "domain": bad })).await.refused(422, "invalid_request");
    }

    // Not there: failed; a record of another claim: failed; there: verified.
    let verify = async || ann.post(&format!("{path}/verify"), json!({})).await.expect(200).body["status"].clone();
    assert_eq!(verify().await, "failed");
    world.dns.set_texts("_guildhall.corp.test", &["guildhall-verification=somebody-elses"]);
    assert_eq!(verify().await, "failed");
    world.dns.set_texts("_guildhall.corp.test", &["x", &claim.text_at("/record/value")]);
    assert_eq!(verify().await, "verified");
    // An alias that leads to it is followed.
    world.dns.set_texts("elsewhere.test", &[&claim.text_at("/record/value")]);
    world.dns.set_alias("_guildhall.corp.test", "elsewhere.test");
    assert_eq!(verify().await, "verified");
    world.dns.remove("_guildhall.corp.test");
    assert_eq!(verify().await, "failed", "what is gone counts no more");

    let stale = ann.get(&path).await.expect(200);
    assert!(stale.headers.contains_key("etag") && stale.body["verified_at"].is_null());
    ann.patch(&path, json!({ "enrolment": "sometimes" })).await.refused(422, "invalid_request");
    assert_eq!(ann.patch(&path, json!({ "enrolment": "suggest" })).await.expect(200).body["enrolment"], "suggest");
    assert_eq!(ann.get(DOMAINS).await.expect(200).items().len(), 1);
    ann.delete(&path).await.expect(204);
    ann.get(&path).await.refused(404, "domain_not_found");
    let log = ann.get("/api/v1/organizations/me/audit-events").await.expect(200);
    let actions: Vec<_> = log.items().iter().map(|it| it["action"].as_str().unwrap()).collect();
    assert_eq!(actions.iter().filter(|action| **action == "check_domain").count(), 5);
    assert!(actions.contains(&"claim_domain") && actions.contains(&"remove_domain"));
}

/// No answer is no verdict: silence, failures and circles change nothing, and take bounded time.
async fn a_name_server_that_does_not_help(world: World) {
    let ann = world.server.client().register("Ann").await;
    let path = world.verified_domain(&ann, "corp.test", "manual").await;
    for behaviour in [Behaviour::Silence, Behaviour::Failure, Behaviour::Refusal, Behaviour::AliasCircle] {
        world.dns.behave(behaviour);
        let verify = format!("{path}/verify");
        let asked = tokio::time::timeout(Duration::from_secs(10), ann.post(&verify, json!({})));
        let reply = asked.await.expect("bounded").refused(503, "dns_unavailable");
        assert!(reply.headers.contains_key("retry-after"));
        assert_eq!(ann.get(&path).await.expect(200).body["status"], "verified");
    }
    world.dns.behave(Behaviour::NoSuchName);
    assert_eq!(ann.post(&format!("{path}/verify"), json!({})).await.expect(200).body["status"], "failed");
}

/// ADR 14: many may claim it, one has it; the operator finds it by its domain.
async fn one_organization_has_it_verified(world: World) {
    let nobody = world.server.client();
    let (ann, bob) = (nobody.register("Ann").await, nobody.register("Bob").await);
    let anns = world.verified_domain(&ann, "corp.test", "manual").await;
    let claim = bob.post(DOMAINS, json!({ "domain": "corp.test" })).await.expect(201);
    let bobs = format!("{DOMAINS}/{}", claim.text_at("/id"));
    let first = world.dns.questions().len();
    assert_eq!(bob.post(&format!("{bobs}/verify"), json!({})).await.expect(200).body["status"], "failed");
    assert!(world.dns.questions().len() > first);
    world.dns.set_texts("_guildhall.corp.test", &[&claim.text_at("/record/value")]);
    bob.post(&format!("{bobs}/verify"), json!({})).await.refused(409, "domain_taken");

    let root = nobody.register("Rita Root").await;
    assert!(world.server.command(&["superadmin", "grant", "--email", &root.email]).await.status.success());
    let found = root.get("/api/v1/organizations/by-domain/CORP.test").await.expect(200);
    assert_eq!(found.body["name"], "Ann Incorporated");
    root.get("/api/v1/organizations/by-domain/other.test").await.refused(404, "domain_not_found");
    ann.get("/api/v1/organizations/by-domain/corp.test").await.refused(403, "superadmin_required");
    ann.delete(&anns).await.expect(204);
    root.get("/api/v1/organizations/by-domain/corp.test").await.refused(404, "domain_not_found");
    assert_eq!(bob.post(&format!("{bobs}/verify"), json!({})).await.expect(200).body["status"], "verified");
}

async fn manual_suggested_automatic(world: World) {
    let nobody = world.server.client();
    let ann = nobody.register("Ann").await;
    let path = world.verified_domain(&ann, "corp.test", "manual").await;
    let organization = ann.get("/api/v1/organizations/me").await.expect(200).text_at("/id");
    let ask = json!({ "organization_id": organization });

    let uma = world.verified("uma@corp.test").await;
    assert!(uma.get("/auth/me").await.expect(200).body["suggested_organization"].is_null());
    let requests = "/api/v1/users/me/join-requests";
    uma.post(requests, ask.clone()).await.refused(404, "organization_not_found");

    ann.patch(&path, json!({ "enrolment": "suggest" })).await.expect(200);
    let seen = uma.get("/auth/me").await.expect(200);
    assert_eq!(seen.body["suggested_organization"]["name"], "Ann Incorporated");
    let asked = uma.post(requests, ask.clone()).await.expect(201);
    assert_eq!(
        uma.post(requests, ask.clone()).await.expect(201).body["id"],
        asked.body["id"],
        "asking again is asking"
    );
    assert_eq!(names(&uma).await, ["Personal"], "asking is not joining");
    let list = ann.get("/api/v1/organizations/me/join-requests").await.expect(200);
    assert_eq!(list.items()[0]["user"]["email"], "uma@corp.test");
    let request = format!("/api/v1/organizations/me/join-requests/{}", asked.text_at("/id"));
    let admitted = ann.post(&format!("{request}/approve"), json!({ "role": "admin" })).await.expect(201);
    assert_eq!((&admitted.body["role"], &admitted.body["source"]), (&json!("admin"), &json!("domain")));
    ann.post(&format!("{request}/approve"), json!({})).await.refused(404, "join_request_not_found");
    assert!(uma.get("/auth/me").await.expect(200).body["suggested_organization"].is_null());

    let ugo = world.verified("ugo@corp.test").await;
    let asked = ugo.post(requests, ask.clone()).await.expect(201).text_at("/id");
    ugo.post(&format!("/api/v1/organizations/{organization}/join-requests/{asked}/approve"), json!({}))
        .await
        .refused(404, "organization_not_found");
    ann.post(&format!("/api/v1/organizations/me/join-requests/{asked}/decline"), json!({})).await.expect(204);
    ugo.post(requests, ask).await.refused(409, "join_request_declined");

    ann.patch(&path, json!({ "enrolment": "automatic" })).await.expect(200);
    let uli = nobody.sign_up_as("uli@corp.test", "Uli").await;
    assert_eq!(names(&uli).await, ["Personal"], "an address that was not shown grants nothing");
    world.server.mailbox().verify(&uli).await;
    assert_eq!(names(&uli).await, ["Ann Incorporated", "Personal"]);
    let member = uli.get(&format!("/api/v1/organizations/{organization}/member")).await.expect(200);
    assert_eq!((&member.body["role"], &member.body["source"]), (&json!("member"), &json!("domain")));
    // Only that very domain.
    let sub = world.verified("eve@mail.corp.test").await;
    assert_eq!(names(&sub).await, ["Personal"]);
}

/// A tombstone: not by the domain; by an invitation, yes.
async fn who_left_is_not_fetched_back(world: World) {
    let ann = world.server.client().register("Ann").await;
    world.verified_domain(&ann, "corp.test", "automatic").await;
    let uma = world.verified("uma@corp.test").await;
    assert_eq!(names(&uma).await, ["Ann Incorporated", "Personal"]);
    ann.delete(&format!("/api/v1/organizations/me/members/{}", uma.user_id)).await.expect(204);
    // Even when there is nowhere else to go.
    uma.delete_with("/api/v1/organizations/me", json!({ "name": "Personal" })).await.expect(204);
    uma.get("/auth/me").await.expect(200);
    assert_eq!(names(&uma).await, ["Personal"]);
    let invited = ann.post("/api/v1/organizations/me/invites", json!({ "email": uma.email })).await.expect(201);
    let token = json!({ "token": invited.text_at("/token") });
    uma.post("/api/v1/organizations/invites/accept", token).await.expect(200);
    assert_eq!(names(&uma).await, ["Ann Incorporated", "Personal"]);
}

/// N-13, N-14: unverified on either side grants nothing.
async fn nothing_is_granted_to_what_was_not_shown(world: World) {
    let ann = world.server.client().register("Ann").await;
    let body = json!({ "domain": "corp.test", "enrolment": "automatic" });
    let claim = ann.post(DOMAINS, body).await.expect(201);
    ann.patch("/api/v1/organizations/me", json!({ "domain": "corp.test" })).await.expect(200);
    let uma = world.verified("uma@corp.test").await;
    assert_eq!(names(&uma).await, ["Personal"], "a claim is no proof, and a stated domain is none");
    let me = uma.get("/auth/me").await.expect(200);
    assert_eq!(me.body["suggested_organization"], Value::Null);
    let ask = json!({ "organization_id": claim.text_at("/organization_id") });
    uma.post("/api/v1/users/me/join-requests", ask.clone()).await.refused(404, "organization_not_found");
    world.dns.set_texts("_guildhall.corp.test", &[&claim.text_at("/record/value")]);
    ann.post(&format!("{DOMAINS}/{}/verify", claim.text_at("/id")), json!({})).await.expect(200);
    let uli = world.server.client().sign_up_as("uli@corp.test", "Uli").await;
    uli.post("/api/v1/users/me/join-requests", ask).await.refused(403, "email_not_verified");
}

/// Both doors at once: one membership.
async fn a_domain_beside_an_invitation(world: World) {
    let nobody = world.server.client();
    let ann = nobody.register("Ann").await;
    world.verified_domain(&ann, "corp.test", "automatic").await;
    for round in 0..10 {
        let email = format!("uma{round}@corp.test");
        let body = json!({ "email": email, "role": "admin" });
        let invited = ann.post("/api/v1/organizations/me/invites", body).await.expect(201).text_at("/token");
        let uma = nobody.sign_up_as(&email, "Uma").await;
        let link = world.server.mailbox().newest(&email, "your e-mail address").await.token();
        let (accepting, verifying) = (uma.clone(), uma.clone());
        let accept = tokio::spawn(async move {
            let body = json!({ "token": invited });
            accepting.post("/api/v1/organizations/invites/accept", body).await.status.as_u16()
        });
        let verify = tokio::spawn(async move {
            verifying.post("/api/v1/auth/verify-email", json!({ "token": link })).await.status.as_u16()
        });
        assert_eq!((accept.await.unwrap(), verify.await.unwrap()), (200, 200), "round {round}");
        assert_eq!(names(&uma).await, ["Ann Incorporated", "Personal"], "round {round}");
        let member = ann.get(&format!("/api/v1/organizations/me/members/{}", uma.user_id)).await.expect(200);
        assert_eq!(member.body["role"], "admin", "round {round}");
    }
    assert_eq!(ann.get("/api/v1/organizations/me").await.expect(200).body["users_count"], 11);
}

/// N-09, N-13, N-14: the shared organization gives way; one of one's own does not, and that is no error.
async fn a_domain_where_only_one_organization_is_allowed(world: World) {
    let nobody = world.server.client();
    let ann = nobody.register("Ann").await;
    nobody.sign_up("Fay First").await;
    world.verified_domain(&ann, "corp.test", "automatic").await;
    let uma = nobody.sign_up_as("uma@corp.test", "Uma").await;
    assert_eq!(uma.get("/api/organizations").await.expect(200).body[0]["name"], "Default Organization");
    world.server.mailbox().verify(&uma).await;
    let mine = uma.get("/api/organizations").await.expect(200);
    assert_eq!((mine.body.as_array().unwrap().len(), &mine.body[0]["name"]), (1, &json!("Ann Incorporated")));
    let own = nobody.register_in("uli@corp.test", "Uli", "Uli's").await;
    world.server.mailbox().verify(&own).await;
    let mine = own.get("/api/organizations").await.expect(200);
    assert_eq!((mine.body.as_array().unwrap().len(), &mine.body[0]["name"]), (1, &json!("Uli's")));
}
