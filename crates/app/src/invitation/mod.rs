//! Invitations: made one by one or in bulk, listed, sent again, taken back,
//! accepted and declined (C-111 to C-114, N-38, N-39).

mod accept;
mod answer;
mod bulk;
mod decline;
mod invite;
mod link;
mod list;
mod read;
mod resend;
mod revoke;

pub use accept::Joined;
pub use answer::InvitationRef;
pub use bulk::{BulkInvite, BulkResult};
pub use guildhall_domain::blueprint::{InvitationExpiry, InvitationMode};
pub use invite::{Invite, Invited};
pub use list::InvitationQuery;

use guildhall_domain::audit::{AuditTarget, TargetKind};
use guildhall_domain::{Invitation, InvitationId};

use crate::access::Access;
use crate::{AppError, Missing};

fn target(invitation: InvitationId) -> AuditTarget {
    AuditTarget { kind: TargetKind::Invitation, id: invitation.uuid() }
}

/// An invitation that a path names.
async fn named_invitation(access: &mut Access, id: InvitationId) -> Result<Invitation, AppError> {
    access.tx().invitation(id).await?.ok_or(Missing::Invitation.with(id.uuid()))
}

/// An invitation that a path names and that waits for an answer, in time or not.
async fn pending_invitation(access: &mut Access, id: InvitationId) -> Result<Invitation, AppError> {
    let found = named_invitation(access, id).await?;
    match found.status {
        guildhall_domain::InvitationStatus::Pending => Ok(found),
        // As if it were gone: it cannot be taken back, or sent, twice (C-113).
        _ => Err(Missing::Invitation.unnamed()),
    }
}
