use crate::User;

/// What a user must have done before they make an organization (C-16, C-19).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct OnboardingRules {
    /// Whether name and time zone must be set (C-138).
    pub required: bool,
}

impl OnboardingRules {
    /// Whether `user` may make an organization.
    pub fn is_met_by(self, user: &User) -> bool {
        !self.required || user.is_onboarded()
    }
}
