use crate::invitation::named;
use crate::{Email, Invalid, JoinRequestId, Name, OrganizationId, Timestamp, UserId};

/// A user's wish to join the organization that owns the domain of their
/// address, where the domain only suggests it: an admin decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinRequest {
    /// The request.
    pub id: JoinRequestId,
    /// Where.
    pub organization_id: OrganizationId,
    /// Who; at most one request per user and organization.
    pub user_id: UserId,
    /// The account's address.
    pub email: Email,
    /// The account's name.
    pub name: Name,
    /// Whether it was declined. A request that is approved is gone: there is a membership instead.
    pub status: JoinRequestStatus,
    /// When it was made.
    pub created_at: Timestamp,
}

named! {
    /// How far a request to join is.
    JoinRequestStatus {
        /// Waits for an admin.
        Pending = "pending",
        /// An admin said no; the user cannot ask again.
        Declined = "declined",
    } else "unknown_status", "must be pending or declined"
}
