//! Storage. One transaction belongs to one tenant: [`Store::begin_org`] gives
//! a unit of work that is fixed to an organization, and whose methods take no
//! organization id, so that a use case cannot name another tenant's rows.
//!
//! # Contract of every adapter
//!
//! - A unit of work that is dropped without [`commit`](OrgTx::commit) changes nothing.
//! - Two writing units of work on one organization run one after the other:
//!   [`Mode::Write`] takes the organization at the first statement. Facts read
//!   in one stay true until its commit.
//! - Counters (`users_count`, `owners_count`) are kept in the statement that
//!   adds, changes or removes a membership, and raise the organization's
//!   version and `updated_at`. The first member is an owner.
//! - `workspaces_count`, and the count of each kind, are kept in the statement
//!   that adds or removes a workspace, and leave the organization's version as
//!   it is; personal workspaces are not counted.
//! - An organization never has zero owners after its first member:
//!   [`Constraint::LastOwner`].
//! - An error leaves the unit of work fit only for rollback, except
//!   [`Constraint::OrganizationSlug`] from [`OrgTx::insert_organization`] and
//!   [`Constraint::WorkspaceSlug`] from [`WorkspaceTx::insert`], after which
//!   another slug may be tried.
//! - Times are kept to the microsecond, lists are in the documented order.
//!
//! `guildhall-testkit` holds the suite that proves it.

mod credit_tx;
mod credit_work;
mod credits;
mod error;
mod hot;
mod org_tx;
mod platform_tx;
mod user_tx;
mod workspace;
mod workspace_tx;

pub use credit_tx::CreditTx;
pub use credit_work::{CreditChanges, CreditStep, CreditWork, carry_out_in_steps};
pub use credits::{
    CreditNeeds, CreditState, CreditTransactionFilter, CreditWrites, MemberCreditUsage, MemberCredits, SpentCredits,
    WorkspaceCredits,
};
pub use error::{Constraint, StoreError};
pub use guildhall_domain::credits::KeptCredits;
pub use hot::{
    Authenticated, CheckBatchFacts, CheckBatchQuery, CheckFacts, CheckQuery, CheckedSubject, OrganizationRef,
};
pub use org_tx::{AccountRef, AccountSummary, InvitationFilter, MemberFilter, Opened, OpenedMember, OrgTx};
pub use platform_tx::{ClaimedMail, Credentials, OrganizationFilter, PlatformTx};
pub use user_tx::UserTx;
pub use workspace::{IdempotentAnswer, IdempotentRequest, WorkspaceFilter, WorkspaceLimits, WorkspaceTied};
pub use workspace_tx::WorkspaceTx;

#[cfg(feature = "mock")]
pub use {org_tx::MockOrgTx, platform_tx::MockPlatformTx, user_tx::MockUserTx, workspace_tx::MockWorkspaceTx};

use async_trait::async_trait;
use guildhall_domain::{OrganizationId, SessionId, Timestamp, TokenDigest, UserId};

/// Whether a unit of work may change anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Reads one consistent state and takes no lock. Writing methods fail.
    Read,
    /// Writes, one unit of work per organization (or user) at a time.
    Write,
}

/// A place where everything is kept.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Store: Send + Sync {
    /// Begins a unit of work inside one organization, which need not exist yet.
    async fn begin_org(&self, organization: OrganizationId, mode: Mode) -> Result<Box<dyn OrgTx>, StoreError>;

    /// Begins a unit of work on one account, which need not exist yet.
    /// [`Mode::Write`] takes the account, so that work on it is serialized.
    async fn begin_user(&self, user: UserId, mode: Mode) -> Result<Box<dyn UserTx>, StoreError>;

    /// Begins a unit of work of the operator.
    async fn begin_platform(&self, mode: Mode) -> Result<Box<dyn PlatformTx>, StoreError>;

    /// Who holds a session token: one round trip. Says nothing about whether
    /// the session is still live, which the domain decides.
    async fn authenticate(&self, digest: TokenDigest) -> Result<Option<Authenticated>, StoreError>;

    /// Everything that a permission check needs, authentication included, in
    /// one round trip. None where no session has the digest.
    async fn check(&self, query: CheckQuery) -> Result<Option<CheckFacts>, StoreError>;

    /// The same for many checks, in one round trip too.
    async fn check_batch(&self, query: &CheckBatchQuery) -> Result<Option<CheckBatchFacts>, StoreError>;

    /// Notes that a session was used. A session that is gone is no error.
    async fn touch_session(&self, session: SessionId, at: Timestamp) -> Result<(), StoreError>;

    /// Notes that a member used the organization (C-12), without a new version.
    async fn touch_member(&self, organization: OrganizationId, user: UserId, at: Timestamp) -> Result<(), StoreError>;

    /// Whether storage answers.
    async fn ready(&self) -> Result<(), StoreError>;
}
