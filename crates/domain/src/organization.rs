use crate::{
    Description, DomainName, Invalid, Name, OrganizationId, Overrides, PlanName, Slug, TimeZone, Timestamp, Version,
};

/// A tenant (M-01, S-01, N-02, C-02). Everything but user accounts belongs to one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Organization {
    /// The organization.
    pub id: OrganizationId,
    /// What people call it; not unique.
    pub name: Name,
    /// Its short name in addresses; unique.
    pub slug: Slug,
    /// What it is for (M-13).
    pub description: Option<Description>,
    /// Its internet domain, as its admins state it (N-02). Grants nothing by itself.
    pub domain: Option<DomainName>,
    /// Whether it may be used.
    pub status: OrganizationStatus,
    /// Where its days and months begin (M-26).
    pub time_zone: TimeZone,
    /// The plan that it is on (S-12).
    pub plan: PlanName,
    /// What was decided for it alone, over its plan (M-14).
    pub overrides: Overrides,
    /// How many members it has (N-16). Kept by the store in the statement that adds or removes one.
    pub users_count: u64,
    /// How many of them are owners: never zero.
    pub owners_count: u64,
    /// How many workspaces count against its limit (N-16, M-15).
    pub workspaces_count: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// How often it was changed, counters included.
    pub version: Version,
}

impl Organization {
    /// A new, active organization without members.
    pub fn new(id: OrganizationId, name: Name, slug: Slug, now: Timestamp) -> Self {
        Self {
            id,
            name,
            slug,
            description: None,
            domain: None,
            status: OrganizationStatus::Active,
            time_zone: TimeZone::utc(),
            plan: PlanName::free(),
            overrides: Overrides::default(),
            users_count: 0,
            owners_count: 0,
            workspaces_count: 0,
            created_at: now,
            updated_at: now,
            version: Version::FIRST,
        }
    }

    /// Whether nothing has happened to it since its founder came in: it was
    /// not changed, and nobody else was ever in it.
    pub fn is_as_founded(&self) -> bool {
        self.version <= Version::FIRST.next()
    }
}

/// Whether an organization may be used (N-30, N-35, N-36).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum OrganizationStatus {
    /// Everything works.
    Active,
    /// Reads work, writes are refused.
    Suspended,
    /// Everything is refused but to superadmins.
    Lockdown,
}

impl OrganizationStatus {
    /// Every status, in order of severity.
    pub const ALL: [Self; 3] = [Self::Active, Self::Suspended, Self::Lockdown];

    /// The name in storage and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Lockdown => "lockdown",
        }
    }

    /// Reads a status by its name.
    ///
    /// # Errors
    /// `unknown_status`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| Invalid::new("unknown_status", "must be active, suspended or lockdown"))
    }
}
