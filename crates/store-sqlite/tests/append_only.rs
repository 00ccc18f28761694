//! Audit records can be appended and read, and nothing else, even by SQL (R-AUD-2).

#![allow(clippy::unwrap_used, reason = "what cannot be made fails the test")]

use std::sync::Arc;

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use guildhall_domain::audit::AuditAction;
use guildhall_store_sqlite::{SqliteOptions, SqliteStore};
use guildhall_testkit::fixtures::Fixture;

#[tokio::test(flavor = "multi_thread")]
async fn records_are_neither_changed_nor_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("guildhall.db");
    let store = SqliteStore::open(&path, SqliteOptions::default()).unwrap();
    let f = Fixture::new(Arc::new(store));
    let (owner, organization) = f.seed_owned("Acme").await;
    f.seed_events(organization.id, &owner, 2).await;
    let event = f.event(None, AuditAction::LogIn, &owner);
    f.write_user(owner.id, async |unit| unit.append_audit(&event).await).await;
    let before = f.state(organization.id).await;

    let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    connection.batch_execute("PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000").unwrap();
    for refused in [
        "UPDATE audit_events SET success = 0",
        "UPDATE audit_events SET sequence = sequence + 1 WHERE sequence = 2",
        "DELETE FROM audit_events WHERE sequence = 2",
        "UPDATE platform_audit_events SET success = 0",
        "DELETE FROM platform_audit_events",
        "DELETE FROM platform_audit_head",
    ] {
        let error = connection.batch_execute(refused).expect_err(refused).to_string();
        assert!(error.contains("audit"), "{refused}: {error}");
    }
    assert_eq!(f.state(organization.id).await, before);

    // With its organization a log goes, and only then (C-09).
    f.write(organization.id, async |unit| unit.delete_organization().await).await;
    let after = f.state(organization.id).await;
    assert_eq!((after.records.len(), after.head), (0, None));
    assert_eq!(f.read_platform(async |unit| unit.audit_chain(0, 100).await).await.len(), 1);
}
