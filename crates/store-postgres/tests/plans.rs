//! What PostgreSQL does with the lists, row-level security included.
#![allow(clippy::unwrap_used, reason = "this is test code")]

mod support;

use guildhall_testkit::postgres::TestDatabase;
use support::database;
use support::plan::{INSIDE, ON_ACCOUNT, is_a_range, plan};
use tokio_postgres::Client;

/// Scans are off because every table here is small enough to be scanned.
async fn small() -> (Client, TestDatabase) {
    let database = database().await;
    let client = database.client().await;
    client.batch_execute("SET enable_seqscan = off").await.unwrap();
    (client, database)
}

/// A page of members is a range of one index, in its order, in an organization
/// of any size: row-level security does not make PostgreSQL read them all.
#[tokio::test]
async fn a_page_of_members_is_a_range_of_an_index() {
    let statement = "SELECT m.id, u.name, r.name FROM memberships m JOIN users u ON u.id = m.user_id \
        LEFT JOIN roles r ON r.organization_id = m.organization_id AND r.id = m.role_id \
        WHERE m.organization_id = $1 AND m.email >= 'a@b.c' AND (m.email > 'a@b.c' OR m.id > $1) \
        ORDER BY m.email, m.id LIMIT 51";
    let (client, _database) = small().await;
    let plan = is_a_range(&client, INSIDE, "memberships_organization_id_email_id_idx", statement).await;
    assert!(plan.contains("(email >= 'a@b.c'::text)"), "the position is where the range begins: {plan}");
}

/// A user's organizations are found from their memberships.
#[tokio::test]
async fn my_organizations_are_found_by_my_memberships() {
    let statement = "SELECT o.id, m.id, r.name FROM memberships m JOIN organizations o ON o.id = m.organization_id \
        LEFT JOIN roles r ON r.organization_id = m.organization_id AND r.id = m.role_id \
        WHERE m.user_id = $1 ORDER BY o.name_key, o.id LIMIT 51";
    let (client, _database) = small().await;
    let plan = plan(&client, ON_ACCOUNT, statement).await;
    for index in ["memberships_user_id_organization_id_idx", "organizations_pkey", "roles_pkey"] {
        assert!(plan.contains(index), "{index}: {plan}");
    }
}

/// A page of the audit log is a range of its key, newest first.
#[tokio::test]
async fn a_page_of_the_log_is_a_range_of_its_key() {
    let statement =
        "SELECT * FROM audit_events WHERE organization_id = $1 AND sequence < 100 ORDER BY sequence DESC LIMIT 51";
    let (client, _database) = small().await;
    is_a_range(&client, INSIDE, "audit_events_pkey", statement).await;
}
