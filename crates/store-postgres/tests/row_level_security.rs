//! The barrier between tenants that holds even where a statement forgets its tenant.
#![allow(clippy::unwrap_used, reason = "this is test code")]

mod support;

use std::sync::Arc;

use guildhall_domain::audit::AuditAction;
use guildhall_domain::{MemberRole, Organization, Permission, User};
use guildhall_testkit::fixtures::Fixture;
use guildhall_testkit::postgres::TestDatabase;
use support::new_store;
use tokio_postgres::Client;

const TENANT_TABLES: [&str; 5] = ["organizations", "roles", "memberships", "audit_heads", "audit_events"];

struct Tenants {
    first: (User, Organization),
    second: (User, Organization),
    /// A raw connection that works as the service's role.
    client: Client,
    _fixture: Fixture,
    _database: TestDatabase,
}

async fn two_tenants() -> Tenants {
    let (store, database) = new_store().await;
    let f = Fixture::new(Arc::clone(&store));
    let mut tenants = Vec::new();
    for name in ["Acme", "Globex"] {
        let (owner, organization) = f.seed_owned(name).await;
        let role = f.seed_role(organization.id, "Auditor", &[Permission::AuditRead]).await;
        f.seed_member(organization.id, &format!("aud@{name}.example"), MemberRole::Custom(role.id)).await;
        let event = f.event(Some(organization.id), AuditAction::CreateRole, &owner);
        f.write(organization.id, async |unit| unit.append_audit(&event).await).await;
        tenants.push((owner, organization));
    }
    let client = database.client().await;
    client.batch_execute("SET ROLE guildhall_app").await.unwrap();
    let second = tenants.pop().unwrap();
    let first = tenants.pop().unwrap();
    Tenants { first, second, client, _fixture: f, _database: database }
}

async fn count(client: &Client, table: &str) -> i64 {
    client.query_one(&format!("SELECT count(*) FROM {table}"), &[]).await.unwrap().get(0)
}

/// R-RLS-1: without a setting there is nothing to see, for the service's role and for the owner.
#[tokio::test]
async fn nothing_is_seen_without_a_setting() {
    let t = two_tenants().await;
    for role in ["guildhall_app", "guildhall"] {
        t.client.batch_execute(&format!("RESET ROLE; SET ROLE {role}")).await.unwrap();
        for table in TENANT_TABLES {
            assert_eq!(count(&t.client, table).await, 0, "{table} as {role}");
        }
        for setting in ["app.organization_id", "app.user_id", "app.platform"] {
            t.client.batch_execute(&format!("BEGIN; SET LOCAL {setting} = ''")).await.unwrap();
            for table in TENANT_TABLES {
                assert_eq!(count(&t.client, table).await, 0, "{table} as {role} with {setting} empty");
            }
            t.client.batch_execute("ROLLBACK").await.unwrap();
        }
    }
}

/// A transaction inside one organization sees that one's rows and no others, without any filter.
#[tokio::test]
async fn one_tenant_is_seen_with_its_setting() {
    let t = two_tenants().await;
    let (_, organization) = &t.first;
    t.client.batch_execute(&format!("BEGIN; SET LOCAL app.organization_id = '{}'", organization.id)).await.unwrap();
    for (table, rows) in TENANT_TABLES.into_iter().zip([1, 1, 2, 1, 1]) {
        assert_eq!(count(&t.client, table).await, rows, "{table}");
        let column = if table == "organizations" { "id" } else { "organization_id" };
        let foreign = format!("{table} WHERE {column} <> '{}'", organization.id);
        assert_eq!(count(&t.client, &foreign).await, 0, "{table}");
    }
}

/// A user sees their own memberships, the organizations of these, and the roles they hold.
#[tokio::test]
async fn a_user_sees_their_own_places() {
    let t = two_tenants().await;
    let (owner, organization) = &t.first;
    t.client.batch_execute(&format!("BEGIN; SET LOCAL app.user_id = '{}'", owner.id)).await.unwrap();
    let seen: Vec<String> = t
        .client
        .query("SELECT id::text FROM organizations", &[])
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.get(0))
        .collect();
    assert_eq!(seen, [organization.id.to_string()]);
    for (table, rows) in [("memberships", 1), ("roles", 0), ("audit_heads", 0), ("audit_events", 0)] {
        assert_eq!(count(&t.client, table).await, rows, "{table}");
    }
    // Seeing is not changing.
    for change in ["UPDATE memberships SET role = 'owner', role_id = NULL", "UPDATE organizations SET name = 'x'"] {
        assert_eq!(t.client.execute(change, &[]).await.unwrap(), 0, "{change}");
    }
}

