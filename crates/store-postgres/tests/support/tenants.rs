//! Two tenants with a row in every table, and a connection that works as the service's role.

use std::sync::Arc;

use guildhall_domain::audit::AuditAction;
use guildhall_domain::credits::{CreditQuota, CreditRequest, SpendBy};
use guildhall_domain::{
    AccessLevel, Enrolment, InvitationStatus, Limit, MemberRole, Organization, Permission, User, WorkspaceRole,
};
use guildhall_testkit::fixtures::Fixture;
use guildhall_testkit::postgres::TestDatabase;
use time::Duration;
use tokio_postgres::Client;

use super::new_store;

/// Every table with row-level security, and how many rows of it one tenant
/// sees in its own organization. Mails are seen by their sender only.
pub const TENANT_TABLES: [(&str, i64); 25] = [
    ("organizations", 1),
    ("roles", 1),
    ("memberships", 2),
    ("audit_heads", 1),
    ("audit_events", 1),
    ("invitations", 2),
    ("departures", 1),
    ("organization_domains", 2),
    ("join_requests", 1),
    ("mail_queue", 0),
    ("workspace_groups", 1),
    ("workspaces", 2),
    ("workspace_members", 1),
    ("workspace_grants", 1),
    ("workspace_counts", 1),
    ("quota_usage", 1),
    ("idempotent_answers", 1),
    ("credit_grants", 1),
    ("credit_transactions", 3),
    ("credit_reservations", 1),
    ("credit_usage", 2),
    ("credit_workspace_usage", 2),
    ("member_quotas", 1),
    ("credit_workspace_totals", 2),
    ("workspace_budgets", 1),
];

pub struct Tenants {
    pub first: (User, Organization),
    pub second: (User, Organization),
    /// A raw connection that works as the service's role.
    pub client: Client,
    pub fixture: Fixture,
    database: TestDatabase,
}

/// Acme and Globex. Each invites `guest@elsewhere.example` and took another
/// invitation back, has its domain verified and another one claimed, and was
/// left by somebody who asks to come back. Each has a board with somebody in
/// it and a grant, the owner's own workspace, and use of a resource that was
/// asked for with a key. Each was given credits, of which the owner spent some and
/// holds others, within a quota.
pub async fn two_tenants() -> Tenants {
    let (store, database) = new_store().await;
    let f = Fixture::new(Arc::clone(&store));
    let mut tenants = Vec::new();
    for name in ["Acme", "Globex"] {
        let (owner, organization) = f.seed_owned(name).await;
        let id = organization.id;
        let role = f.seed_role(id, "Auditor", &[Permission::AuditRead]).await;
        let (_, auditor) = f.seed_member(id, &format!("aud@{name}.example"), MemberRole::Custom(role.id)).await;
        let event = f.event(Some(id), AuditAction::CreateRole, &owner);
        f.write(id, async |unit| unit.append_audit(&event).await).await;
        let mut revoked = f.seed_invitation(id, "revoked@elsewhere.example", Some(owner.id)).await;
        revoked.status = InvitationStatus::Revoked;
        f.change_invitation(&revoked).await;
        f.seed_invitation(id, "guest@elsewhere.example", Some(owner.id)).await;
        f.seed_domain(id, &format!("{name}.example"), Enrolment::Suggest).await;
        f.seed_claim(id, "elsewhere.example").await;
        let former = f.seed_user(&format!("former.{name}@nowhere.example")).await;
        f.write(id, async |unit| unit.note_departure(&former.email, f.now()).await).await;
        f.seed_join_request(id, &former).await;
        f.seed_mail(id, "guest@elsewhere.example").await;
        f.seed_workspace_group(id, "Boards").await;
        f.seed_personal_workspace(id, owner.id).await;
        let board = f.seed_workspace(id, "Board").await;
        f.seed_workspace_member(&board, auditor.id, WorkspaceRole::Member).await;
        f.seed_grants(&auditor, &[(board.id, AccessLevel::Write)]).await;
        f.seed_quota(id, &f.limit_name("storage"), 5).await;
        f.seed_answer(id, &f.idempotent_request(owner.id, "once"), "done").await;
        f.seed_credits(id, 10).await;
        let (by, amount) = (SpendBy { workspace_id: Some(board.id), ..SpendBy::member(owner.id) }, f.amount(2));
        f.order_one(id, f.now(), CreditRequest::Spend { by, amount }).await;
        f.seed_reservation(id, owner.id, 3, f.now(), Duration::minutes(5)).await;
        let (quota, at) = (CreditQuota { monthly: Limit::AtMost(9), daily: Limit::Unlimited }, f.now());
        f.write(id, async |unit| unit.credits().set_quota(auditor.id, quota, at).await).await;
        f.write(id, async |unit| unit.credits().set_budget(board.id, quota, at).await).await;
        tenants.push((owner, organization));
    }
    let client = database.client().await;
    client.batch_execute("SET ROLE guildhall_app").await.unwrap();
    let second = tenants.pop().unwrap();
    let first = tenants.pop().unwrap();
    Tenants { first, second, client, fixture: f, database }
}

impl Tenants {
    /// A raw connection as the role that owns the tables.
    pub async fn owner(&self) -> Client {
        self.database.client().await
    }

    /// Begins a transaction with a setting.
    pub async fn begin(&self, setting: &str, value: impl std::fmt::Display) {
        self.client.batch_execute(&format!("ROLLBACK; BEGIN; SET LOCAL {setting} = '{value}'")).await.unwrap();
    }

    /// How many rows the transaction sees.
    pub async fn count(&self, table: &str) -> i64 {
        self.client.query_one(&format!("SELECT count(*) FROM {table}"), &[]).await.unwrap().get(0)
    }

    /// What the transaction sees: every table with as many rows as `seen` says, and none where it says nothing.
    pub async fn sees(&self, seen: &[(&str, i64)]) {
        for (table, _) in TENANT_TABLES {
            let rows = seen.iter().find(|(name, _)| *name == table).map_or(0, |(_, rows)| *rows);
            assert_eq!(self.count(table).await, rows, "{table}");
        }
    }

    /// What PostgreSQL says to a statement that it refuses.
    pub async fn refusal(&self, statement: &str) -> String {
        let error = self.client.batch_execute(statement).await.expect_err(statement);
        error.as_db_error().map(|error| error.message().to_owned()).unwrap_or_default()
    }

    /// How many rows a statement changes.
    pub async fn changes(&self, statement: &str) -> u64 {
        self.client.execute(statement, &[]).await.unwrap()
    }
}
