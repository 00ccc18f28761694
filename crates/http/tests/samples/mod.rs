//! The table of requests that can be sent again: for each POST that remembers
//! them, a world in which it works once, and what can be seen of it.
#![allow(dead_code, reason = "every test file uses a part of this")]

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::operations::{Operation, operations};
use crate::support::{Answer, Organization, Person, Server, token_in};

/// A world with everything in it that a request needs to work.
pub struct World {
    pub server: Server,
    pub acme: Organization,
    pub root: Person,
}

/// A request that works once.
pub struct Sample {
    pub by: Person,
    pub path: String,
    pub body: Option<Value>,
}

/// Those of the operations that remember requests, in the order of the document.
pub fn remembering() -> Vec<Operation> {
    let document = serde_json::to_value(guildhall_http::openapi()).unwrap();
    let key = |operation: &Operation| {
        let described = &document["paths"][operation.path()]["post"];
        let parameters = described["parameters"].as_array().cloned().unwrap_or_default();
        parameters.into_iter().find(|parameter| parameter["name"] == "Idempotency-Key")
    };
    let honours = |operation: &Operation| match key(operation) {
        Some(key) => key["required"] == false && !key["description"].as_str().unwrap().starts_with("Ignored"),
        None => panic!("{}: no Idempotency-Key in its description", operation.id),
    };
    operations().into_iter().filter(|operation| operation.method() == "POST").filter(honours).collect()
}

impl World {
    pub async fn new() -> Self {
        Self::on(Server::start().await).await
    }

    pub async fn on(server: Server) -> Self {
        let (acme, root) = (server.organization("Acme").await, server.superadmin().await);
        Self { server, acme, root }
    }

    /// What stands in the table of operations, by whom it works for; what
    /// needs more than that is prepared here. An operation for which it does
    /// not work fails its test: that is how a new one is noticed.
    pub async fn sample(&self, operation: &Operation) -> Sample {
        let (path, body) = operation.filled(&self.acme.ids());
        let Self { server, acme, root } = self;
        let base = format!("/api/v1/organizations/{}", acme.id);
        let by = |by: &Person, path: &str, body: Option<Value>| Sample { by: by.clone(), path: path.to_owned(), body };
        match operation.id {
            "verify_email" => {
                let vera = server.register("Vera").await;
                let token = server.mailed_token(&vera.email).await;
                by(&vera, &path, Some(json!({"token": token})))
            }
            "resend_email_verification" => by(&server.register("Vera").await, &path, None),
            "accept_invitation" | "decline_invitation" => {
                let (grace, _, token) = self.invited().await;
                by(&grace, &path, Some(json!({"token": token})))
            }
            "accept_received_invitation" | "decline_received_invitation" => {
                let (grace, id, _) = self.invited().await;
                by(&grace, &path.replace(&acme.invitation, &id), None)
            }
            "request_to_join" => {
                let late = server.register_at(&format!("late@{}", acme.domain), "Late").await;
                server.verify_email(&late).await;
                by(&late, &path, body)
            }
            "verify_domain" => {
                let wish = Some(json!({"domain": "new.example"}));
                let claim = acme.owner.call(server, "POST", &format!("{base}/domains"), wish).await.expect(201);
                let record = |field: &str| claim["record"][field].as_str().unwrap().to_owned();
                server.outside.dns.publish(&record("name"), &record("value"));
                by(&acme.owner, &path.replace(&acme.domain_id, claim["id"].as_str().unwrap()), None)
            }
            "add_member" => by(&acme.owner, &path, Some(json!({"user_id": acme.removed.id}))),
            "leave_organization" => by(&acme.member, &path, None),
            "transfer_workspace" => {
                let joined = Some(json!({"member_id": acme.member.id, "role": "member"}));
                acme.owner.call(server, "POST", &path.replace("/transfer", "/members"), joined).await.expect(201);
                by(&acme.owner, &path, body)
            }
            "restore_workspace" => {
                let archive = path.replace("/restore", "/archive");
                acme.owner.call(server, "POST", &archive, None).await.expect(200);
                by(&acme.owner, &path, None)
            }
            "restore_organization" => {
                root.call(server, "POST", &path.replace("/restore", "/suspend"), None).await.expect(200);
                by(root, &path, None)
            }
            "enable_user" => {
                root.call(server, "POST", &path.replace("/enable", "/disable"), None).await.expect(200);
                by(root, &path, None)
            }
            _ if path.contains("/platform/") => by(root, &path, body),
            _ => by(&acme.owner, &path, body),
        }
    }

