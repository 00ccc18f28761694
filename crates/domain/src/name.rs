use crate::text_value::{checked, text_value};
use crate::{Invalid, Slug};

/// What people call a thing: an organization, a user, a role.
///
/// 1 to 120 characters after trimming, no control characters. Names are not
/// unique: two companies may have one name (see [`Slug`]).
///
/// ```
/// use guildhall_domain::Name;
/// assert_eq!(Name::parse("  Acme ")?.as_str(), "Acme");
/// assert_eq!(Name::parse(" ").unwrap_err().code, "blank");
/// # Ok::<(), guildhall_domain::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name(String);

impl Name {
    /// The longest name, in characters.
    pub const MAX: usize = 120;

    /// Checks a name.
    ///
    /// # Errors
    /// `blank`, `too_long` or `control_character`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        checked(text, Self::MAX, false).map(Self)
    }

    /// What a user's own first organization is called (C-120).
    pub fn personal() -> Self {
        Self("Personal".to_owned())
    }

    /// The address-friendly form of this name (N-33): lower case, everything
    /// but letters, digits and hyphens turned into hyphens.
    pub fn to_slug(&self) -> Slug {
        self.to_slug_or("organization")
    }

    /// The same, with another word for names of which nothing is left.
    pub fn to_slug_or(&self, otherwise: &str) -> Slug {
        Slug::from_name(self, otherwise)
    }

    /// The form that lists are sorted by.
    pub fn sort_key(&self) -> String {
        self.0.to_lowercase()
    }
}

text_value!(Name);
