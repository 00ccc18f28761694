//! Any single change, removal, insertion, swap or truncation of a log is found
//! and located (N-12, R-AUD-1, R-AUD-2, R-AUD-3, ASVS 16.4.2).

mod sample;

use guildhall_domain::audit::{
    AuditAction, AuditEvent, AuditRecord, AuditTarget, ChainFault, ChainHash, ChainHead, ChainVerifier, TargetKind,
};
use guildhall_domain::{AuditEventId, Email, OrganizationId, UserId};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use sample::{chain, event, organization};
use time::Duration;
use uuid::Uuid;

fn verify(records: &[AuditRecord], head: ChainHead) -> Result<u64, ChainFault> {
    let mut verifier = ChainVerifier::new(Some(organization()));
    records.iter().try_for_each(|record| verifier.push(record))?;
    verifier.finish(head)
}

/// Every way to change one field of an event a little.
fn changes() -> Vec<fn(&mut AuditEvent)> {
    vec![
        |event| event.id = AuditEventId::from(Uuid::from_u128(event.id.uuid().as_u128() ^ 1)),
        |event| {
            event.action = match event.action {
                AuditAction::AccessDenied => AuditAction::AddUserToOrg,
                _ => AuditAction::AccessDenied,
            };
        },
        |event| {
            event.actor.user_id = match event.actor.user_id {
                Some(_) => None,
                None => Some(UserId::from(Uuid::nil())),
            };
        },
        |event| {
            event.actor.email = match event.actor.email {
                Some(_) => None,
                None => Email::parse("mallory@b.example").ok(),
            };
        },
        |event| {
            event.target = match event.target {
                Some(_) => None,
                None => Some(AuditTarget { kind: TargetKind::User, id: Uuid::nil() }),
            };
        },
        |event| {
            if let Some(target) = &mut event.target {
                target.id = Uuid::from_u128(99);
            } else {
                event.success = !event.success;
            }
        },
        |event| event.success = !event.success,
        |event| {
            event.details.insert("new".to_owned(), String::new());
        },
        |event| match event.details.pop_first() {
            // The name becomes the value and the value the name.
            Some((name, value)) if name != value => {
                event.details.insert(value, name);
            }
            Some(_) => {}
            None => {
                event.details.insert(String::new(), String::new());
            }
        },
        |event| {
            event.request_id = match event.request_id {
                Some(_) => None,
                None => Some(String::new()),
            };
        },
        |event| event.ip_address = Some(event.ip_address.take().map_or(String::new(), |text| text + "0")),
        // A value moves to the neighbouring field.
        |event| {
            if event.request_id == event.ip_address {
                event.success = !event.success;
            } else {
                std::mem::swap(&mut event.request_id, &mut event.ip_address);
            }
        },
        |event| event.occurred_at += Duration::microseconds(1),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// An untouched chain verifies to its end.
    #[test]
    fn whole_chain_verifies(events in vec(event(), 0..12)) {
        let length = events.len() as u64;
        let (records, head) = chain(events);
        prop_assert_eq!(verify(&records, head), Ok(length));
    }

    /// A change of any field of any record is found at that record.
    #[test]
    fn any_change_is_located(events in vec(event(), 1..12), place in any::<Index>()) {
        let (records, head) = chain(events);
        let place = place.index(records.len());
        for change in changes() {
            let mut records = records.clone();
            let before = records[place].event.clone();
            change(&mut records[place].event);
            if records[place].event != before {
                prop_assert_eq!(verify(&records, head), Err(ChainFault::Changed { sequence: place as u64 + 1 }));
            }
        }
    }

    /// A change of any bit of a stored hash is found at that record.
    #[test]
    fn changed_hash_is_located(events in vec(event(), 1..12), place in any::<Index>(), bit in 0..256usize) {
        let (mut records, head) = chain(events);
        let place = place.index(records.len());
        let mut hash = *records[place].hash.as_bytes();
        hash[bit / 8] ^= 1 << (bit % 8);
        records[place].hash = ChainHash::new(hash);
        prop_assert_eq!(verify(&records, head), Err(ChainFault::Changed { sequence: place as u64 + 1 }));
    }

    /// A change whose hashes are computed anew to the end is found against the head that is kept beside the chain.
    #[test]
    fn rewritten_history_is_found(events in vec(event(), 1..12), place in any::<Index>()) {
        let (records, head) = chain(events);
        let place = place.index(records.len());
        let mut events: Vec<_> = records.into_iter().map(|record| record.event).collect();
        events[place].success = !events[place].success;
        let (forged, _) = chain(events);
        let length = forged.len() as u64;
        prop_assert_eq!(verify(&forged, head), Err(ChainFault::Truncated { found: length, expected: length }));
    }

    /// A removed record is found at its place; without its gap too.
    #[test]
    fn removal_is_located(events in vec(event(), 2..12), place in any::<Index>()) {
        let (mut records, head) = chain(events);
        let place = place.index(records.len() - 1);
        let sequence = place as u64 + 1;
        records.remove(place);
        prop_assert_eq!(verify(&records, head), Err(ChainFault::Missing { sequence }));
        for record in &mut records[place..] {
            record.sequence -= 1;
        }
        prop_assert_eq!(verify(&records, head), Err(ChainFault::Changed { sequence }));
    }

    /// A cut tail is found, and how much is left.
    #[test]
    fn truncation_is_located(events in vec(event(), 1..12), left in any::<Index>()) {
        let (mut records, head) = chain(events);
        let left = left.index(records.len());
        records.truncate(left);
        prop_assert_eq!(verify(&records, head), Err(ChainFault::Truncated { found: left as u64, expected: head.sequence }));
    }

    /// An inserted record is found: as a second at its place, or as a changed one where the others moved up.
    #[test]
    fn insertion_is_located(events in vec(event(), 1..12), forged in event(), place in any::<Index>()) {
        let (records, head) = chain(events);
        let place = place.index(records.len());
        let sequence = place as u64 + 1;
        let hash = if place == 0 { ChainHash::GENESIS } else { records[place - 1].hash };
        let forged = AuditRecord { sequence, hash: hash.link(sequence, forged.digest()), event: forged };

        let mut behind = records.clone();
        behind.insert(place + 1, forged.clone());
        prop_assert_eq!(verify(&behind, head), Err(ChainFault::OutOfOrder { sequence }));

        let mut moved = records.clone();
        moved.insert(place, forged);
        for record in &mut moved[place + 1..] {
            record.sequence += 1;
        }
        // The forged record fits, so the first that does not is the one that was moved.
        prop_assert_eq!(verify(&moved, head), Err(ChainFault::Changed { sequence: sequence + 1 }));
    }

    /// A record appended behind the head is found.
    #[test]
    fn appended_record_is_found(events in vec(event(), 0..12), forged in event()) {
        let (mut records, head) = chain(events);
        let sequence = head.sequence + 1;
        records.push(AuditRecord { sequence, hash: head.hash.link(sequence, forged.digest()), event: forged });
        prop_assert_eq!(verify(&records, head), Err(ChainFault::Truncated { found: sequence, expected: head.sequence }));
    }

    /// Two swapped records are found at the earlier place, whether they keep their sequences or take each other's.
    #[test]
    fn swap_is_located(events in vec(event(), 2..12), first in any::<Index>(), second in any::<Index>()) {
        let (mut records, head) = chain(events);
        let (first, second) = (first.index(records.len()), second.index(records.len()));
        prop_assume!(first != second);
        let sequence = first.min(second) as u64 + 1;
        records.swap(first, second);
        prop_assert_eq!(verify(&records, head), Err(ChainFault::Missing { sequence }));
        let places = (records[first].sequence, records[second].sequence);
        (records[second].sequence, records[first].sequence) = places;
        prop_assert_eq!(verify(&records, head), Err(ChainFault::Changed { sequence }));
        // With only the events swapped, where they are not the same event twice.
        let hashes = (records[first].hash, records[second].hash);
        (records[second].hash, records[first].hash) = hashes;
        if records[first].event != records[second].event {
            prop_assert_eq!(verify(&records, head), Err(ChainFault::Changed { sequence }));
        }
    }

    /// A record of another log is found, though its hashes fit.
    #[test]
    fn foreign_record_is_located(events in vec(event(), 1..12), place in any::<Index>(), platform in any::<bool>()) {
        let place = place.index(events.len());
        let mut events = events;
        events[place].organization_id = if platform { None } else { Some(OrganizationId::from(Uuid::from_u128(2))) };
        let (records, head) = chain(events);
        prop_assert_eq!(verify(&records, head), Err(ChainFault::Foreign { sequence: place as u64 + 1 }));
    }

    /// Different events have different canonical forms, the same event always the same.
    #[test]
    fn canonical_form_is_injective(first in event(), second in event()) {
        prop_assert_eq!(first.canonical_form() == second.canonical_form(), first == second);
        prop_assert_eq!(first.digest(), first.clone().digest());
        // And nearly the same events too.
        for change in changes() {
            let mut changed = first.clone();
            change(&mut changed);
            prop_assert_eq!(first.canonical_form() == changed.canonical_form(), first == changed);
        }
    }

    /// No form is the beginning of another, so that nothing can be appended to an event.
    #[test]
    fn canonical_form_is_no_prefix(first in event(), second in event()) {
        prop_assume!(first != second);
        prop_assert!(!second.canonical_form().starts_with(&first.canonical_form()));
    }
}
