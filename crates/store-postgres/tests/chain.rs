//! The audit chain that PostgreSQL links equals the one that the domain links (N-12).
#![allow(clippy::unwrap_used, reason = "this is test code")]

mod support;

use std::collections::BTreeMap;
use std::sync::Arc;

use guildhall_domain::audit::{AuditAction, ChainHead, ChainVerifier};
use guildhall_testkit::fixtures::Fixture;
use support::new_store;

#[tokio::test]
async fn the_chain_is_the_domains() {
    let (store, _database) = new_store().await;
    let f = Fixture::new(Arc::clone(&store));
    let (owner, organization) = f.seed_owned("Acme").await;
    let mut head = ChainHead::EMPTY;
    let mut verifier = ChainVerifier::new(Some(organization.id));
    for n in 0..300_u64 {
        let mut event = f.event(Some(organization.id), AuditAction::ChangeMemberRole, &owner);
        event.success = n % 2 == 0;
        event.details = BTreeMap::from([
            ("text".to_owned(), format!("{n} \u{0} \"\\ \u{1F600} \u{202e}")),
            (String::new(), String::new()),
        ]);
        let record = f.write(organization.id, async |unit| unit.append_audit(&event).await).await;
        let sequence = head.sequence + 1;
        head = ChainHead { sequence, hash: head.hash.link(sequence, event.digest()) };
        assert_eq!((record.sequence, record.hash), (head.sequence, head.hash));
    }
    for record in f.read(organization.id, async |unit| unit.audit_chain(0, 1000).await).await {
        verifier.push(&record).unwrap();
    }
    let stored = f.read(organization.id, async |unit| unit.audit_head().await).await.unwrap();
    assert_eq!(verifier.finish(stored), Ok(300));
    assert_eq!(stored, head);
}

#[tokio::test]
async fn the_installations_chain_is_the_domains() {
    let (store, _database) = new_store().await;
    let f = Fixture::new(Arc::clone(&store));
    let user = f.seed_user("alice@acme.example").await;
    let mut head = ChainHead::EMPTY;
    for _ in 0..20 {
        let event = f.event(None, AuditAction::LogIn, &user);
        f.write_user(user.id, async |unit| unit.append_audit(&event).await).await;
        let sequence = head.sequence + 1;
        head = ChainHead { sequence, hash: head.hash.link(sequence, event.digest()) };
    }
    assert_eq!(f.read_platform(async |unit| unit.audit_head().await).await, head);
}
