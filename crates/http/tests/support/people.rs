use actix_web::test::TestRequest;
use guildhall_app::SecretString;
use guildhall_app::user::CreateSuperadmin;
use guildhall_domain::{Email, Name};
use guildhall_ports::MailContent;
use serde_json::{Value, json};

use super::{Answer, Server, request, token_in};

/// Everybody's password, which no answer and no log line ever holds.
pub const PASSWORD: &str = "umbrella granite velvet falcon";

/// Somebody with an account and a session.
#[derive(Debug, Clone)]
pub struct Person {
    pub email: String,
    pub id: String,
    pub token: String,
    pub organization: String,
}

/// An organization with people in every position.
pub struct Organization {
    pub id: String,
    pub owner: Person,
    pub admin: Person,
    pub member: Person,
    /// Holds a custom role that allows nothing but to see the organization and to leave.
    pub guest: Person,
    /// Was a member, and still has a session.
    pub removed: Person,
    /// The memberships of the five above, but the last.
    pub members: Vec<String>,
    /// The guest's custom role.
    pub role: String,
    /// A pending invitation, to nobody who has an account.
    pub invitation: String,
    /// The claim to the domain that is verified for the organization, and suggests it.
    pub domain_id: String,
    pub domain: String,
    /// Somebody at that domain who asked to join, and the request.
    pub applicant: Person,
    pub join_request: String,
    /// The owner's, which nobody else reads but by the role of an admin, in its group.
    pub workspace: String,
    pub group: String,
    /// Credits of the pool, a spending of the owner's, and what the owner holds of them.
    pub grant: String,
    pub transaction: String,
    pub reservation: String,
}

impl Organization {
    /// Its own things, for the places of their names in a path or a body.
    pub fn ids(&self) -> Vec<(&str, &str)> {
        vec![
            ("{org}", &self.id),
            ("{id}", &self.id),
            ("{member}", &self.members[2]),
            ("{role}", &self.role),
            ("{user}", &self.member.id),
            ("{invite}", &self.invitation),
            ("{domain_id}", &self.domain_id),
            ("{domain}", &self.domain),
            ("{request}", &self.join_request),
            ("{workspace}", &self.workspace),
            ("{group}", &self.group),
            ("{quota}", "storage"),
            ("{grant}", &self.grant),
            ("{transaction}", &self.transaction),
            ("{reservation}", &self.reservation),
        ]
    }
}

impl Person {
    /// Sends a request as this person.
    pub async fn call(&self, server: &Server, method: &str, path: &str, body: Option<Value>) -> Answer {
        server.send(self.request(method, path, body)).await
    }

    pub async fn get(&self, server: &Server, path: &str) -> Answer {
        self.call(server, "GET", path, None).await
    }

    /// Sends a request that is known by a key.
    pub async fn keyed(&self, server: &Server, path: &str, key: &str, body: Value) -> Answer {
        server.send(self.request("POST", path, Some(body)).insert_header(("idempotency-key", key))).await
    }

    /// A request of this person, to be completed.
    pub fn request(&self, method: &str, path: &str, body: Option<Value>) -> TestRequest {
        request(method, path, body.as_ref()).insert_header(("authorization", format!("Bearer {}", self.token)))
    }

    fn of(session: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Self {
            email: text(&session["user"]["email"]),
            id: text(&session["user"]["id"]),
            token: text(&session["token"]),
            organization: text(&session["organization"]["id"]),
        }
    }
}

impl Server {
    /// Registers somebody, with an organization of their own.
    pub async fn register(&self, name: &str) -> Person {
        self.register_at(&format!("{}@example.com", name.to_lowercase()), name).await
    }

    /// The same with an address of one's choice.
    pub async fn register_at(&self, email: &str, name: &str) -> Person {
        let body = json!({"email": email, "password": PASSWORD, "name": name, "organization": format!("{name} Inc.")});
        Person::of(&self.call("POST", "/api/v1/auth/register", Some(&body)).await.expect(201))
    }

    /// Opens the link that was sent to somebody's address, as the one whose address it is.
    pub async fn verify_email(&self, person: &Person) -> Value {
        self.guildhall.deliver_mail().await.unwrap();
        let mails = self.outside.mailboxes.of(&person.email);
        let link = mails.iter().rfind(|mail| matches!(mail.content, MailContent::EmailVerification { .. }));
        let body = json!({"token": token_in(link.unwrap())});
        person.call(self, "POST", "/api/v1/auth/verify-email", Some(body)).await.expect(200)["user"].clone()
    }

    /// Logs somebody in once more.
    pub async fn login(&self, person: &Person) -> Person {
        let body = json!({"email": person.email, "password": PASSWORD});
        Person::of(&self.call("POST", "/api/v1/auth/login", Some(&body)).await.expect(200))
    }

    /// Somebody with power over the installation.
    pub async fn superadmin(&self) -> Person {
        let command = CreateSuperadmin {
            email: Email::parse("root@example.com").unwrap(),
            name: Name::parse("Root").unwrap(),
            password: SecretString::from(PASSWORD),
        };
        let user = self.guildhall.create_superadmin(command).await.unwrap();
        let session = Person {
            email: user.email.to_string(),
            id: String::new(),
            token: String::new(),
            organization: String::new(),
        };
        self.login(&session).await
    }

