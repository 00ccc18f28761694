//! The barrier between tenants that holds even where a statement forgets its tenant.
#![allow(clippy::unwrap_used, reason = "this is test code")]

mod support;

use support::tenants::{TENANT_TABLES, two_tenants};

/// R-RLS-1: without a setting there is nothing to see, for the service's role and for the owner.
#[tokio::test]
async fn nothing_is_seen_without_a_setting() {
    let t = two_tenants().await;
    for role in ["guildhall_app", "guildhall"] {
        t.client.batch_execute(&format!("RESET ROLE; SET ROLE {role}")).await.unwrap();
        t.sees(&[]).await;
        for setting in ["app.organization_id", "app.user_id", "app.platform"] {
            t.begin(setting, "").await;
            t.sees(&[]).await;
            t.client.batch_execute("ROLLBACK").await.unwrap();
        }
    }
}

/// A transaction inside one organization sees that one's rows and no others, without any filter.
#[tokio::test]
async fn one_tenant_is_seen_with_its_setting() {
    let t = two_tenants().await;
    let (_, organization) = &t.first;
    t.begin("app.organization_id", organization.id).await;
    t.sees(&TENANT_TABLES).await;
    for (table, _) in TENANT_TABLES {
        let column = if table == "organizations" { "id" } else { "organization_id" };
        assert_eq!(t.count(&format!("{table} WHERE {column} <> '{}'", organization.id)).await, 0, "{table}");
    }
}

/// A user sees their own memberships, the organizations of these, the roles
/// they hold, and who has the domain of their address.
#[tokio::test]
async fn a_user_sees_their_own_places() {
    let t = two_tenants().await;
    let (owner, organization) = &t.first;
    t.begin("app.user_id", owner.id).await;
    t.sees(&[("organizations", 1), ("memberships", 1), ("organization_domains", 1)]).await;
    assert_eq!(t.count(&format!("organizations WHERE id = '{}'", organization.id)).await, 1);
    // Seeing is not changing.
    for change in ["UPDATE memberships SET role = 'owner', role_id = NULL", "UPDATE organizations SET name = 'x'"] {
        assert_eq!(t.changes(change).await, 0, "{change}");
    }
}

/// The operator sees organizations, and inside them only what is found by a
/// token or a domain, and the mails to be sent.
#[tokio::test]
async fn the_operator_sees_organizations_only() {
    let t = two_tenants().await;
    t.begin("app.platform", "on").await;
    t.sees(&[("organizations", 2), ("invitations", 4), ("organization_domains", 2), ("mail_queue", 2)]).await;
    assert_eq!(t.count("organization_domains WHERE status <> 'verified'").await, 0);
    for change in [
        "UPDATE organizations SET name = 'x'",
        "DELETE FROM organizations",
        "UPDATE invitations SET status = 'accepted'",
        "DELETE FROM invitations",
        "UPDATE organization_domains SET enrolment = 'automatic'",
        "DELETE FROM organization_domains",
    ] {
        assert_eq!(t.changes(change).await, 0, "{change}");
    }
}

