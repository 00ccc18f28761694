//! The audit log: appended, chained, walked (N-12, R-AUD).

use std::collections::BTreeMap;
use std::sync::Arc;

use guildhall_domain::audit::{
    AuditAction, AuditActor, AuditEvent, AuditRecord, AuditTarget, ChainHash, ChainHead, ChainVerifier, TargetKind,
};
use guildhall_domain::{MemberRole, OrganizationId};
use guildhall_ports::store::Store;

use crate::fixtures::Fixture;

fn verified(organization: Option<OrganizationId>, records: &[AuditRecord], head: ChainHead) {
    let mut verifier = ChainVerifier::new(organization);
    for record in records {
        verifier.push(record).expect("the chain verifies");
    }
    assert_eq!(verifier.finish(head), Ok(records.len() as u64));
}

/// A new organization's chain is empty.
pub async fn new_chain_is_empty(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let state = f.state(organization.id).await;
    assert_eq!((state.records, state.head), (vec![], Some(ChainHead::EMPTY)));
    assert_eq!(f.read_platform(async |unit| unit.audit_head().await).await, ChainHead::EMPTY);
    assert_eq!(f.read_platform(async |unit| unit.audit_chain(0, 10).await).await, []);
}

/// Records get their places from 1 without gaps, and the domain's hash of each link.
pub async fn records_are_chained(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let mut records = f.seed_events(organization.id, &owner, 3).await;
    // Two in one unit of work are linked to each other.
    records.extend(
        f.write(organization.id, async |unit| {
            let first = f.event(Some(organization.id), AuditAction::CreateRole, &owner);
            let second = f.event(Some(organization.id), AuditAction::DeleteRole, &owner);
            Ok([unit.append_audit(&first).await?, unit.append_audit(&second).await?])
        })
        .await,
    );
    let mut hash = ChainHash::GENESIS;
    for (place, record) in (1..).zip(&records) {
        hash = hash.link(place, record.event.digest());
        assert_eq!((record.sequence, record.hash), (place, hash));
    }
    let state = f.state(organization.id).await;
    assert_eq!(state.records, records);
    assert_eq!(state.head, Some(ChainHead { sequence: 5, hash }));
    verified(Some(organization.id), &state.records, state.head.unwrap());
}

/// Events are kept as they were given, with all fields or none, so that they hash the same when read.
pub async fn events_are_kept_whole(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let bare = AuditEvent {
        id: f.id(),
        organization_id: Some(organization.id),
        action: AuditAction::AccessDenied,
        actor: AuditActor::default(),
        target: None,
        success: false,
        details: BTreeMap::new(),
        request_id: None,
        ip_address: None,
        occurred_at: f.now(),
    };
    let mut events = vec![bare.clone()];
    for kind in TargetKind::ALL {
        let mut event = f.event(Some(organization.id), AuditAction::SetMemberAccess, &owner);
        event.target = Some(AuditTarget { kind, id: f.id() });
        event.details = BTreeMap::from([
            ("from".to_owned(), "Ärzte \"quoted\" \\ 'single' %_".to_owned()),
            ("to".to_owned(), "line\nbreak\ttab ✓ 🦀".to_owned()),
            ("empty".to_owned(), String::new()),
            (String::new(), "no name".to_owned()),
            ("key with = & {} [] ,".to_owned(), "{\"json\": [1, null]}".to_owned()),
        ]);
        events.push(event);
    }
    for action in AuditAction::ALL {
        events.push(AuditEvent { id: f.id(), action: *action, ..bare.clone() });
    }
    // Who acted is kept though the account never was here, or is gone.
    events.push(AuditEvent {
        id: f.id(),
        actor: AuditActor { user_id: Some(f.id()), email: Some(f.user("gone@acme.example").email) },
        ..bare.clone()
    });
    for event in &events {
        let record = f.write(organization.id, async |unit| unit.append_audit(event).await).await;
        assert_eq!(record.event, *event);
    }
    let state = f.state(organization.id).await;
    let stored: Vec<_> = state.records.iter().map(|record| record.event.clone()).collect();
    assert_eq!(stored, events);
    verified(Some(organization.id), &state.records, state.head.unwrap());
}

/// What is rolled back leaves no gap in the chain.
pub async fn rollback_leaves_no_gap(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    f.seed_events(organization.id, &owner, 1).await;
    let mut unit = f.begin(organization.id).await;
    unit.append_audit(&f.event(Some(organization.id), AuditAction::CreateRole, &owner)).await.unwrap();
    unit.rollback().await.unwrap();
    let records = f.seed_events(organization.id, &owner, 1).await;
    assert_eq!(records[0].sequence, 2);
    let state = f.state(organization.id).await;
    verified(Some(organization.id), &state.records, state.head.unwrap());
}

