use crate::{
    Description, Email, Invalid, InvitationId, MemberRole, Name, OrganizationId, OrganizationStatus, Timestamp,
    TokenDigest, UserId, Version, WorkspaceAccess, WorkspaceGrants,
};

/// An invitation into an organization by a link (C-111 to C-114, N-38): for
/// one e-mail address, with a secret token of which only the digest is kept,
/// and with an end.
///
/// ```
/// use guildhall_domain::{
///     Email, Invitation, InvitationId, InvitationStatus, MemberRole, OrganizationId, TokenDigest, Version,
///     WorkspaceAccess, WorkspaceGrants,
/// };
/// use time::{Duration, OffsetDateTime};
/// use uuid::Uuid;
///
/// let now = OffsetDateTime::UNIX_EPOCH;
/// let invitation = Invitation {
///     id: InvitationId::from(Uuid::from_u128(1)),
///     organization_id: OrganizationId::from(Uuid::from_u128(2)),
///     email: Email::parse("grace@example.com")?,
///     role: MemberRole::Member,
///     access: WorkspaceAccess::NONE,
///     grants: WorkspaceGrants::default(),
///     message: None,
///     invited_by: None,
///     status: InvitationStatus::Pending,
///     token_digest: TokenDigest::new([0; 32]),
///     created_at: now,
///     updated_at: now,
///     expires_at: now + Duration::days(7),
///     version: Version::FIRST,
/// };
/// assert!(invitation.is_open(now));
/// assert_eq!(invitation.status_at(now + Duration::days(7)), InvitationStatus::Expired); // N-38
/// # Ok::<(), guildhall_domain::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The invitation.
    pub id: InvitationId,
    /// Where to.
    pub organization_id: OrganizationId,
    /// Who: only the account with this address can accept.
    pub email: Email,
    /// With which role.
    pub role: MemberRole,
    /// With which access to all workspaces.
    pub access: WorkspaceAccess,
    /// With which access to single ones, as far as they are there when it is
    /// accepted (C-112).
    pub grants: WorkspaceGrants,
    /// What the inviter says (N-38).
    pub message: Option<Description>,
    /// Who invited; none where that account is gone.
    pub invited_by: Option<UserId>,
    /// How far it is.
    pub status: InvitationStatus,
    /// What the token hashes to. A resent invitation has a new one.
    pub token_digest: TokenDigest,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// From when on it cannot be accepted.
    pub expires_at: Timestamp,
    /// How often it was changed.
    pub version: Version,
}

impl Invitation {
    /// Whether it can still be accepted at `now`.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.status == InvitationStatus::Pending && now < self.expires_at
    }

    /// How it stands at `now`: a pending one whose time is over is expired.
    pub fn status_at(&self, now: Timestamp) -> InvitationStatus {
        match self.status {
            InvitationStatus::Pending if now >= self.expires_at => InvitationStatus::Expired,
            status => status,
        }
    }
}

macro_rules! named {
    ($(#[$doc:meta])* $type:ident { $($(#[$variant_doc:meta])* $variant:ident = $name:literal,)+ } else $code:literal, $hint:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
        pub enum $type {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $type {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name in storage and on the wire.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// Reads one by its name.
            ///
            /// # Errors
            #[doc = concat!("`", $code, "`.")]
            pub fn parse(text: &str) -> Result<Self, Invalid> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|it| it.as_str() == text)
                    .ok_or_else(|| Invalid::new($code, $hint))
            }
        }
    };
}
pub(crate) use named;

named! {
    /// How far an invitation is.
    InvitationStatus {
        /// Waits for an answer.
        Pending = "pending",
        /// Was not answered in time. Kept as pending until another takes its place.
        Expired = "expired",
        /// Led to a membership.
        Accepted = "accepted",
        /// The invited person does not want to.
        Declined = "declined",
        /// Was taken back.
        Revoked = "revoked",
    } else "unknown_status", "must be pending, expired, accepted, declined or revoked"
}

/// An invitation as the invited person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedInvitation {
    /// The invitation.
    pub invitation: Invitation,
    /// What the organization is called.
    pub organization_name: Name,
    /// Whether it may be used.
    pub organization_status: OrganizationStatus,
}
