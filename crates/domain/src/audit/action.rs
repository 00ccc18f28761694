use crate::Invalid;

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// What happened, by the names of the documented products (N-12).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum AuditAction {
            $($(#[$doc])* $variant,)+
        }

        impl AuditAction {
            /// Every action.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable name.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

actions! {
    /// An organization was made.
    CreateOrganization = "create_organization",
    /// Name, description, slug or domain changed.
    UpdateOrganization = "update_organization",
    /// The organization changed to another plan.
    ChangePlan = "change_plan",
    /// A superadmin set limits or features over the plan.
    SetLimits = "set_limits",
    /// So much of a limit is used that somebody should know: 70, 90 or 100 percent (M-18).
    LimitThreshold = "limit_threshold",
    /// An organization was deleted with all that it had (platform log).
    DeleteOrganization = "delete_organization",
    /// A superadmin stopped writes.
    SuspendOrganization = "suspend_organization",
    /// A superadmin stopped everything.
    LockDownOrganization = "lock_down_organization",
    /// A superadmin made it usable again.
    RestoreOrganization = "restore_organization",
    /// A user became a member.
    AddUserToOrg = "add_user_to_org",
    /// A member was removed or left.
    RemoveUserFromOrg = "remove_user_from_org",
    /// Somebody was invited (C-112).
    InviteUser = "invite_user",
    /// An invitation was sent again, with a new token (N-39).
    ResendInvitation = "resend_invitation",
    /// An invitation was taken back (C-113).
    RevokeInvitation = "revoke_invitation",
    /// The invited person accepted (C-114).
    AcceptInvitation = "accept_invitation",
    /// The invited person declined.
    DeclineInvitation = "decline_invitation",
    /// A domain was claimed.
    ClaimDomain = "claim_domain",
    /// A claimed domain was looked up, and found to be the organization's or not.
    CheckDomain = "check_domain",
    /// How a domain enrols people changed.
    UpdateDomain = "update_domain",
    /// A domain was given up.
    RemoveDomain = "remove_domain",
    /// Somebody asked to join.
    RequestToJoin = "request_to_join",
    /// A request to join was declined.
    DeclineJoinRequest = "decline_join_request",
    /// A member's role changed.
    ChangeMemberRole = "change_member_role",
    /// A member's access to workspaces changed.
    SetMemberAccess = "set_member_access",
    /// An owner handed the organization over.
    TransferOwnership = "transfer_ownership",
    /// A custom role was made.
    CreateRole = "create_role",
    /// A custom role changed.
    UpdateRole = "update_role",
    /// A custom role was deleted.
    DeleteRole = "delete_role",
    /// A workspace was made.
    CreateWorkspace = "create_workspace",
    /// A workspace's name, slug, description, group, access, limits or fields changed.
    UpdateWorkspace = "update_workspace",
    /// A workspace was put away.
    ArchiveWorkspace = "archive_workspace",
    /// A workspace that was put away is in use again.
    RestoreWorkspace = "restore_workspace",
    /// A workspace was deleted with all that it had (M-54).
    DeleteWorkspace = "delete_workspace",
    /// A member came into a workspace.
    AddWorkspaceMember = "add_workspace_member",
    /// A member's role in a workspace changed.
    ChangeWorkspaceRole = "change_workspace_role",
    /// A member was taken out of a workspace, or left it.
    RemoveWorkspaceMember = "remove_workspace_member",
    /// A workspace got another owner (M-53).
    TransferWorkspace = "transfer_workspace",
    /// A group of workspaces was made.
    CreateWorkspaceGroup = "create_workspace_group",
    /// A group of workspaces changed.
    UpdateWorkspaceGroup = "update_workspace_group",
    /// A group of workspaces was deleted; they stay.
    DeleteWorkspaceGroup = "delete_workspace_group",
    /// The product reported that so much more of a resource is used (N-18).
    AcquireQuota = "acquire_quota",
    /// The product reported that so much of a resource was given back.
    ReleaseQuota = "release_quota",
    /// Credits were given to the pool (M-29).
    GrantCredits = "grant_credits",
    /// What was left of a grant was taken back.
    RevokeCredits = "revoke_credits",
    /// What was spent was given back.
    RefundCredits = "refund_credits",
    /// The operator had balances and counts made from the ledger of credits again (R-LED-8).
    RebuildCredits = "rebuild_credits",
    /// A member's quota of credits was set (M-32).
    SetMemberQuota = "set_member_quota",
    /// How much may be spent for a workspace was set.
    SetWorkspaceBudget = "set_workspace_budget",
    /// Somebody tried what they may not, or named what is not theirs (N-15).
    AccessDenied = "access_denied",
    /// An account was made (platform log).
    CreateUser = "create_user",
    /// The first account was made on an installation without any (platform log, M-56).
    SetUpInstallation = "set_up_installation",
    /// A user showed that their e-mail address is theirs (platform log).
    VerifyEmail = "verify_email",
    /// A superadmin gave an account a new password (platform log, M-57).
    ResetPassword = "reset_password",
    /// An account's profile changed (platform log).
    UpdateUser = "update_user",
    /// An account was deleted (platform log).
    DeleteUser = "delete_user",
    /// An account may no longer log in (platform log).
    DisableUser = "disable_user",
    /// An account may log in again (platform log).
    EnableUser = "enable_user",
    /// An account was given power over the installation (platform log).
    GrantSuperadmin = "grant_superadmin",
    /// That power was taken back (platform log).
    RevokeSuperadmin = "revoke_superadmin",
    /// A user changed their password (platform log).
    ChangePassword = "change_password",
    /// A user logged in (platform log).
    LogIn = "log_in",
    /// A session was ended by its user (platform log).
    EndSession = "end_session",
    /// A user chose another active organization (platform log).
    SwitchOrganization = "switch_organization",
}

impl AuditAction {
    /// Reads an action by its name.
    ///
    /// # Errors
    /// `unknown_action`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .iter()
            .copied()
            .find(|action| action.as_str() == text)
            .ok_or_else(|| Invalid::new("unknown_action", "must be an audit action such as add_user_to_org"))
    }
}
