use super::{AuditRecord, ChainHead};
use crate::OrganizationId;

/// Where a chain is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainFault {
    /// The record at this place was removed, or moved elsewhere.
    #[error("record {sequence} is missing")]
    Missing {
        /// The place.
        sequence: u64,
    },
    /// A record stands at a place that is taken or passed: inserted or reordered.
    #[error("record {sequence} is out of order")]
    OutOfOrder {
        /// The place that the record claims.
        sequence: u64,
    },
    /// The record at this place is not the one that was written.
    #[error("record {sequence} was changed")]
    Changed {
        /// The place.
        sequence: u64,
    },
    /// The record at this place belongs to another log.
    #[error("record {sequence} belongs to another log")]
    Foreign {
        /// The place.
        sequence: u64,
    },
    /// The record at this place cannot be read: it holds what no event holds.
    #[error("record {sequence} cannot be read")]
    Unreadable {
        /// The place.
        sequence: u64,
    },
    /// What says where the chain ends is gone.
    #[error("the head of the log is missing")]
    HeadMissing,
    /// The chain does not end where its head says: the tail was cut, or the head changed.
    #[error("the log ends at record {found}, its head says {expected}")]
    Truncated {
        /// The last place found.
        found: u64,
        /// The last place according to the head.
        expected: u64,
    },
}

/// Walks a chain from its first record and finds the first fault.
///
/// ```
/// use guildhall_domain::audit::{ChainHead, ChainVerifier};
/// let verifier = ChainVerifier::new(None);
/// assert_eq!(verifier.finish(ChainHead::EMPTY), Ok(0));
/// ```
#[derive(Debug)]
pub struct ChainVerifier {
    organization: Option<OrganizationId>,
    head: ChainHead,
}

impl ChainVerifier {
    /// Starts at the beginning of an organization's log, or of the installation's.
    pub fn new(organization: Option<OrganizationId>) -> Self {
        Self { organization, head: ChainHead::EMPTY }
    }

    /// Takes the next record, in order of sequence.
    ///
    /// # Errors
    /// The fault that this record shows.
    pub fn push(&mut self, record: &AuditRecord) -> Result<(), ChainFault> {
        let sequence = self.head.sequence + 1;
        if record.sequence > sequence {
            return Err(ChainFault::Missing { sequence });
        }
        if record.sequence < sequence {
            return Err(ChainFault::OutOfOrder { sequence: record.sequence });
        }
        if record.event.organization_id != self.organization {
            return Err(ChainFault::Foreign { sequence });
        }
        let hash = self.head.hash.link(sequence, record.event.digest());
        if hash != record.hash {
            return Err(ChainFault::Changed { sequence });
        }
        self.head = ChainHead { sequence, hash };
        Ok(())
    }

    /// Compares the end with the head kept beside the chain, and says how many
    /// records were verified.
    ///
    /// # Errors
    /// [`ChainFault::Truncated`].
    pub fn finish(self, head: ChainHead) -> Result<u64, ChainFault> {
        if self.head == head {
            Ok(head.sequence)
        } else {
            Err(ChainFault::Truncated { found: self.head.sequence, expected: head.sequence })
        }
    }
}
