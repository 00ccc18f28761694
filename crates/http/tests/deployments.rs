//! What a deployment's rules change: who registers, who sets up, what comes first, and what roles are called.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use guildhall_app::{Authentication, Settings};
use guildhall_domain::Name;
use guildhall_domain::blueprint::{
    Blueprint, DefaultAccess, DefaultRole, InvitationMode, InvitationRules, MembershipMode, OnboardingRules,
    Registration, RoleLabels, RoleRules, SignUpOrganization, SignUpRules,
};
use serde_json::{Value, json};
use support::{PASSWORD, Person, Server};

const REGISTER: &str = "/api/v1/auth/register";
const SETUP: &str = "/api/v1/auth/setup";

fn registration(registration: Registration) -> Blueprint {
    Blueprint { signup: SignUpRules { registration, ..SignUpRules::default() }, ..Blueprint::default() }
}

fn account(name: &str) -> Value {
    json!({"email": format!("{name}@example.com"), "name": name, "password": PASSWORD})
}

/// M-56, M-57: administrators make the accounts, and the set-up makes the first of them.
#[actix_web::test]
async fn set_up() {
    let server = Server::ruled(registration(Registration::Closed)).await;
    let needed = async || server.call("GET", SETUP, None).await.expect(200);
    server.call("POST", REGISTER, Some(&account("eve"))).await.problem(403, "registration_closed");
    assert_eq!(needed().await, json!({"needed": true}));
    let weak = json!({"email": "root@example.com", "name": "Root", "password": "root"});
    let answer = server.call("POST", SETUP, Some(&weak)).await;
    assert_eq!(answer.faults(), [("/password".to_owned(), "too_short".to_owned())]);
    let answer = server.call("POST", SETUP, Some(&account("root"))).await;
    let made = answer.expect(201);
    assert_eq!(answer.header("location"), Some("/api/v1/users/me"));
    assert_eq!((&made["user"]["superadmin"], &made["user"]["email_verified"]), (&json!(true), &json!(true)));
    assert_eq!(made["organization"], Value::Null);
    assert_eq!(needed().await, json!({"needed": false}));
    server.call("POST", SETUP, Some(&account("eve"))).await.problem(409, "already_set_up");
    server.call("POST", REGISTER, Some(&account("eve"))).await.problem(403, "registration_closed");

    let root = Person {
        email: "root@example.com".to_owned(),
        id: made["user"]["id"].as_str().unwrap().to_owned(),
        token: made["token"].as_str().unwrap().to_owned(),
        organization: String::new(),
    };
    let users = "/api/v1/platform/users";
    let answer = root.call(&server, "POST", users, Some(account("grace"))).await;
    let grace = answer.expect(201);
    let path = format!("{users}/{}", grace["id"].as_str().unwrap());
    assert_eq!(answer.header("location"), Some(path.as_str()));
    assert_eq!((&grace["superadmin"], &grace["email_verified"]), (&json!(false), &json!(true)));
    root.call(&server, "POST", users, Some(account("grace"))).await.problem(409, "email_already_registered");
    let mut second = account("second");
    second["superadmin"] = json!(true);
    assert_eq!(root.call(&server, "POST", users, Some(second)).await.expect(201)["superadmin"], json!(true));

    let session = server.call("POST", "/api/v1/auth/login", Some(&account_login("grace", PASSWORD))).await.expect(200);
    let bearer = |token: &Value| ("authorization", format!("Bearer {}", token.as_str().unwrap()));
    let me = support::request("GET", "/auth/me", None).insert_header(bearer(&session["token"]));
    let me = server.send(me).await.expect(200);
    assert_eq!(me["organization"]["name"], "Personal");
    let denied = support::request("POST", users, Some(&account("alan"))).insert_header(bearer(&session["token"]));
    server.send(denied).await.problem(403, "superadmin_required");
    let new = "seven quiet lanterns over water";
    let reset = async |path: &str, password: &str| {
        root.call(&server, "PUT", &format!("{path}/password"), Some(json!({"password": password}))).await
    };
    assert_eq!(reset(&path, "short").await.faults(), [("/password".to_owned(), "too_short".to_owned())]);
    reset(&format!("{users}/01980000-0000-7000-8000-00000000dead"), new).await.problem(404, "account_not_found");
    reset(&format!("{users}/x"), new).await.problem(404, "account_not_found");
    reset(&path, new).await.expect(204);
    let ended = support::request("GET", "/auth/me", None).insert_header(bearer(&session["token"]));
    server.send(ended).await.problem(401, "unauthenticated");
    let login = "/api/v1/auth/login";
    server.call("POST", login, Some(&account_login("grace", PASSWORD))).await.problem(401, "invalid_credentials");
    server.call("POST", login, Some(&account_login("grace", new))).await.expect(200);
}

