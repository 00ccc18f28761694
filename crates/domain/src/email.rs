use email_address::{EmailAddress, Options};

use crate::text_value::text_value;
use crate::{DomainName, Invalid};

/// An e-mail address (RFC 5321), in lower case.
///
/// Guildhall compares addresses without regard to case, and has their domains in
/// ASCII (RFC 5891): one mailbox, one account.
///
/// ```
/// use guildhall_domain::Email;
/// let email = Email::parse(" User@Neogenesys.com ")?;
/// assert_eq!(email.as_str(), "user@neogenesys.com");
/// assert_eq!(email.domain().expect("a company's domain").as_str(), "neogenesys.com");
/// assert_eq!(Email::parse("nobody").unwrap_err().code, "invalid_email");
/// # Ok::<(), guildhall_domain::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

impl Email {
    /// The longest address, in bytes (RFC 5321, 4.5.3.1.3, less the angle brackets).
    pub const MAX: usize = 254;

    /// Checks an address and brings it into lower case.
    ///
    /// # Errors
    /// `blank`, `too_long` or `invalid_email`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Invalid::new("blank", "must not be blank"));
        }
        let text = text.to_lowercase();
        if text.len() > Self::MAX {
            return Err(Invalid::new("too_long", "must have at most 254 bytes"));
        }
        let options = Options::default().without_display_text().without_domain_literal();
        match EmailAddress::parse_with_options(&text, options) {
            Ok(_) if !text.chars().any(|c| c.is_control() || c.is_whitespace()) => Self::in_ascii(text),
            _ => Err(Self::invalid()),
        }
    }

    fn invalid() -> Invalid {
        Invalid::new("invalid_email", "must be an e-mail address")
    }

    /// With the domain in ASCII, where it is not.
    fn in_ascii(text: String) -> Result<Self, Invalid> {
        let Some((local, domain)) = text.rsplit_once('@') else { return Err(Self::invalid()) };
        if domain.is_ascii() {
            return Ok(Self(text));
        }
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| Self::invalid())?;
        // What it has become is an address, too, and the same one when it is read again.
        Self::parse(&format!("{local}@{domain}"))
    }

    /// What stands behind the last `@` (N-13); none where it cannot be an
    /// organization's domain, as in `root@localhost`.
    pub fn domain(&self) -> Option<DomainName> {
        let (_, domain) = self.0.rsplit_once('@')?;
        DomainName::parse(domain).ok()
    }
}

text_value!(Email);
