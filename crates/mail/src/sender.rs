use std::fmt;
use std::str::FromStr;

use lettre::Address;
use lettre::message::Mailbox;

/// A text is not the sender of mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an address such as no-reply@example.com or \"Guildhall <no-reply@example.com>\"")]
pub struct InvalidSender;

/// From whom mails come.
///
/// ```
/// use guildhall_mail::MailSender;
///
/// let sender = MailSender::parse("Guildhall <no-reply@example.com>")?;
/// assert_eq!(sender.host(), "example.com");
/// # Ok::<(), guildhall_mail::InvalidSender>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailSender {
    mailbox: Mailbox,
}

impl MailSender {
    /// Takes an address, with or without a name.
    ///
    /// # Errors
    /// [`InvalidSender`].
    pub fn parse(text: &str) -> Result<Self, InvalidSender> {
        if text.chars().any(char::is_control) {
            return Err(InvalidSender);
        }
        let Mailbox { name, email } = text.trim().parse().map_err(|_| InvalidSender)?;
        Ok(Self { mailbox: Mailbox { name, email: ascii_domain(&email).ok_or(InvalidSender)? } })
    }

    /// The domain of the address, with which Message-IDs end.
    pub fn host(&self) -> &str {
        self.mailbox.email.domain()
    }

    pub(crate) fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }
}

impl FromStr for MailSender {
    type Err = InvalidSender;

    fn from_str(text: &str) -> Result<Self, InvalidSender> {
        Self::parse(text)
    }
}

impl fmt::Display for MailSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.mailbox.fmt(f)
    }
}

/// The address with its domain as DNS writes it (`xn--…`), which every mail
/// server understands; none where the domain cannot be written so.
pub(crate) fn ascii_domain(address: &Address) -> Option<Address> {
    let domain = idna::domain_to_ascii(address.domain()).ok()?;
    Address::new(address.user(), domain).ok()
}

#[cfg(test)]
mod tests {
    use super::MailSender;

    #[test]
    fn a_sender_is_an_address_with_or_without_a_name() {
        let sender = MailSender::parse(" Gilde Süd <mail@gilde.example> ").unwrap();
        assert_eq!((sender.host(), sender.to_string().as_str()), ("gilde.example", "Gilde Süd <mail@gilde.example>"));
        assert_eq!(MailSender::parse("mail@münchen.example").unwrap().host(), "xn--mnchen-3ya.example");
        for bad in ["", "guildhall", "a@b@", "<>", "a@example.com, b@example.com", "A\r\nBcc: b@c.de <a@example.com>"] {
            assert!(MailSender::parse(bad).is_err(), "{bad:?}");
        }
    }
}