    /// Founds an organization with people in every position, whose names begin with `prefix`.
    pub async fn organization(&self, prefix: &str) -> Organization {
        let owner = self.register(&format!("{prefix}Owner")).await;
        let id = owner.organization.clone();
        let roles = format!("/api/v1/organizations/{id}/roles");
        let role =
            owner.call(self, "POST", &roles, Some(json!({"name": "guest", "permissions": []}))).await.expect(201);
        let role = role["id"].as_str().unwrap().to_owned();
        let mut members = vec![self.member_id(&owner, &id, &owner.id).await];
        let mut people = Vec::new();
        for (position, role) in [("Admin", "admin"), ("Member", "member"), ("Guest", &role), ("Removed", "admin")] {
            let person = self.register(&format!("{prefix}{position}")).await;
            members.push(self.add(&owner, &id, &person, role).await);
            people.push(person);
        }
        let path = format!("/api/v1/organizations/{id}/members/{}", members.pop().unwrap());
        owner.call(self, "DELETE", &path, None).await.expect(204);
        let [admin, member, guest, removed] = people.try_into().unwrap();
        let domain = format!("{}.example", prefix.to_lowercase());
        let claim = self.own_domain(&owner, &id, &domain, "suggest").await;
        let applicant = self.register_at(&format!("applicant@{domain}"), &format!("{prefix}Applicant")).await;
        self.verify_email(&applicant).await;
        let wish = json!({"organization_id": id});
        let request = applicant.call(self, "POST", "/api/v1/users/me/join-requests", Some(wish)).await.expect(201);
        let wish = json!({"email": format!("invited@{domain}")});
        let path = format!("/api/v1/organizations/{id}/invites");
        let invited = owner.call(self, "POST", &path, Some(wish)).await.expect(201);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (domain_id, invitation) = (text(&claim["id"]), text(&invited["invitation"]["id"]));
        let join_request = text(&request["id"]);
        let (name, base) = (json!({"name": format!("{prefix} Engines")}), format!("/api/v1/organizations/{id}"));
        let group = owner.call(self, "POST", &format!("{base}/workspace-groups"), Some(name.clone())).await.expect(201);
        let mut wish = name;
        wish["group_id"] = group["id"].clone();
        let workspace = owner.call(self, "POST", &format!("{base}/workspaces"), Some(wish)).await.expect(201);
        let (workspace, group) = (text(&workspace["id"]), text(&group["id"]));
        let credits = async |what: &str, body: Value| {
            let path = format!("{base}/credits{what}");
            owner.keyed(self, &path, "set-up", body).await.expect(201)
        };
        let grant = text(&credits("", json!({"amount": 1_000})).await["grant_id"]);
        let transaction = text(&credits("/consume", json!({"amount": 10})).await["transaction_id"]);
        let held = credits("/reservations", json!({"amount": 20, "ttl": 3_600})).await;
        let reservation = text(&held["reservation_id"]);
        Organization {
            id,
            owner,
            admin,
            member,
            guest,
            removed,
            members,
            role,
            invitation,
            domain_id,
            domain,
            applicant,
            join_request,
            workspace,
            group,
            grant,
            transaction,
            reservation,
        }
    }

    /// Claims a domain and shows that it is the organization's.
    pub async fn own_domain(&self, by: &Person, organization: &str, domain: &str, enrolment: &str) -> Value {
        let path = format!("/api/v1/organizations/{organization}/domains");
        let wish = json!({"domain": domain, "enrolment": enrolment});
        let claim = by.call(self, "POST", &path, Some(wish)).await.expect(201);
        let record = |field: &str| claim["record"][field].as_str().unwrap().to_owned();
        self.outside.dns.publish(&record("name"), &record("value"));
        let path = format!("{path}/{}/verify", claim["id"].as_str().unwrap());
        let verified = by.call(self, "POST", &path, None).await.expect(200);
        assert_eq!(verified["status"], "verified");
        verified
    }

    /// Invites somebody by a link, and gives the invitation's id and token.
    pub async fn invite(&self, by: &Person, organization: &str, wish: Value) -> (String, String) {
        let path = format!("/api/v1/organizations/{organization}/invites");
        let invited = by.call(self, "POST", &path, Some(wish)).await.expect(201);
        assert_eq!(invited["mode"], "link");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&invited["invitation"]["id"]), text(&invited["token"]))
    }

    /// Adds somebody to an organization and gives the id of the membership.
    pub async fn add(&self, by: &Person, organization: &str, person: &Person, role: &str) -> String {
        let path = format!("/api/v1/organizations/{organization}/members");
        let body = json!({"user_id": person.id, "role": role});
        let member = by.call(self, "POST", &path, Some(body)).await.expect(201);
        member["id"].as_str().unwrap().to_owned()
    }

    /// The membership of a user.
    pub async fn member_id(&self, by: &Person, organization: &str, user: &str) -> String {
        let path = format!("/api/v1/organizations/{organization}/members/{user}");
        by.get(self, &path).await.expect(200)["id"].as_str().unwrap().to_owned()
    }

    /// The denied attempts in an organization's log that came with this request id.
    pub async fn denials(&self, owner: &Person, organization: &str, request_id: &str) -> Vec<Value> {
        let path = format!("/api/v1/organizations/{organization}/audit-events?action=access_denied&limit=100");
        let page = owner.get(self, &path).await.expect(200);
        let events = page["items"].as_array().unwrap();
        events.iter().filter(|event| event["request_id"] == request_id).cloned().collect()
    }
}
