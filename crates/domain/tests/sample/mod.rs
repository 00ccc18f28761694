//! Random audit events, from few values, so that two of them are often nearly the same.

use guildhall_domain::audit::{AuditAction, AuditActor, AuditEvent, AuditRecord, AuditTarget, ChainHead, TargetKind};
use guildhall_domain::{AuditEventId, Email, OrganizationId, UserId};
use proptest::collection::btree_map;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// The organization whose log the events are in.
pub fn organization() -> OrganizationId {
    OrganizationId::from(Uuid::from_u128(1))
}

fn uuid() -> impl Strategy<Value = Uuid> {
    (1..4u128).prop_map(Uuid::from_u128)
}

/// Short texts of which one is often the beginning of another, with bytes that look like lengths.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        select(&["", "a", "aa", "aaa", "b", "ab", "\u{0}", "\u{1}", "\u{0}\u{0}\u{0}\u{1}a", "é"])
            .prop_map(str::to_owned),
        "[ab\u{0}\u{1}]{0,6}",
    ]
}

fn actor() -> impl Strategy<Value = AuditActor> {
    let email =
        select(&["a@b.example", "aa@b.example"]).prop_filter_map("a good address", |email| Email::parse(email).ok());
    (option::of(uuid().prop_map(UserId::from)), option::of(email))
        .prop_map(|(user_id, email)| AuditActor { user_id, email })
}

/// An event of the organization's log.
pub fn event() -> impl Strategy<Value = AuditEvent> {
    let target = (select(&TargetKind::ALL), uuid()).prop_map(|(kind, id)| AuditTarget { kind, id });
    (
        (uuid().prop_map(AuditEventId::from), select(AuditAction::ALL), actor(), option::of(target), any::<bool>()),
        (btree_map(text(), text(), 0..3), option::of(text()), option::of(text()), 0..3i64),
    )
        .prop_map(|((id, action, actor, target, success), (details, request_id, ip_address, microseconds))| {
            AuditEvent {
                id,
                organization_id: Some(organization()),
                action,
                actor,
                target,
                success,
                details,
                request_id,
                ip_address,
                occurred_at: OffsetDateTime::UNIX_EPOCH + Duration::microseconds(microseconds),
            }
        })
}

/// Chains the events as a store does.
pub fn chain(events: Vec<AuditEvent>) -> (Vec<AuditRecord>, ChainHead) {
    let mut head = ChainHead::EMPTY;
    let records = events
        .into_iter()
        .map(|event| {
            let sequence = head.sequence + 1;
            let hash = head.hash.link(sequence, event.digest());
            head = ChainHead { sequence, hash };
            AuditRecord { sequence, event, hash }
        })
        .collect();
    (records, head)
}
