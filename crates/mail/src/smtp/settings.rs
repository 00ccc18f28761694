use std::net::IpAddr;
use std::time::Duration;

use guildhall_ports::SecretString;

/// How a connection to a mail server is kept from others' eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SmtpSecurity {
    /// TLS from the first byte (RFC 8314), usually on port 465.
    #[default]
    Tls,
    /// TLS after the command STARTTLS, usually on port 587. A server that does
    /// not offer it gets no mail and no password.
    StartTls,
    /// None at all: for a server on this machine.
    None,
}

/// Who logs in to the mail server.
#[derive(Debug, Clone)]
pub struct SmtpCredentials {
    /// The name.
    pub username: String,
    /// The password.
    pub password: SecretString,
}

/// Which mail server, and how.
///
/// ```
/// use guildhall_mail::{SmtpSecurity, SmtpSettings};
///
/// let settings = SmtpSettings::new("smtp.example.com", SmtpSecurity::StartTls);
/// assert_eq!(settings.port, 587);
/// ```
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// The server's name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is secured.
    pub security: SmtpSecurity,
    /// Lets [`SmtpSecurity::None`] leave this machine: tokens and the password
    /// are then read by whoever is on the way.
    pub allow_unencrypted: bool,
    /// Certificate authorities to trust besides the system's, as PEM.
    pub extra_roots: Option<Vec<u8>>,
    /// Who logs in; nobody where the server knows this machine.
    pub credentials: Option<SmtpCredentials>,
    /// What this machine calls itself; the sender's domain where it is not said.
    pub hello_name: Option<String>,
    /// From the first packet until the server takes mails: TLS and login are in it.
    pub connect_timeout: Duration,
    /// For one mail, from a connection to the server's answer.
    pub send_timeout: Duration,
    /// The most connections that are kept open for the next mail.
    pub max_idle: usize,
    /// For how long they are kept.
    pub idle_timeout: Duration,
}

impl SmtpSettings {
    /// The usual port and time-outs.
    pub fn new(host: impl Into<String>, security: SmtpSecurity) -> Self {
        let port = match security {
            SmtpSecurity::Tls => 465,
            SmtpSecurity::StartTls => 587,
            SmtpSecurity::None => 25,
        };
        Self {
            host: host.into(),
            port,
            security,
            allow_unencrypted: false,
            extra_roots: None,
            credentials: None,
            hello_name: None,
            connect_timeout: Duration::from_secs(10),
            send_timeout: Duration::from_secs(60),
            max_idle: 2,
            idle_timeout: Duration::from_secs(30),
        }
    }

    /// Whether the server is on this machine, by what it is called. A name
    /// that DNS says is here does not count: DNS can say otherwise tomorrow.
    pub(super) fn is_here(&self) -> bool {
        let loopback = |address: IpAddr| address.to_canonical().is_loopback();
        self.bare_host().eq_ignore_ascii_case("localhost") || self.bare_host().parse().is_ok_and(loopback)
    }

    /// The host without the brackets that an IPv6 address may be written in.
    pub(super) fn bare_host(&self) -> &str {
        self.host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(&self.host)
    }
}

/// Why there can be no [`SmtpMailer`](super::SmtpMailer) with such settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSmtp {
    /// Mails would leave this machine in clear.
    #[error("mails to {0} would go unencrypted: use tls or starttls, or allow it explicitly")]
    Unencrypted(String),
    /// The certificates cannot be used.
    #[error("the certificate authorities for the mail server cannot be used: {0}")]
    Roots(String),
    /// A name that would break the dialogue with the server.
    #[error("{0} must be of visible ASCII characters without spaces")]
    Name(&'static str),
}

#[cfg(test)]
mod tests {
    use super::{SmtpSecurity, SmtpSettings};

    #[test]
    fn a_server_is_here_by_its_name_or_address() {
        let here = |host: &str| SmtpSettings::new(host, SmtpSecurity::None).is_here();
        for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "::1", "[::1]", "::ffff:127.0.0.1"] {
            assert!(here(host), "{host}");
        }
        for host in ["", "localhost.example.com", "10.0.0.1", "0.0.0.0", "2130706433", "::2", "mail"] {
            assert!(!here(host), "{host}");
        }
    }

    #[test]
    fn a_password_does_not_print() {
        let credentials = super::SmtpCredentials { username: "u".to_owned(), password: "hidden-one".into() };
        let settings = SmtpSettings { credentials: Some(credentials), ..SmtpSettings::new("h", SmtpSecurity::Tls) };
        assert!(!format!("{settings:?}").contains("hidden-one"));
    }
}
