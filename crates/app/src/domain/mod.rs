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
use guildhall_domain::policy::Refused;
use guildhall_domain::{DomainClaim, DomainClaimId, Enrolment};

use crate::access::Access;
use crate::member::Giver;
use crate::{AppError, Missing};

fn target(claim: DomainClaimId) -> AuditTarget {
    AuditTarget { kind: TargetKind::Domain, id: claim.uuid() }
}

/// Whoever lets people in by a domain must be able to let them in by hand:
/// nobody gives a role, or access, that they lack.
fn may_enrol(access: &Access, enrolment: Enrolment) -> Result<(), AppError> {
    if enrolment != Enrolment::Automatic {
        return Ok(());
    }
    let role = access.blueprint().roles.default.role();
    let given = access.blueprint().default_member_access.access();
    access.grant().may_give(role, role.built_in_permissions())?;
    if !given.is_within(Giver::of(access).everywhere()) {
        return Err(Refused::PermissionNotHeld.into());
    }
    Ok(())
}

/// A claim that a path names.
async fn named_claim(access: &mut Access, id: DomainClaimId) -> Result<DomainClaim, AppError> {
    access.tx().domain(id).await?.ok_or(Missing::Domain.with(id.uuid()))
}