fn account_login(name: &str, password: &str) -> Value {
    json!({"email": format!("{name}@example.com"), "password": password})
}

/// Where people register, nobody can make themself superadmin.
#[actix_web::test]
async fn set_up_is_closed_elsewhere() {
    for open in [Registration::Open, Registration::Invited] {
        let server = Server::ruled(registration(open)).await;
        assert_eq!(server.call("GET", SETUP, None).await.expect(200), json!({"needed": false}));
        server.call("POST", SETUP, Some(&account("eve"))).await.problem(403, "set_up_closed");
    }
}

/// Only the invited register.
#[actix_web::test]
async fn by_invitation_only() {
    let server = Server::ruled(registration(Registration::Invited)).await;
    server.call("POST", REGISTER, Some(&account("grace"))).await.problem(403, "invitation_required");
    let root = server.superadmin().await;
    let made = root.call(&server, "POST", "/api/v1/organizations", Some(json!({"name": "Acme"}))).await.expect(201);
    let organization = made["id"].as_str().unwrap();
    let (_, token) = server.invite(&root, organization, json!({"email": "grace@example.com"})).await;
    let mut body = account("grace");
    body["invitation_token"] = json!(token);
    let made = server.call("POST", REGISTER, Some(&body)).await.expect(201);
    assert_eq!(made["organization"]["id"], json!(organization));
}

/// C-139: one local user, who needs no account.
#[actix_web::test]
async fn with_a_local_token() {
    let server = Server::set_up(Settings { authentication: Authentication::LocalToken, ..Settings::default() }).await;
    let login = account_login("root", PASSWORD);
    server.call("POST", "/api/v1/auth/login", Some(&login)).await.problem(403, "local_user_only");
    server.call("POST", REGISTER, Some(&account("eve"))).await.problem(403, "local_user_only");
    server.call("POST", SETUP, Some(&account("eve"))).await.problem(403, "local_user_only");
    assert_eq!(server.call("GET", SETUP, None).await.expect(200), json!({"needed": false}));
}

/// C-16, C-19, C-138.
#[actix_web::test]
async fn onboarding_comes_first() {
    let server =
        Server::ruled(Blueprint { onboarding: OnboardingRules { required: true }, ..Blueprint::default() }).await;
    let ada = server.register("Ada").await;
    let required = async || ada.get(&server, "/auth/me").await.expect(200)["onboarding_required"].clone();
    let create = async || ada.call(&server, "POST", "/api/v1/organizations", Some(json!({"name": "Acme"}))).await;
    assert_eq!(required().await, json!(true));
    create().await.problem(403, "onboarding_incomplete");
    ada.call(&server, "PATCH", "/api/v1/users/me", Some(json!({"timezone": "Europe/London"}))).await.expect(200);
    assert_eq!(required().await, json!(false));
    create().await.expect(201);
    // Elsewhere nothing is asked for.
    let server = Server::start().await;
    let ada = server.register("Ada").await;
    assert_eq!(ada.get(&server, "/auth/me").await.expect(200)["onboarding_required"], json!(false));
}

