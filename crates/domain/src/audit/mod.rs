//! The audit log: one event per change or denial, in the transaction of the
//! change, hash-chained per organization (N-12, N-15; ASVS 16.4.2).
//!
//! The chain is `hash(n) = SHA-256(hash(n-1) ‖ n ‖ SHA-256(event))`, from
//! [`ChainHash::GENESIS`], where the event is in its canonical form
//! ([`AuditEvent::canonical_form`]). [`ChainVerifier`] finds the first record
//! that was changed, removed, inserted or reordered.

mod action;
mod canonical;
mod chain;
mod event;
mod verify;

pub use action::AuditAction;
pub use chain::{ChainHash, EventDigest};
pub use event::{AuditActor, AuditEvent, AuditFilter, AuditRecord, AuditTarget, ChainHead, TargetKind};
pub use verify::{ChainFault, ChainVerifier};
