use std::collections::{BTreeMap, BTreeSet};

use crate::text_value::{key, text_value};
use crate::{Invalid, Limit, LimitName, Name};

/// The name of the plan that an organization is on, such as `FREE` (S-12).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlanName(String);

impl PlanName {
    /// Checks a plan's name: 1 to 63 letters, digits or `_`; read in upper case.
    ///
    /// # Errors
    /// `invalid_plan`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim().to_ascii_uppercase();
        let plain = text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        if plain && (1..=63).contains(&text.len()) {
            Ok(Self(text))
        } else {
            Err(Invalid::new("invalid_plan", "must be a plan's name such as FREE"))
        }
    }

    /// The plan of an organization for which nothing else is known.
    pub fn free() -> Self {
        Self("FREE".to_owned())
    }
}

text_value!(PlanName);

/// Something that a plan lets an organization do, such as `organization_admins` (M-10).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeatureName(String);

impl FeatureName {
    /// The admin role (M-10): without it nobody is made an admin.
    pub const ORGANIZATION_ADMINS: &'static str = "organization_admins";

    /// Checks a name: 1 to 63 lower-case letters, digits or `_`, from a letter on.
    ///
    /// # Errors
    /// `invalid_name`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        key(text).map(Self)
    }
}

text_value!(FeatureName);

/// What an organization may do and have, and what it pays with (S-12).
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Plan {
    /// Its name in programs.
    pub name: PlanName,
    /// What people call it; its name where nothing is said.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub label: Option<Name>,
    /// What it lets an organization do.
    #[cfg_attr(feature = "serde", serde(default))]
    pub features: BTreeSet<FeatureName>,
    /// How much it lets an organization have; what is not named is unlimited.
    #[cfg_attr(feature = "serde", serde(default))]
    pub limits: BTreeMap<LimitName, Limit>,
    /// Which limits of requests hold (S-16); the usual ones where nothing is said.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub rate_class: Option<Name>,
    /// Credits that the shared pool gets each month (M-21).
    #[cfg_attr(feature = "serde", serde(default))]
    pub monthly_credits: u64,
    /// How the organization is helped (S-12).
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub support: Option<Name>,
}

impl Plan {
    /// A plan without features and limits.
    pub fn new(name: PlanName) -> Self {
        Self {
            name,
            label: None,
            features: BTreeSet::new(),
            limits: BTreeMap::new(),
            rate_class: None,
            monthly_credits: 0,
            support: None,
        }
    }

    /// Checks a number of monthly credits.
    ///
    /// # Errors
    /// `out_of_range`.
    pub fn credits(number: u64) -> Result<u64, Invalid> {
        if number <= Limit::MAX {
            Ok(number)
        } else {
            Err(Invalid::new("out_of_range", "must be from 0 to 9007199254740991"))
        }
    }
}
