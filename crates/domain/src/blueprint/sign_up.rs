use crate::{DomainName, Name};

/// Who may register, and where a new user belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct SignUpRules {
    /// Who may register.
    pub registration: Registration,
    /// Which organization a user without any gets.
    pub organization: SignUpOrganization,
    /// What that organization is called.
    pub organization_name: Name,
    /// The domain that the shared organization states (N-05). Grants nothing.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub organization_domain: Option<DomainName>,
}

impl Default for SignUpRules {
    fn default() -> Self {
        Self {
            registration: Registration::default(),
            organization: SignUpOrganization::default(),
            organization_name: Name::personal(),
            organization_domain: None,
        }
    }
}

/// Who may register.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Registration {
    /// Everybody (S-03).
    #[default]
    Open,
    /// Whoever holds an invitation.
    Invited,
    /// Nobody: administrators make accounts, and the first of them comes from
    /// the set-up of an installation without accounts (M-56, M-57).
    Closed,
}

/// Which organization a user without any gets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum SignUpOrganization {
    /// One of their own (S-03, S-04, C-120).
    #[default]
    Personal,
    /// The one that all share (N-05, N-06). Its first member owns it.
    Default,
    /// None, until they make one or are invited.
    None,
}
