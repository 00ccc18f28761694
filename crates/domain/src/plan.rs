use crate::Invalid;
use crate::text_value::text_value;

/// The name of the plan that an organization is on, such as `FREE` (S-12).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PlanName(String);

impl PlanName {
    /// Checks a plan's name: 1 to 63 upper-case letters, digits or `_`.
    ///
    /// # Errors
    /// `invalid_plan`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let plain = text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        if plain && (1..=63).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("invalid_plan", "must be a plan's name such as FREE"))
        }
    }

    /// The plan of a new organization.
    pub fn free() -> Self {
        Self("FREE".to_owned())
    }
}

text_value!(PlanName);
