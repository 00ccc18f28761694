//! The rules of organizations: tenants, members and roles, permissions, audit.
//!
//! This crate does no I/O and needs no runtime. It is what Guildhall's server
//! decides with, and what another Rust program embeds to decide the same way:
//! value types that cannot hold a bad value, entities, the pure
//! [`policy::decide`], the rules of who may touch whom ([`policy::Grant`]), and
//! a hash-chained audit log ([`audit`]).
//!
//! # Example
//!
//! A program that keeps its own memberships asks whether a member may invite:
//!
//! ```
//! use guildhall_domain::policy::{Actor, Denied, Facts, MemberFacts, decide};
//! use guildhall_domain::{MemberId, MemberRole, OrganizationId, OrganizationStatus, Permission, UserId};
//! use uuid::Uuid;
//!
//! let organization = OrganizationId::from(Uuid::from_u128(1));
//! let alice = Actor { user_id: UserId::from(Uuid::from_u128(2)), superadmin: false };
//!
//! let mut facts = Facts {
//!     organization,
//!     status: OrganizationStatus::Active,
//!     member: Some(MemberFacts::built_in(MemberId::from(Uuid::from_u128(3)), MemberRole::Admin)),
//! };
//! let grant = decide(&alice, &facts, Permission::MemberAdd).expect("admins add members");
//! assert_eq!(grant.permission(), Permission::MemberAdd);
//!
//! facts.member = None; // a stranger learns nothing, not even that the organization exists
//! assert_eq!(decide(&alice, &facts, Permission::MemberAdd).unwrap_err(), Denied::NotVisible);
//! ```
//!
//! # Features
//!
//! `serde` (on by default): serialization of identifiers, value types and
//! entities. Deserializing a value type checks it.
//!
//! `toml`: reads a [`blueprint::Blueprint`] from a TOML file.

pub mod audit;
pub mod blueprint;
pub mod credits;
mod description;
mod domain_claim;
mod domain_name;
mod email;
mod email_verification;
mod entitlements;
mod id;
mod invalid;
mod invitation;
mod join_request;
pub mod joining;
mod limit;
mod mail_provider;
mod membership;
mod name;
mod organization;
mod overrides;
pub mod page;
mod permission;
mod plan;
pub mod policy;
mod role;
mod session;
mod slug;
mod text_value;
mod time_zone;
mod usage;
mod user;
mod version;
mod workspace;
mod workspace_access;

pub use description::Description;
pub use domain_claim::{DomainClaim, DomainOffer, DomainStatus, Enrolment};
pub use domain_name::DomainName;
pub use email::Email;
pub use email_verification::EmailVerification;
pub use entitlements::Entitlements;
pub use id::{
    AuditEventId, CreditGrantId, CreditTransactionId, DomainClaimId, InvitationId, JoinRequestId, MailId, MemberId,
    OrganizationId, ReservationId, RoleId, SessionId, UserId, WorkspaceGroupId, WorkspaceId,
};
pub use invalid::Invalid;
pub use invitation::{Invitation, InvitationStatus, ReceivedInvitation};
pub use join_request::{JoinRequest, JoinRequestStatus};
pub use limit::{Limit, LimitName};
pub use membership::{MemberProfile, Membership, MembershipSource, OrganizationMembership};
pub use name::Name;
pub use organization::{Organization, OrganizationStatus};
pub use overrides::Overrides;
pub use permission::{Permission, PermissionSet};
pub use plan::{FeatureName, Plan, PlanName};
pub use role::{CustomRole, MemberRole};
pub use session::{Session, SessionLifetime, TokenDigest};
pub use slug::Slug;
pub use time_zone::TimeZone;
pub use usage::{Counts, Usage, UsageLevel};
pub use user::User;
pub use version::Version;
pub use workspace::{
    AccessLevel, FieldName, FieldType, FieldValue, Workspace, WorkspaceGrant, WorkspaceGrants, WorkspaceGroup,
    WorkspaceKindName, WorkspaceMember, WorkspaceRole,
};
pub use workspace_access::WorkspaceAccess;

/// A point in time, always in UTC and whole microseconds: what every store keeps exactly.
pub type Timestamp = time::OffsetDateTime;