/// No row is written into, moved to, changed or removed in another tenant.
#[tokio::test]
async fn another_tenant_cannot_be_written() {
    let t = two_tenants().await;
    let (_, mine) = &t.first;
    let (owner, other) = &t.second;
    let refused = [
        format!(
            "INSERT INTO roles (organization_id, id, name, name_key, permissions, created_at, updated_at, version) \
             VALUES ('{}', gen_random_uuid(), 'x', 'x', '{{}}', now(), now(), 1)",
            other.id
        ),
        format!("INSERT INTO audit_heads (organization_id, sequence, hash) VALUES ('{}', 0, '')", other.id),
        format!(
            "INSERT INTO invitations (organization_id, id, email, role, all_read, all_write, status, token_digest, \
                created_at, updated_at, expires_at, version) VALUES ('{}', gen_random_uuid(), 'x@y.example', 'owner', \
                true, true, 'pending', sha256('x'), now(), now(), now(), 1)",
            other.id
        ),
        format!(
            "INSERT INTO organization_domains (organization_id, id, domain, status, challenge, enrolment, created_at, \
                updated_at, version) VALUES ('{}', gen_random_uuid(), 'y.example', 'verified', 'x', 'automatic', \
                now(), now(), 1)",
            other.id
        ),
        format!("INSERT INTO departures VALUES ('{}', '{}', now())", other.id, owner.email),
        format!(
            "INSERT INTO join_requests VALUES ('{}', gen_random_uuid(), '{}', 'pending', now())",
            other.id, owner.id
        ),
        format!("UPDATE roles SET organization_id = '{}'", other.id),
        format!("UPDATE memberships SET organization_id = '{}'", other.id),
        format!("UPDATE organizations SET id = '{}'", other.id),
        format!("UPDATE invitations SET organization_id = '{}'", other.id),
        format!("UPDATE departures SET organization_id = '{}'", other.id),
        format!("UPDATE organization_domains SET organization_id = '{}'", other.id),
        format!("UPDATE join_requests SET organization_id = '{}'", other.id),
    ];
    for statement in refused {
        t.begin("app.organization_id", mine.id).await;
        let message = t.refusal(&statement).await;
        assert!(message.contains("row-level security"), "{statement}: {message}");
    }
    t.begin("app.organization_id", mine.id).await;
    let id = other.id;
    for statement in [
        format!("UPDATE memberships SET all_read = true WHERE organization_id = '{id}'"),
        format!("DELETE FROM memberships WHERE organization_id = '{id}'"),
        format!("DELETE FROM organizations WHERE id = '{id}'"),
        format!("UPDATE invitations SET status = 'revoked' WHERE organization_id = '{id}'"),
        format!("DELETE FROM invitations WHERE organization_id = '{id}'"),
        format!("DELETE FROM departures WHERE organization_id = '{id}'"),
        format!("UPDATE organization_domains SET status = 'failed' WHERE organization_id = '{id}'"),
        format!("DELETE FROM organization_domains WHERE organization_id = '{id}'"),
        format!("DELETE FROM join_requests WHERE organization_id = '{id}'"),
    ] {
        assert_eq!(t.changes(&statement).await, 0, "{statement}");
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
            t.begin("app.organization_id", mine.id).await;
            let message = t.refusal(&statement).await;
            assert!(message.contains("permission denied"), "{statement}: {message}");
        }
    }
    t.client.batch_execute("ROLLBACK").await.unwrap();
    for table in ["audit_heads", "platform_audit_head"] {
        let message = t.refusal(&format!("DELETE FROM {table}")).await;
        assert!(message.contains("permission denied"), "{table}: {message}");
    }
}

/// The hot functions forget whom they were for when they are over.
#[tokio::test]
async fn hot_functions_leave_no_setting() {
    let t = two_tenants().await;
    let digest: &[u8] = &[7; 32];
    let session = t.fixture.seed_session(t.first.0.id).await.token_digest;
    let session = session.as_bytes().as_slice();
    t.client.query("SELECT * FROM authenticate_many(ARRAY[$1::bytea])", &[&digest]).await.unwrap();
    let active = "SELECT * FROM check_many(ARRAY[$1::bytea], ARRAY[NULL::uuid], ARRAY[NULL::uuid], ARRAY[NULL::uuid])";
    assert_eq!(t.client.query(active, &[&session]).await.unwrap().len(), 1);
    let batch = "SELECT * FROM check_batch($1::bytea, NULL, ARRAY[NULL::uuid], ARRAY[NULL::uuid])";
    assert_eq!(t.client.query(batch, &[&session]).await.unwrap().len(), 2);
    t.client
        .batch_execute(&format!("SELECT touch_member('{}', '{}', now())", t.first.1.id, t.first.0.id))
        .await
        .unwrap();
    let left = "SELECT concat(current_setting('app.organization_id', true), current_setting('app.user_id', true))";
    assert_eq!(t.client.query_one(left, &[]).await.unwrap().get::<_, String>(0), "");
    t.sees(&[]).await;
}
