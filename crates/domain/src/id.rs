//! Identifiers: one type per entity, so that none can stand for another.

use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
        pub struct $name(Uuid);

        impl $name {
            /// The id of nothing.
            pub const NIL: Self = Self(Uuid::nil());

            /// The bare UUID, for storage and the wire.
            pub fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    };
}

id!(
    /// An organization: the top-level tenant (M-01, S-01, C-01).
    OrganizationId
);
id!(
    /// A user account, which may belong to several organizations (S-11).
    UserId
);
id!(
    /// One user's membership in one organization.
    MemberId
);
id!(
    /// A custom role of one organization.
    RoleId
);
id!(
    /// A login session.
    SessionId
);
id!(
    /// An entry of an audit log.
    AuditEventId
);
id!(
    /// An invitation into one organization.
    InvitationId
);
id!(
    /// An organization's claim to an internet domain.
    DomainClaimId
);
id!(
    /// A user's wish to join an organization that owns their e-mail's domain.
    JoinRequestId
);
id!(
    /// A mail that waits to be sent.
    MailId
);
id!(
    /// A workspace of one organization, whatever its kind is called.
    WorkspaceId
);
id!(
    /// A group of workspaces.
    WorkspaceGroupId
);
id!(
    /// Credits that were given to an organization.
    CreditGrantId
);
id!(
    /// Credits that are held for something that is under way.
    ReservationId
);
id!(
    /// A transaction of an organization's ledger of credits.
    CreditTransactionId
);