/// The operator sees organizations, and nothing inside them.
#[tokio::test]
async fn the_operator_sees_organizations_only() {
    let t = two_tenants().await;
    t.client.batch_execute("BEGIN; SET LOCAL app.platform = 'on'").await.unwrap();
    for (table, rows) in TENANT_TABLES.into_iter().zip([2, 0, 0, 0, 0]) {
        assert_eq!(count(&t.client, table).await, rows, "{table}");
    }
    assert_eq!(t.client.execute("UPDATE organizations SET name = 'x'", &[]).await.unwrap(), 0);
    assert_eq!(t.client.execute("DELETE FROM organizations", &[]).await.unwrap(), 0);
}

/// No row is written into, moved to, changed or removed in another tenant.
#[tokio::test]
async fn another_tenant_cannot_be_written() {
    let t = two_tenants().await;
    let (_, mine) = &t.first;
    let (_, other) = &t.second;
    let inside = format!("BEGIN; SET LOCAL app.organization_id = '{}'", mine.id);
    let refused = [
        format!(
            "INSERT INTO roles (organization_id, id, name, name_key, permissions, created_at, updated_at, version) \
             VALUES ('{}', gen_random_uuid(), 'x', 'x', '{{}}', now(), now(), 1)",
            other.id
        ),
        format!("INSERT INTO audit_heads (organization_id, sequence, hash) VALUES ('{}', 0, '')", other.id),
        format!("UPDATE roles SET organization_id = '{}'", other.id),
        format!("UPDATE memberships SET organization_id = '{}'", other.id),
        format!("UPDATE organizations SET id = '{}'", other.id),
    ];
    for statement in refused {
        t.client.batch_execute(&inside).await.unwrap();
        let error = t.client.batch_execute(&statement).await.unwrap_err();
        let message = error.as_db_error().map(|error| error.message().to_owned()).unwrap_or_default();
        assert!(message.contains("row-level security"), "{statement}: {message}");
        t.client.batch_execute("ROLLBACK").await.unwrap();
    }
    t.client.batch_execute(&inside).await.unwrap();
    for statement in [
        format!("UPDATE memberships SET all_read = true WHERE organization_id = '{}'", other.id),
        format!("DELETE FROM memberships WHERE organization_id = '{}'", other.id),
        format!("DELETE FROM organizations WHERE id = '{}'", other.id),
    ] {
        assert_eq!(t.client.execute(&statement, &[]).await.unwrap(), 0, "{statement}");
    }
}

/// N-12, R-AUD: the service's role can neither change nor remove what is in a log.
#[tokio::test]
async fn logs_are_append_only() {
    let t = two_tenants().await;
    let (_, mine) = &t.first;
    for table in ["audit_events", "platform_audit_events"] {
        for statement in
            [format!("UPDATE {table} SET success = false"), format!("DELETE FROM {table}"), format!("TRUNCATE {table}")]
        {
            t.client.batch_execute(&format!("BEGIN; SET LOCAL app.organization_id = '{}'", mine.id)).await.unwrap();
            let error = t.client.batch_execute(&statement).await.unwrap_err();
            let message = error.as_db_error().map(|error| error.message().to_owned()).unwrap_or_default();
            assert!(message.contains("permission denied"), "{statement}: {message}");
            t.client.batch_execute("ROLLBACK").await.unwrap();
        }
    }
    for table in ["audit_heads", "platform_audit_head"] {
        let error = t.client.batch_execute(&format!("DELETE FROM {table}")).await.unwrap_err();
        assert!(error.as_db_error().unwrap().message().contains("permission denied"), "{table}");
    }
}

/// The hot functions forget whom they were for when they are over.
#[tokio::test]
async fn hot_functions_leave_no_setting() {
    let t = two_tenants().await;
    let digest: &[u8] = &[7; 32];
    t.client.query("SELECT * FROM authenticate_many(ARRAY[$1::bytea])", &[&digest]).await.unwrap();
    t.client
        .batch_execute(&format!("SELECT touch_member('{}', '{}', now())", t.first.1.id, t.first.0.id))
        .await
        .unwrap();
    let left = "SELECT concat(current_setting('app.organization_id', true), current_setting('app.user_id', true))";
    assert_eq!(t.client.query_one(left, &[]).await.unwrap().get::<_, String>(0), "");
    for table in TENANT_TABLES {
        assert_eq!(count(&t.client, table).await, 0, "{table}");
    }
}
