use crate::Invalid;
use crate::text_value::{checked, text_value};

/// A longer text, such as an organization's description or a user's notes:
/// 1 to 2,000 characters after trimming; line breaks are allowed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Description(String);

impl Description {
    /// The longest description, in characters.
    pub const MAX: usize = 2_000;

    /// Checks a description.
    ///
    /// # Errors
    /// `blank`, `too_long` or `control_character`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        checked(text, Self::MAX, true).map(Self)
    }
}

text_value!(Description);
