use super::AppError;

/// What a deployment's rules forbid to a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAllowed {
    /// Name and time zone come first (C-16, C-19).
    #[error("set your name and time zone before you make an organization")]
    OnboardingIncomplete,
    /// Administrators make accounts (M-56).
    #[error("accounts are made by the administrators of this installation")]
    RegistrationClosed,
    /// Only the invited register.
    #[error("registering needs the token of an invitation")]
    InvitationRequired,
    /// The invitation is for another address, which is not told.
    #[error("this invitation is for another e-mail address; log in with the account that it was sent to")]
    InvitationForAnother,
    /// An address that was not shown to be the user's grants nothing (N-13).
    #[error("show first that your e-mail address is yours: follow the link that was sent to it")]
    EmailNotVerified,
    /// There is one user, whose token is configured (C-139).
    #[error("this installation has one local user, who needs no account, password or session")]
    LocalUserOnly,
    /// The operator changes plans.
    #[error("plans are changed by the administrators of this installation")]
    PlanNotSelfService,
    /// Accounts are made by registering.
    #[error("this installation is set up from the command line: guildhall superadmin create")]
    SetUpClosed,
}

impl NotAllowed {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::OnboardingIncomplete => "onboarding_incomplete",
            Self::RegistrationClosed => "registration_closed",
            Self::InvitationRequired => "invitation_required",
            Self::InvitationForAnother => "invitation_for_another",
            Self::EmailNotVerified => "email_not_verified",
            Self::LocalUserOnly => "local_user_only",
            Self::PlanNotSelfService => "plan_not_self_service",
            Self::SetUpClosed => "set_up_closed",
        }
    }
}

impl From<NotAllowed> for AppError {
    fn from(reason: NotAllowed) -> Self {
        Self::NotAllowed(reason)
    }
}
