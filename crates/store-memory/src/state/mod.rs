//! Everything that is kept, as maps that share what did not change with their
//! copies. Every look-up goes by a key; nothing walks over all tenants.

mod audit;
mod check;
mod credit_lists;
mod credit_writes;
mod credits;
mod default_organization;
mod departures;
mod domains;
mod email_verifications;
mod grants;
mod idempotent_answers;
mod invitations;
mod join_requests;
mod mails;
mod members;
mod memberships;
mod organizations;
mod pages;
mod quotas;
mod roles;
mod search;
mod sessions;
mod user_answers;
mod users;
mod workspace_groups;
mod workspace_list;
mod workspace_members;
mod workspaces;

use guildhall_domain::audit::{AuditRecord, ChainHead};
use guildhall_domain::{
    CustomRole, MemberId, Membership, Organization, OrganizationId, RoleId, Session, SessionId, Timestamp, TokenDigest,
    User, UserId,
};
use guildhall_ports::PasswordHash;
use imbl::{OrdMap, OrdSet};

use credits::Ledger;
use departures::Departures;
use domains::Domains;
use email_verifications::EmailVerifications;
use grants::Grants;
use idempotent_answers::IdempotentAnswers;
use invitations::Invitations;
use join_requests::JoinRequests;
use mails::Mails;
use quotas::Quotas;
use user_answers::UserAnswers;
use workspace_groups::WorkspaceGroups;
use workspace_members::WorkspaceMembers;
use workspaces::Workspaces;

/// An account with its password.
#[derive(Debug, Clone)]
struct Account {
    user: User,
    password: PasswordHash,
}

/// An organization with the end of its audit log.
#[derive(Debug, Clone)]
struct Tenant {
    organization: Organization,
    head: ChainHead,
}

/// The state of the whole store. A clone costs the same however much is in it.
#[derive(Debug, Clone)]
pub(crate) struct State {
    accounts: OrdMap<UserId, Account>,
    /// Addresses are unique and the order of the list of accounts.
    account_by_email: OrdMap<String, UserId>,

    sessions: OrdMap<(UserId, SessionId), Session>,
    session_by_digest: OrdMap<TokenDigest, (UserId, SessionId)>,
    session_holder: OrdMap<SessionId, UserId>,

    tenants: OrdMap<OrganizationId, Tenant>,
    tenant_by_slug: OrdMap<String, OrganizationId>,

    members: OrdMap<(OrganizationId, MemberId), Membership>,
    member_by_user: OrdMap<(OrganizationId, UserId), MemberId>,
    /// The order of the list of members.
    member_by_email: OrdMap<(OrganizationId, String, MemberId), UserId>,
    /// A user's organizations in the order of joining.
    joined: OrdMap<(UserId, Timestamp, MemberId), OrganizationId>,

    roles: OrdMap<(OrganizationId, RoleId), CustomRole>,
    /// Names are unique and the order of the list of roles.
    role_by_name: OrdMap<(OrganizationId, String), RoleId>,
    role_holders: OrdSet<(OrganizationId, RoleId, MemberId)>,

    departures: Departures,
    invitations: Invitations,
    domains: Domains,
    join_requests: JoinRequests,
    email_verifications: EmailVerifications,
    mails: Mails,

    workspaces: Workspaces,
    workspace_members: WorkspaceMembers,
    workspace_groups: WorkspaceGroups,
    grants: Grants,
    quotas: Quotas,
    credits: OrdMap<OrganizationId, Ledger>,
    idempotent_answers: IdempotentAnswers,
    user_answers: UserAnswers,

    /// The organization that users without one share.
    default_organization: Option<OrganizationId>,

    /// The log of each organization, and the installation's own.
    records: OrdMap<(Option<OrganizationId>, u64), AuditRecord>,
    pub(crate) platform_head: ChainHead,
}

impl Default for State {
    fn default() -> Self {
        Self {
            accounts: OrdMap::new(),
            account_by_email: OrdMap::new(),
            sessions: OrdMap::new(),
            session_by_digest: OrdMap::new(),
            session_holder: OrdMap::new(),
            tenants: OrdMap::new(),
            tenant_by_slug: OrdMap::new(),
            members: OrdMap::new(),
            member_by_user: OrdMap::new(),
            member_by_email: OrdMap::new(),
            joined: OrdMap::new(),
            roles: OrdMap::new(),
            role_by_name: OrdMap::new(),
            role_holders: OrdSet::new(),
            departures: Departures::default(),
            invitations: Invitations::default(),
            domains: Domains::default(),
            join_requests: JoinRequests::default(),
            email_verifications: EmailVerifications::default(),
            mails: Mails::default(),
            workspaces: Workspaces::default(),
            workspace_members: WorkspaceMembers::default(),
            workspace_groups: WorkspaceGroups::default(),
            grants: Grants::default(),
            quotas: Quotas::default(),
            credits: OrdMap::new(),
            idempotent_answers: IdempotentAnswers::default(),
            user_answers: UserAnswers::default(),
            default_organization: None,
            records: OrdMap::new(),
            platform_head: ChainHead::EMPTY,
        }
    }
}
