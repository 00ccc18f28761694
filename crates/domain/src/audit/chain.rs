use std::fmt;

use sha2::{Digest, Sha256};

use super::AuditEvent;

/// The SHA-256 of an event's canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventDigest([u8; 32]);

impl EventDigest {
    /// The digest's bytes, for stores that link the chain themselves.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl AuditEvent {
    /// The digest that goes into the chain.
    pub fn digest(&self) -> EventDigest {
        EventDigest(Sha256::digest(self.canonical_form()).into())
    }
}

/// The hash of a chain up to one record.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChainHash([u8; 32]);

impl ChainHash {
    /// What stands before the first record.
    pub const GENESIS: Self = Self([0; 32]);

    /// Wraps stored bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash's bytes, for storage.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// `SHA-256(self ‖ sequence as eight bytes, big endian ‖ digest)`: the
    /// hash of the record with that place.
    pub fn link(self, sequence: u64, digest: EventDigest) -> Self {
        let hash =
            Sha256::new().chain_update(self.0).chain_update(sequence.to_be_bytes()).chain_update(digest.0).finalize();
        Self(hash.into())
    }
}

impl fmt::Display for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChainHash({self})")
    }
}
