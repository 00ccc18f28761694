use email_address::EmailAddress;

use crate::Invalid;
use crate::text_value::text_value;

/// An internet domain of an organization, such as `neogenesys.com` (N-02), in
/// lower case and in ASCII (RFC 5891): `münchen.de` is `xn--mnchen-3ya.de`, so
/// that one domain has one name.
///
/// ```
/// use guildhall_domain::DomainName;
/// assert_eq!(DomainName::parse("Neogenesys.com")?.as_str(), "neogenesys.com");
/// assert!(DomainName::parse("https://neogenesys.com").is_err());
/// assert!(DomainName::parse("localhost").is_err());
/// assert_eq!(DomainName::parse("München.de")?, DomainName::parse("xn--mnchen-3ya.de")?);
/// # Ok::<(), guildhall_domain::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DomainName(String);

impl DomainName {
    /// The longest domain name, in bytes (RFC 1035, 2.3.4).
    pub const MAX: usize = 253;

    /// Checks a domain name: at least two labels, without scheme, port or path.
    ///
    /// # Errors
    /// `blank`, `too_long` or `invalid_domain`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim().to_lowercase();
        if text.is_empty() {
            return Err(Invalid::new("blank", "must not be blank"));
        }
        let invalid = || Invalid::new("invalid_domain", "must be a domain name such as example.com");
        // Bounded before it is converted, in which it can only grow.
        let text =
            if text.len() > Self::MAX { text } else { idna::domain_to_ascii_strict(&text).map_err(|_| invalid())? };
        if text.len() > Self::MAX {
            return Err(Invalid::new("too_long", "must have at most 253 bytes"));
        }
        // `*` and `_` may stand in an address after the @, never in a company's domain.
        let plain = text.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '.');
        let labels = text.split('.').count() >= 2 && !text.split('.').any(|l| l.starts_with('-') || l.ends_with('-'));
        if plain && labels && EmailAddress::is_valid_domain(&text) { Ok(Self(text)) } else { Err(invalid()) }
    }
}

text_value!(DomainName);
