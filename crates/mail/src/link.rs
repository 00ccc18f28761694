use std::fmt::{self, Write};
use std::str::FromStr;

use guildhall_ports::{ExposeSecret, SecretString};

/// What is wrong with a pattern for links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLink {
    /// It is no address of a page.
    #[error("a link must begin with https:// or http:// and a host")]
    NoUrl,
    /// It holds what cannot stand in an address.
    #[error("a link may hold only visible ASCII characters, without spaces, quotes, backslashes or angle brackets")]
    Character,
    /// There is no place for the token, or more than one.
    #[error("a link must hold {{token}} once, and no other braces")]
    Placeholder,
}

/// The address of a page that takes a token, with `{token}` where the token goes.
///
/// The pages may be a product's own. The token is best put behind a `#`: what
/// stands there is not sent to servers, and so not into their logs (ASVS 14.2.1).
///
/// ```
/// use guildhall_mail::LinkPattern;
/// use guildhall_ports::SecretString;
///
/// let pattern = LinkPattern::parse("https://app.example.com/join#token={token}")?;
/// assert_eq!(pattern.with(&SecretString::from("ghi_1")), "https://app.example.com/join#token=ghi_1");
/// assert!(LinkPattern::parse("https://app.example.com/join").is_err());
/// # Ok::<(), guildhall_mail::InvalidLink>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkPattern {
    before: String,
    after: String,
}

impl LinkPattern {
    /// Checks a pattern.
    ///
    /// # Errors
    /// [`InvalidLink`].
    pub fn parse(pattern: &str) -> Result<Self, InvalidLink> {
        let host = pattern.strip_prefix("https://").or_else(|| pattern.strip_prefix("http://"));
        if host.is_none_or(|host| host.starts_with(['/', '?', '#', '{']) || host.is_empty()) {
            return Err(InvalidLink::NoUrl);
        }
        if !pattern.bytes().all(|b| b.is_ascii_graphic() && !b"\"'<>\\`".contains(&b)) {
            return Err(InvalidLink::Character);
        }
        let (before, after) = pattern.split_once("{token}").ok_or(InvalidLink::Placeholder)?;
        if [before, after].iter().any(|part| part.contains(['{', '}'])) {
            return Err(InvalidLink::Placeholder);
        }
        Ok(Self { before: before.to_owned(), after: after.to_owned() })
    }

    /// The link with this token.
    pub fn with(&self, token: &SecretString) -> String {
        let mut link = self.before.clone();
        for byte in token.expose_secret().bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                link.push(char::from(byte));
            } else {
                // Writing to a text does not fail.
                let _ = write!(link, "%{byte:02X}");
            }
        }
        link + &self.after
    }
}

impl FromStr for LinkPattern {
    type Err = InvalidLink;

    fn from_str(pattern: &str) -> Result<Self, InvalidLink> {
        Self::parse(pattern)
    }
}

impl fmt::Display for LinkPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{{token}}{}", self.before, self.after)
    }
}

/// Where the links of each kind of mail lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailLinks {
    /// The page where an invitation is accepted.
    pub invitation: LinkPattern,
    /// The page where an e-mail address is verified.
    pub email_verification: LinkPattern,
}

impl MailLinks {
    /// `/invitations` and `/verify-email` below one address, with the token behind `#`.
    ///
    /// # Errors
    /// [`InvalidLink`] where `public_url` is none.
    ///
    /// ```
    /// let links = guildhall_mail::MailLinks::below("https://guildhall.example.com/")?;
    /// assert_eq!(links.invitation.to_string(), "https://guildhall.example.com/invitations#token={token}");
    /// # Ok::<(), guildhall_mail::InvalidLink>(())
    /// ```
    pub fn below(public_url: &str) -> Result<Self, InvalidLink> {
        let public_url = public_url.trim_end_matches('/');
        let page = |page| LinkPattern::parse(&format!("{public_url}/{page}#token={{token}}"));
        Ok(Self { invitation: page("invitations")?, email_verification: page("verify-email")? })
    }
}

#[cfg(test)]
mod tests {
    use guildhall_ports::SecretString;

    use super::{InvalidLink, LinkPattern, MailLinks};

    #[test]
    fn a_pattern_is_an_address_with_one_place_for_the_token() {
        for (bad, why) in [
            ("", InvalidLink::NoUrl),
            ("javascript:alert(1)#{token}", InvalidLink::NoUrl),
            ("https://", InvalidLink::NoUrl),
            ("https:///x#{token}", InvalidLink::NoUrl),
            ("https://{token}", InvalidLink::NoUrl),
            ("https://a/ b#{token}", InvalidLink::Character),
            ("https://a/\r\nBcc:{token}", InvalidLink::Character),
            ("https://a/\"onclick=#{token}", InvalidLink::Character),
            ("https://a/", InvalidLink::Placeholder),
            ("https://a/{token}/{token}", InvalidLink::Placeholder),
            ("https://a/{user}#{token}", InvalidLink::Placeholder),
        ] {
            assert_eq!(LinkPattern::parse(bad), Err(why), "{bad}");
        }
        let query = LinkPattern::parse("http://localhost:3000/invite?token={token}&from=mail").unwrap();
        assert_eq!(query.with(&SecretString::from("t")), "http://localhost:3000/invite?token=t&from=mail");
    }

    // Our own tokens need no escapes; another mint's cannot break out of the address.
    #[test]
    fn a_token_is_escaped() {
        let pattern = LinkPattern::parse("https://a/#{token}").unwrap();
        assert_eq!(pattern.with(&SecretString::from("gh-i_A.~")), "https://a/#gh-i_A.~");
        assert_eq!(pattern.with(&SecretString::from("a b&\"<é")), "https://a/#a%20b%26%22%3C%C3%A9");
    }

    // ASVS 14.2.1: the token stands in the fragment.
    #[test]
    fn the_usual_links_keep_the_token_from_servers() {
        let links = MailLinks::below("https://example.com/guildhall//").unwrap();
        assert_eq!(links.invitation.to_string(), "https://example.com/guildhall/invitations#token={token}");
        assert_eq!(links.email_verification.to_string(), "https://example.com/guildhall/verify-email#token={token}");
        assert_eq!(MailLinks::below("example.com").unwrap_err(), InvalidLink::NoUrl);
    }
}
