use crate::text_value::text_value;
use crate::{Invalid, Name};

/// A short name in addresses: `^[a-z0-9-]+$` (N-33), 1 to 63 characters, no
/// hyphen at either end. An organization's is unique over the installation, a
/// workspace's in its organization.
///
/// ```
/// use guildhall_domain::{Name, Slug};
/// assert_eq!(Name::parse("Partner Corp.")?.to_slug().as_str(), "partner-corp");
/// assert_eq!(Name::parse("会社")?.to_slug().as_str(), "organization");
/// assert_eq!(Slug::parse("Not A Slug").unwrap_err().code, "invalid_slug");
/// # Ok::<(), guildhall_domain::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slug(String);

impl Slug {
    /// The longest slug, in characters: it fits in a DNS label.
    pub const MAX: usize = 63;

    /// Checks a slug.
    ///
    /// # Errors
    /// `blank`, `too_long`, `reserved` or `invalid_slug`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.is_empty() {
            return Err(Invalid::new("blank", "must not be blank"));
        }
        if text.len() > Self::MAX {
            return Err(Invalid::new("too_long", "must have at most 63 characters"));
        }
        let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !plain || text.starts_with('-') || text.ends_with('-') {
            return Err(Invalid::new(
                "invalid_slug",
                "must hold only a-z, 0-9 and hyphens, with no hyphen at either end",
            ));
        }
        if text == "me" {
            return Err(Invalid::new("reserved", "`me` stands for the active organization"));
        }
        Ok(Self(text.to_owned()))
    }

    pub(crate) fn from_name(name: &Name, otherwise: &str) -> Self {
        let mut slug = String::with_capacity(name.as_str().len());
        for c in name.as_str().to_lowercase().chars() {
            let kept = if c.is_ascii_alphanumeric() { c } else { '-' };
            if kept != '-' || !slug.ends_with('-') {
                slug.push(kept);
            }
        }
        slug.truncate(Self::MAX);
        Self::parse(slug.trim_matches('-')).unwrap_or_else(|_| Self(otherwise.to_owned()))
    }

    /// This slug with `-suffix` behind it, for when the plain one is taken.
    /// The front is cut to make room.
    pub fn with_suffix(&self, suffix: &str) -> Self {
        let room = Self::MAX.saturating_sub(suffix.len() + 1);
        let front = self.0.get(..room.min(self.0.len())).unwrap_or_default().trim_end_matches('-');
        Self(format!("{front}-{suffix}"))
    }
}

text_value!(Slug);

#[cfg(test)]
mod tests {
    use super::Slug;
    use crate::Name;

    #[test]
    fn a_suffix_fits_into_the_bound() {
        let long = Name::parse(&"a".repeat(120)).unwrap().to_slug();
        assert_eq!(long.as_str().len(), 63);
        let suffixed = long.with_suffix("0123456789ab");
        assert_eq!(suffixed.as_str().len(), 63);
        assert!(Slug::parse(suffixed.as_str()).is_ok());
    }
}
