//! Requests to join the organization that owns one's e-mail domain: asked by
//! the user, decided by an admin.

mod approve;
mod ask;
mod decline;
mod list;

use guildhall_domain::audit::{AuditTarget, TargetKind};
use guildhall_domain::{JoinRequest, JoinRequestId, JoinRequestStatus};

use crate::access::Access;
use crate::{AppError, Missing};

fn target(request: JoinRequestId) -> AuditTarget {
    AuditTarget { kind: TargetKind::JoinRequest, id: request.uuid() }
}

/// A request that a path names and that waits for a decision.
async fn pending_request(access: &mut Access, id: JoinRequestId) -> Result<JoinRequest, AppError> {
    let found = access.tx().join_request(id).await?.ok_or(Missing::JoinRequest.with(id.uuid()))?;
    match found.status {
        JoinRequestStatus::Pending => Ok(found),
        JoinRequestStatus::Declined => Err(Missing::JoinRequest.unnamed()),
    }
}
