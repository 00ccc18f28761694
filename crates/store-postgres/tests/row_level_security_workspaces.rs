//! Workspaces, what belongs to them, and what is counted, are seen and changed inside their organization only.
#![allow(clippy::unwrap_used, reason = "this is test code")]

mod support;

use guildhall_domain::OrganizationId;
use support::tenants::{Tenants, two_tenants};

const TABLES: [&str; 7] = [
    "workspace_groups",
    "workspaces",
    "workspace_members",
    "workspace_grants",
    "workspace_counts",
    "quota_usage",
    "idempotent_answers",
];

/// A row for each table, with whatever ids.
fn rows(organization: OrganizationId) -> [String; 7] {
    let id = "gen_random_uuid()";
    [
        format!("INSERT INTO workspace_groups VALUES ('{organization}', {id}, 'x', 'x', NULL, now(), now(), 1)"),
        format!(
            "INSERT INTO workspaces (organization_id, id, kind, name, name_key, slug, limits, fields, created_at, \
                updated_at, version) VALUES ('{organization}', {id}, 'board', 'x', 'x', 'x', '{{}}', '{{}}', now(), \
                now(), 1)"
        ),
        format!("INSERT INTO workspace_members VALUES ('{organization}', {id}, {id}, 'owner', now())"),
        format!("INSERT INTO workspace_grants VALUES ('{organization}', {id}, {id}, 'write')"),
        format!("INSERT INTO workspace_counts VALUES ('{organization}', 'project', 0)"),
        format!("INSERT INTO quota_usage VALUES ('{organization}', 'cpu', 0)"),
        format!("INSERT INTO idempotent_answers VALUES ('{organization}', {id}, 'x', 'x', 'x', 'x', now())"),
    ]
}

async fn is_refused(t: &Tenants, statement: &str) {
    let message = t.refusal(statement).await;
    assert!(message.contains("row-level security"), "{statement}: {message}");
}

/// R-RLS-1: nothing goes into another tenant, is moved there, changed or removed there.
#[tokio::test]
async fn another_tenant_cannot_be_written() {
    let t = two_tenants().await;
    let (mine, other) = (t.first.1.id, t.second.1.id);
    for (table, insert) in TABLES.into_iter().zip(rows(other)) {
        t.begin("app.organization_id", mine).await;
        is_refused(&t, &insert).await;
        t.begin("app.organization_id", mine).await;
        is_refused(&t, &format!("UPDATE {table} SET organization_id = '{other}'")).await;
        t.begin("app.organization_id", mine).await;
        for change in [format!("UPDATE {table} SET organization_id = organization_id"), format!("DELETE FROM {table}")]
        {
            assert_eq!(t.changes(&format!("{change} WHERE organization_id = '{other}'")).await, 0, "{change}");
        }
    }
}

/// R-RLS-1: a user, whose own workspace is there, and the operator see and write nothing of it from outside.
#[tokio::test]
async fn nothing_is_written_from_outside() {
    let t = two_tenants().await;
    let (owner, organization) = (t.first.0.id.to_string(), t.first.1.id);
    for (setting, value) in [("app.user_id", owner.as_str()), ("app.platform", "on")] {
        for (table, insert) in TABLES.into_iter().zip(rows(organization)) {
            t.begin(setting, value).await;
            assert_eq!(t.count(table).await, 0, "{setting}: {table}");
            assert_eq!(t.changes(&format!("DELETE FROM {table}")).await, 0, "{setting}: {table}");
            is_refused(&t, &insert).await;
        }
    }
}

/// R-TEN-2: a row does not point into another tenant, even for who may write both.
#[tokio::test]
async fn rows_point_into_their_own_tenant() {
    let t = two_tenants().await;
    let (mine, other) = (t.first.1.id, t.second.1.id);
    t.client.batch_execute("RESET ROLE").await.unwrap();
    for table in ["memberships", "workspace_groups", "workspaces", "workspace_members", "workspace_grants"] {
        t.client.batch_execute(&format!("ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")).await.unwrap();
    }
    let one = |table: &str, organization| {
        format!("(SELECT id FROM {table} WHERE organization_id = '{organization}' LIMIT 1)")
    };
    let (workspace, member) = (one("workspaces", mine), one("memberships", mine));
    let (their_workspace, their_member) = (one("workspaces", other), one("memberships", other));
    let their_group = one("workspace_groups", other);
    for statement in [
        format!("UPDATE workspaces SET group_id = {their_group} WHERE organization_id = '{mine}'"),
        format!("INSERT INTO workspace_members VALUES ('{mine}', {their_workspace}, {member}, 'owner', now())"),
        format!("INSERT INTO workspace_members VALUES ('{mine}', {workspace}, {their_member}, 'owner', now())"),
        format!("INSERT INTO workspace_grants VALUES ('{mine}', {member}, {their_workspace}, 'read')"),
        format!("INSERT INTO workspace_grants VALUES ('{mine}', {their_member}, {workspace}, 'read')"),
    ] {
        let message = t.refusal(&statement).await;
        assert!(message.contains("foreign key"), "{statement}: {message}");
    }
}

/// M-50: an account takes its own workspaces with it, in organizations that its unit of work does not see.
#[tokio::test]
async fn an_account_takes_its_own_workspaces_with_it() {
    let t = two_tenants().await;
    let former = t.fixture.seed_user("former@nowhere.example").await;
    for organization in [t.first.1.id, t.second.1.id] {
        t.fixture.seed_personal_workspace(organization, former.id).await;
    }
    t.fixture.write_user(former.id, async |unit| unit.delete_user().await).await;
    for organization in [t.first.1.id, t.second.1.id] {
        t.begin("app.organization_id", organization).await;
        assert_eq!(t.count("workspaces").await, 2);
    }
}
