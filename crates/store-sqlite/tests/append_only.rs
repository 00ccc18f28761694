//! Audit records and the ledger can be appended and read, and nothing else, even
//! by SQL (R-AUD-2, R-LED-3).

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
    let user = f.seed_user("bob@acme.example").await;
    f.seed_credits(organization.id, 10).await;
    f.seed_spend(organization.id, user.id, 3, f.now()).await;
    let ledger = f.ledger(organization.id).await;

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
    // As the lists are after some hundred transactions.
    connection
        .batch_execute(
            "INSERT INTO credit_transaction_lists \
             SELECT organization_id, 1, CAST(kind AS BLOB), id, id FROM credit_transactions; \
             INSERT INTO credit_transactions_listed \
             SELECT organization_id, max(id) FROM credit_transactions GROUP BY organization_id",
        )
        .unwrap();
    // R-LED-3
    for refused in [
        "DELETE FROM credit_transaction_lists",
        "DELETE FROM credit_transactions_listed",
        "UPDATE credit_transactions_listed SET until = zeroblob(16)",
        "UPDATE credit_transactions SET amount = amount + 1",
        "UPDATE credit_transactions SET reason = 'other' WHERE kind = 'consume'",
        "DELETE FROM credit_transactions WHERE kind = 'consume'",
        "UPDATE credit_transactions SET entries = '[]'",
        // R-LED-1
        "INSERT INTO credit_transactions SELECT organization_id, randomblob(16), kind, amount, user_id, actor_id, \
         workspace_id, operation, reservation_id, reverses, day, month, reason, \
         replace(entries, ',3]', ',4]'), created_at, NULL, NULL, NULL, NULL FROM credit_transactions WHERE kind = 'consume'",
        "INSERT INTO credit_transactions SELECT organization_id, randomblob(16), kind, amount, user_id, actor_id, \
         workspace_id, operation, reservation_id, reverses, day, month, reason, \
         replace(entries, ',3]', ']'), created_at, NULL, NULL, NULL, NULL FROM credit_transactions WHERE kind = 'consume'",
        "INSERT INTO credit_transactions SELECT organization_id, randomblob(16), kind, amount, user_id, actor_id, \
         workspace_id, operation, reservation_id, reverses, day, month, reason, json_insert(entries, '$[#]', \
         json_array('pool', 'x', 1)), created_at, NULL, NULL, NULL, NULL FROM credit_transactions \
         WHERE kind = 'consume'",
    ] {
        let error = connection.batch_execute(refused).expect_err(refused).to_string();
        assert!(error.contains("the ledger is never"), "{refused}: {error}");
    }
    for damaged in ["ids = x''", "ids = substr(ids, 2)", "first = zeroblob(16)"] {
        let error = connection.batch_execute(&format!("UPDATE credit_transaction_lists SET {damaged}"));
        assert!(error.expect_err(damaged).to_string().contains("CHECK"), "{damaged}");
    }
    assert_eq!(f.state(organization.id).await, before);
    // It stays when an account goes that it names.
    f.write_user(user.id, async |unit| unit.delete_user().await).await;
    assert_eq!(f.ledger(organization.id).await, ledger);

    // With its organization a log goes, and only then (C-09).
    f.write(organization.id, async |unit| unit.delete_organization().await).await;
    let after = f.state(organization.id).await;
    assert_eq!((after.records.len(), after.head), (0, None));
    assert!(f.ledger(organization.id).await.is_empty());
    assert_eq!(f.read_platform(async |unit| unit.audit_chain(0, 100).await).await.len(), 1);
}