/// Each organization has a chain of its own, and the installation has one.
pub async fn chains_are_apart(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, first) = f.seed_owned("Acme").await;
    let (other, second) = f.seed_owned("Beta").await;
    for _ in 0..3 {
        f.seed_events(first.id, &owner, 1).await;
        f.seed_events(second.id, &other, 1).await;
        for user in [&owner, &other] {
            let event = f.event(None, AuditAction::LogIn, user);
            f.write_user(user.id, async |unit| unit.append_audit(&event).await).await;
        }
    }
    for organization in [&first, &second] {
        let state = f.state(organization.id).await;
        assert_eq!(state.records.len(), 3);
        verified(Some(organization.id), &state.records, state.head.unwrap());
    }
    let records = f.read_platform(async |unit| unit.audit_chain(0, 100).await).await;
    assert_eq!(records.len(), 6);
    assert_eq!(records[1].event.actor.user_id, Some(other.id));
    verified(None, &records, f.read_platform(async |unit| unit.audit_head().await).await);
}

/// An event that names another organization, or none, is not written into this one's log (R-TEN).
pub async fn event_of_another_log_is_refused(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    for named in [Some(other.id), Some(f.id()), None] {
        let event = f.event(named, AuditAction::AddUserToOrg, &owner);
        assert!(f.try_write(organization.id, async |unit| unit.append_audit(&event).await).await.is_err());
    }
    for id in [organization.id, other.id] {
        assert_eq!(f.state(id).await.records, []);
    }
    assert_eq!(f.read_platform(async |unit| unit.audit_head().await).await, ChainHead::EMPTY);
}

/// There is no log without an organization.
pub async fn absent_organization_has_no_log(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, _) = f.seed_owned("Acme").await;
    let absent = f.id();
    let event = f.event(Some(absent), AuditAction::AddUserToOrg, &owner);
    assert!(f.try_write(absent, async |unit| unit.append_audit(&event).await).await.is_err());
    assert_eq!(f.read(absent, async |unit| unit.audit_head().await).await, None);
    assert_eq!(f.read(absent, async |unit| unit.audit_chain(0, 10).await).await, []);
}

/// Verification walks the chain in pieces, oldest first, from behind a place.
pub async fn chain_is_walked_in_pieces(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let records = f.seed_events(organization.id, &owner, 7).await;
    for limit in [1, 2, 3, 7, 100] {
        let mut walked: Vec<AuditRecord> = Vec::new();
        loop {
            let after = walked.last().map_or(0, |record| record.sequence);
            let piece = f.read(organization.id, async |unit| unit.audit_chain(after, limit).await).await;
            assert!(piece.len() <= usize::from(limit));
            assert!(walked.len() <= records.len(), "the pieces go round in circles");
            if piece.is_empty() {
                break;
            }
            walked.extend(piece);
        }
        assert_eq!(walked, records, "pieces of {limit}");
    }
    assert_eq!(f.read(organization.id, async |unit| unit.audit_chain(7, 10).await).await, []);
    assert_eq!(f.read(organization.id, async |unit| unit.audit_chain(u32::MAX.into(), 10).await).await, []);
}

/// The installation's chain is walked alike.
pub async fn platform_chain_is_walked_in_pieces(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let user = f.seed_user("alice@acme.example").await;
    for action in [AuditAction::CreateUser, AuditAction::LogIn, AuditAction::EndSession] {
        let event = f.event(None, action, &user);
        f.write_user(user.id, async |unit| unit.append_audit(&event).await).await;
    }
    let first = f.read_platform(async |unit| unit.audit_chain(0, 2).await).await;
    assert_eq!(first.iter().map(|record| record.sequence).collect::<Vec<_>>(), [1, 2]);
    let rest = f.read_platform(async |unit| unit.audit_chain(2, 2).await).await;
    assert_eq!(rest.iter().map(|record| record.event.action).collect::<Vec<_>>(), [AuditAction::EndSession]);
    assert_eq!(f.read_platform(async |unit| unit.audit_head().await).await.hash, rest[0].hash);
}

/// Who leaves, or is deleted, stays named in the log.
pub async fn log_outlives_its_actors(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (user, membership) = f.seed_member(organization.id, "bob@acme.example", MemberRole::Admin).await;
    let records = f.seed_events(organization.id, &user, 2).await;
    f.write(organization.id, async |unit| unit.remove_member(membership.id, f.now()).await).await;
    f.write_user(user.id, async |unit| unit.delete_user().await).await;
    assert_eq!(f.state(organization.id).await.records, records);
}