/// M-02, N-09: one organization for each user.
#[actix_web::test]
async fn exclusive_membership() {
    let server = Server::ruled(Blueprint { membership: MembershipMode::Exclusive, ..Blueprint::default() }).await;
    let (ada, grace) = (server.register("Ada").await, server.register("Grace").await);
    let conflict = "already_in_organization";
    ada.call(&server, "POST", "/api/v1/organizations", Some(json!({"name": "Acme"}))).await.problem(409, conflict);
    let members = format!("/api/v1/organizations/{}/members", ada.organization);
    ada.call(&server, "POST", &members, Some(json!({"user_id": grace.id}))).await.problem(409, conflict);
    let invites = format!("/api/v1/organizations/{}/invites", ada.organization);
    server.verify_email(&grace).await;
    let direct = json!({"email": grace.email, "mode": "direct"});
    ada.call(&server, "POST", &invites, Some(direct)).await.problem(409, conflict);
    let many = json!({"emails": [grace.email], "mode": "direct"});
    let bulk = ada.call(&server, "POST", &format!("{invites}/bulk"), Some(many)).await.expect(200);
    assert_eq!(bulk["results"][0]["status"], conflict);
    let (_, token) = server.invite(&ada, &ada.organization, json!({"email": grace.email})).await;
    let accept = async |person: &Person, token: &str| {
        person.call(&server, "POST", "/api/v1/organizations/invites/accept", Some(json!({"token": token}))).await
    };
    accept(&grace, &token).await.problem(409, conflict);
    // What came by registering alone gives way.
    let made = server.call("POST", REGISTER, Some(&account("alan"))).await.expect(201);
    let alan = Person {
        email: "alan@example.com".to_owned(),
        id: made["user"]["id"].as_str().unwrap().to_owned(),
        token: made["token"].as_str().unwrap().to_owned(),
        organization: made["organization"]["id"].as_str().unwrap().to_owned(),
    };
    let own = alan.get(&server, "/api/v1/organizations/me/member").await.expect(200);
    assert_eq!(own["source"], "sign_up");
    let (_, token) = server.invite(&ada, &ada.organization, json!({"email": alan.email})).await;
    let mine = accept(&alan, &token).await.expect(200);
    assert_eq!((&mine["id"], &mine["is_active"]), (&json!(ada.organization), &json!(true)));
    let list = alan.get(&server, "/api/v1/organizations").await.expect(200);
    assert_eq!(list["items"], json!([mine]));
}

/// M-08, M-09, N-38, S-10: labels, aliases, default role, access and mode.
#[actix_web::test]
async fn roles_and_defaults() {
    let roles = RoleRules {
        default: DefaultRole::Admin,
        labels: RoleLabels { owner: Some(Name::parse("Founder").unwrap()), ..RoleLabels::default() },
        aliases: [("boss".to_owned(), DefaultRole::Admin), ("colleague".to_owned(), DefaultRole::Member)].into(),
    };
    let invitations = InvitationRules { mode: InvitationMode::Direct, ..InvitationRules::default() };
    let server = Server::ruled(Blueprint {
        roles,
        invitations,
        default_member_access: DefaultAccess::All,
        signup: SignUpRules { organization: SignUpOrganization::None, ..SignUpRules::default() },
        ..Blueprint::default()
    })
    .await;
    let (ada, grace, alan) =
        (server.register("Ada").await, server.register("Grace").await, server.register("Alan").await);
    let mine = ada.get(&server, "/api/v1/organizations").await.expect(200)["items"][0].clone();
    assert_eq!((&mine["role"], &mine["role_label"]), (&json!("owner"), &json!("Founder")));
    let base = format!("/api/v1/organizations/{}", ada.organization);
    let own = ada.get(&server, &format!("{base}/member")).await.expect(200);
    assert_eq!(
        (&own["role"], &own["role_label"], &own["source"]),
        (&json!("owner"), &json!("Founder"), &json!("creator"))
    );
    server.verify_email(&grace).await;
    let added = ada.call(&server, "POST", &format!("{base}/invites"), Some(json!({"email": grace.email}))).await;
    let member = added.expect(201)["member"].clone();
    assert_eq!((&member["role"], &member["role_label"]), (&json!("admin"), &json!("admin")));
    assert_eq!((&member["all_read"], &member["all_write"]), (&json!(true), &json!(true)));
    let wish = json!({"user_id": alan.id, "role": "Colleague", "all_read": false});
    let member = ada.call(&server, "POST", &format!("{base}/members"), Some(wish)).await.expect(201);
    assert_eq!(
        (&member["role"], &member["all_read"], &member["all_write"]),
        (&json!("member"), &json!(false), &json!(false))
    );
    let role = json!({"name": "Auditor", "permissions": ["audit.read"]});
    ada.call(&server, "POST", &format!("{base}/roles"), Some(role)).await.expect(201);
    let path = format!("{base}/members/{}", alan.id);
    let changed = ada.call(&server, "PATCH", &path, Some(json!({"role": "auditor"}))).await.expect(200);
    assert_eq!((&changed["role"], &changed["role_label"]), (&json!("Auditor"), &json!("Auditor")));
    let mine = alan.get(&server, "/auth/me").await.expect(200)["organization"].clone();
    assert_eq!(mine["role_label"], "Founder", "the one of alan's own");
}
