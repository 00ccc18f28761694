use crate::{Description, Email, Name, OrganizationId, TimeZone, Timestamp, UserId, Version};

/// A person's account (C-136, C-137). It outlives every membership: removing
/// a member never deletes the account (M-12).
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct User {
    /// The account.
    pub id: UserId,
    /// Where to reach the person; unique over the installation.
    pub email: Email,
    /// The full name.
    pub name: Name,
    /// What the person wants to be called.
    pub preferred_name: Option<Name>,
    /// How the person wants to be referred to.
    pub pronouns: Option<Name>,
    /// Where the person's days begin and end.
    pub timezone: Option<TimeZone>,
    /// The person's own notes.
    pub notes: Option<Description>,
    /// What the person wants helpers to know.
    pub context: Option<Description>,
    /// May do everything on the whole installation (M-55).
    pub superadmin: bool,
    /// Since when the address is known to be the person's. Until then it
    /// grants nothing (N-13).
    pub email_verified_at: Option<Timestamp>,
    /// Since when the account may not log in (M-57).
    pub disabled_at: Option<Timestamp>,
    /// The organization that `me` stands for, as chosen by the user.
    pub active_organization_id: Option<OrganizationId>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// How often it was changed.
    pub version: Version,
}

impl User {
    /// A new account with nothing but what registration asks for.
    pub fn new(id: UserId, email: Email, name: Name, now: Timestamp) -> Self {
        Self {
            id,
            email,
            name,
            preferred_name: None,
            pronouns: None,
            timezone: None,
            notes: None,
            context: None,
            superadmin: false,
            email_verified_at: None,
            disabled_at: None,
            active_organization_id: None,
            created_at: now,
            updated_at: now,
            version: Version::FIRST,
        }
    }

    /// Whether the person showed that the address is theirs.
    pub fn has_verified_email(&self) -> bool {
        self.email_verified_at.is_some()
    }

    /// Whether the profile is complete: a name and a time zone (C-138).
    pub fn is_onboarded(&self) -> bool {
        self.timezone.is_some()
    }
}
