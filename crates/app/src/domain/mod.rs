//! The internet domains of an organization: claimed, shown to be its own by a
//! DNS record, and then a way in for people with an address there (N-13, N-14).

mod check;
mod claim;
mod enrolment;
mod list;
mod read;
mod remove;

pub use claim::ClaimDomain;

use guildhall_domain::audit::{AuditTarget, TargetKind};
use guildhall_domain::{DomainClaim, DomainClaimId};

use crate::access::Access;
use crate::{AppError, Missing};

fn target(claim: DomainClaimId) -> AuditTarget {
    AuditTarget { kind: TargetKind::Domain, id: claim.uuid() }
}

/// A claim that a path names.
async fn named_claim(access: &mut Access, id: DomainClaimId) -> Result<DomainClaim, AppError> {
    access.tx().domain(id).await?.ok_or(Missing::Domain.with(id.uuid()))
}
