//! Who may register, whose an address is, and installations whose
//! administrators make the accounts (M-56, M-57).

use serde_json::json;
use tokio::task::JoinSet;

use crate::client::PASSWORD;
use crate::database::Database;
use crate::on_both_databases;
use crate::server::Server;

on_both_databases!(showing_whose_an_address_is);

/// N-13's condition: one link at a time, used once, in one's own mailbox and with one's own account.
async fn showing_whose_an_address_is(server: Server) {
    let nobody = server.client();
    let ann = nobody.sign_up("Ann").await;
    let verify = "/api/v1/auth/verify-email";
    let first = server.mailbox().newest(&ann.email, "your e-mail address").await;
    ann.post(&format!("{verify}/resend"), json!({})).await.expect(202);
    let second = loop {
        let newest = server.mailbox().newest(&ann.email, "your e-mail address").await;
        if newest.message_id != first.message_id {
            break newest;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    };
    ann.post(verify, json!({ "token": first.token() })).await.refused(404, "verification_not_found");
    for bad in ["", "ghe_", "x", &second.token().to_uppercase(), ann.token.as_deref().unwrap()] {
        ann.post(verify, json!({ "token": bad })).await.refused(404, "verification_not_found");
    }
    // Who registers with somebody else's address is not helped by that person's click.
    let eve = nobody.sign_up("Eve").await;
    nobody.post(verify, json!({ "token": second.token() })).await.refused(401, "unauthenticated");
    eve.post(verify, json!({ "token": second.token() })).await.refused(404, "verification_not_found");
    for who in [&ann, &eve] {
        assert_eq!(who.get("/auth/me").await.expect(200).body["email_verified"], false);
    }
    let verified = ann.post(verify, json!({ "token": second.token() })).await.expect(200);
    assert_eq!(verified.body["user"]["email_verified"], true);
    ann.post(verify, json!({ "token": second.token() })).await.refused(404, "verification_not_found");
    ann.post(&format!("{verify}/resend"), json!({})).await.refused(409, "email_already_verified");
    assert_eq!(ann.get("/auth/me").await.expect(200).body["email_verified"], true);
    // Open registration has no set-up.
    assert_eq!(nobody.get("/api/v1/auth/setup").await.expect(200).body["needed"], false);
    let root = json!({ "email": "root@example.com", "name": "Root", "password": PASSWORD });
    nobody.post("/api/v1/auth/setup", root).await.refused(403, "set_up_closed");
}

async fn with_blueprint(database: Database, blueprint: &str) -> (Server, tempfile::NamedTempFile) {
    let file = tempfile::NamedTempFile::with_suffix(".toml").unwrap();
    std::fs::write(file.path(), blueprint).unwrap();
    let path = file.path().display().to_string();
    (Server::start_with(database, &[("GUILDHALL_BLUEPRINT", &path)]).await, file)
}

async fn only_the_invited_register(database: Database) {
    let (server, _blueprint) = with_blueprint(database, "[signup]\nregistration = \"invited\"\n").await;
    let nobody = server.client();
    let body = json!({ "email": "ann@example.com", "password": PASSWORD, "name": "Ann" });
    nobody.post("/api/v1/auth/register", body).await.refused(403, "invitation_required");
    let password = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(password.path(), PASSWORD).unwrap();
    let file = password.path().display().to_string();
    let made = ["superadmin", "create", "--email", "root@example.com", "--name", "Root", "--password-file", &file];
    assert!(server.command(&made).await.status.success());
    let root = nobody.login("root@example.com", PASSWORD).await;
    root.get("/auth/me").await.expect(200);
    let invited =
        root.post("/api/v1/organizations/me/invites", json!({ "email": "ann@example.com" })).await.expect(201);
    let token = invited.text_at("/token");
    let body = json!({ "email": "ann@example.com", "password": PASSWORD, "name": "Ann", "invitation_token": token });
    nobody.post("/api/v1/auth/register", body).await.expect(201);
}

/// M-56: the first one to come sets it up, once; M-57: then administrators make accounts.
async fn administrators_make_accounts(database: Database) {
    let (server, _blueprint) = with_blueprint(database, "[signup]\nregistration = \"closed\"\n").await;
    let nobody = server.client();
    assert_eq!(nobody.get("/api/v1/auth/setup").await.expect(200).body["needed"], true);
    let body = json!({ "email": "ann@example.com", "password": PASSWORD, "name": "Ann" });
    nobody.post("/api/v1/auth/register", body.clone()).await.refused(403, "registration_closed");
    let weak = json!({ "email": "root@example.com", "name": "Root", "password": "Passw0rd" });
    nobody.post("/api/v1/auth/setup", weak).await.refused(422, "invalid_request");
    let mut set = JoinSet::new();
    for n in 0..20 {
        let nobody = nobody.clone();
        let body = json!({ "email": format!("root{n}@example.com"), "name": "Root", "password": PASSWORD });
        set.spawn(async move { nobody.post("/api/v1/auth/setup", body).await });
    }
    let replies = set.join_all().await;
    let (made, refused): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status.as_u16() == 201);
    assert_eq!((made.len(), refused.len()), (1, 19), "one first superadmin");
    for reply in refused {
        reply.refused(409, "already_set_up");
    }
    assert_eq!(nobody.get("/api/v1/auth/setup").await.expect(200).body["needed"], false);
    let root = nobody.holding(&made[0]);

    let made = root.post("/api/v1/platform/users", body.clone()).await.expect(201);
    let ann = nobody.login("ann@example.com", PASSWORD).await;
    assert_eq!(ann.get("/auth/me").await.expect(200).body["email_verified"], true, "on the administrator's word");
    root.post("/api/v1/platform/users", body.clone()).await.refused(409, "email_already_registered");
    ann.post("/api/v1/platform/users", body).await.refused(403, "superadmin_required");

    // M-57: a new password from an administrator ends what was open.
    let path = format!("/api/v1/platform/users/{}/password", made.text_at("/id"));
    let new = "a different long passphrase";
    root.put(&path, json!({ "password": "short" })).await.refused(422, "invalid_request");
    root.put(&path, json!({ "password": new })).await.expect(204);
    ann.get("/auth/me").await.refused(401, "unauthenticated");
    nobody.login("ann@example.com", new).await;
    let unknown = "/api/v1/platform/users/00000000-0000-7000-8000-000000000000/password";
    root.put(unknown, json!({ "password": new })).await.refused(404, "account_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_invited_register_on_sqlite() {
    only_the_invited_register(Database::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_invited_register_on_postgres() {
    only_the_invited_register(Database::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_make_accounts_on_sqlite() {
    administrators_make_accounts(Database::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_make_accounts_on_postgres() {
    administrators_make_accounts(Database::postgres().await).await;
}
