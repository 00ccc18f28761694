//! A blueprint declares the tenancy rules of a deployment, as plain data:
//! what the documented products do differently, and nothing else does.
//!
//! See `docs/blueprint.md` for every field.
//!
//! ```
//! use guildhall_domain::blueprint::{Blueprint, MembershipMode};
//!
//! let mut blueprint = Blueprint { membership: MembershipMode::Exclusive, ..Blueprint::default() };
//! assert!(blueprint.check().is_ok());
//!
//! blueprint.sessions.idle_seconds = 0;
//! let error = blueprint.check().unwrap_err();
//! assert_eq!(error.problems()[0].key, "sessions.idle_seconds");
//! ```

mod built_in;
mod check;
mod check_kinds;
mod credits;
mod invitations;
mod limits;
mod membership;
mod onboarding;
mod plans;
mod problem;
mod quotas;
mod roles;
mod sessions;
mod sign_up;
#[cfg(feature = "toml")]
mod toml;
mod workspace_kinds;

pub use built_in::BuiltIn;
pub use credits::CreditRules;
pub use invitations::{InvitationExpiry, InvitationMode, InvitationRules};
pub use limits::Counted;
pub use membership::{DefaultAccess, MembershipMode};
pub use onboarding::OnboardingRules;
pub use plans::{BillingRules, Plans};
pub use problem::{BlueprintError, BlueprintProblem};
pub use quotas::{Quota, Quotas};
pub use roles::{DefaultRole, RoleLabels, RoleRules};
pub use sessions::SessionRules;
pub use sign_up::{Registration, SignUpOrganization, SignUpRules};
pub use workspace_kinds::{DefaultWorkspaceAccess, FieldRule, WorkspaceKind, WorkspaceKinds};

/// The tenancy rules of a deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct Blueprint {
    /// How many organizations a user may belong to.
    pub membership: MembershipMode,
    /// Which workspaces a new member may use who is not given access one by one.
    pub default_member_access: DefaultAccess,
    /// Who may register, and where a new user belongs.
    pub signup: SignUpRules,
    /// The default role, and what roles are called.
    pub roles: RoleRules,
    /// How people are invited.
    pub invitations: InvitationRules,
    /// What a user must have done before they make an organization.
    pub onboarding: OnboardingRules,
    /// How long sessions last.
    pub sessions: SessionRules,
    /// Who may change an organization's plan.
    pub billing: BillingRules,
    /// The kinds of workspaces that organizations have.
    pub workspace_kinds: WorkspaceKinds,
    /// The resources whose use the product reports.
    pub quotas: Quotas,
    /// What spends credits.
    pub credits: CreditRules,
    /// What organizations may do and have.
    pub plans: Plans,
}