    /// Somebody whose address is verified, with the id and token of an invitation.
    async fn invited(&self) -> (Person, String, String) {
        let grace = self.server.register("Grace").await;
        self.server.verify_email(&grace).await;
        let (id, token) =
            self.server.invite(&self.acme.owner, &self.acme.id, json!({"email": grace.email, "mode": "link"})).await;
        (grace, id, token)
    }

    /// All that a request could have changed, as a superadmin and the one who asked see it.
    pub async fn state(&self, by: &Person) -> Vec<Value> {
        let base = format!("/api/v1/organizations/{}", self.acme.id);
        let mut paths = vec!["/api/v1/platform/organizations?limit=100".to_owned()];
        paths.push("/api/v1/platform/users?limit=100".to_owned());
        let inside = ["members", "roles", "invites", "domains", "join-requests", "workspaces", "workspace-groups"];
        paths.extend(inside.map(|list| format!("{base}/{list}?limit=100")));
        paths.push(format!("{base}/workspaces/{}/members", self.acme.workspace));
        paths.push(format!("{base}/audit-events?limit=100"));
        let mut state = Vec::new();
        // First: whoever looks around and has no organization any more gets one.
        for path in ["/api/v1/users/me", "/api/v1/organizations?limit=100", "/api/v1/workspaces?limit=100"] {
            state.push(without_activity(by.get(&self.server, path).await.json()));
        }
        for path in paths {
            state.push(without_activity(self.root.get(&self.server, &path).await.json()));
        }
        self.server.guildhall.deliver_mail().await.unwrap();
        let mails = self.server.outside.mailboxes.of(&by.email);
        state.push(json!({"items": mails.iter().map(token_in).collect::<Vec<_>>()}));
        state
    }
}

impl Sample {
    pub fn request(&self, key: &str) -> TestRequest {
        self.by.request("POST", &self.path, self.body.clone()).insert_header(("idempotency-key", key))
    }

    /// The same with another body, that means the same.
    pub fn changed(&self, key: &str) -> TestRequest {
        let body = self.body.as_ref().map(|body| format!("{body} ")).unwrap_or_else(|| "{}".to_owned());
        self.request(key).set_payload(body).insert_header(("content-type", "application/json"))
    }

    pub async fn send(&self, server: &Server, key: &str) -> Answer {
        server.send(self.request(key)).await
    }
}

/// Looking is activity, and problems name their request.
fn without_activity(mut value: Value) -> Value {
    match &mut value {
        Value::Object(fields) => {
            for noise in ["last_active_at", "request_id"] {
                fields.remove(noise);
            }
            fields.values_mut().for_each(|field| *field = without_activity(field.take()));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = without_activity(item.take())),
        _ => {}
    }
    value
}

/// How many of everything there are: the same in all worlds in which the same happened.
pub fn counts(state: &[Value]) -> Vec<usize> {
    state.iter().map(|list| list["items"].as_array().map(Vec::len).unwrap_or_default()).collect()
}

/// What two answers to one request have in common: all but what is each answer's own.
pub fn comparable(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let own = ["x-request-id", "idempotent-replayed"];
    let headers = answer.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
    let mut headers: Vec<_> =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    headers.extend(answer.announced.iter().map(|length| ("content-length".to_owned(), length.clone())));
    headers.sort();
    (answer.status.as_u16(), headers, answer.text().to_owned())
}
