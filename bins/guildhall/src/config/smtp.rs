use std::path::PathBuf;
use std::time::Duration;

use guildhall_mail::{SmtpCredentials, SmtpSecurity, SmtpSettings};
use serde::{Deserialize, Serialize};

use super::{SecretText, check_range};

/// The mail server.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SmtpConfig {
    /// Its name or address.
    pub host: Option<String>,
    /// Its port; 465, 587 or 25, by `security`, where none is given.
    pub port: Option<u16>,
    /// How the connection is kept from others' eyes.
    pub security: Security,
    /// Lets mails go in clear to another machine.
    pub allow_unencrypted: bool,
    /// A PEM file with certificate authorities to trust besides the system's.
    pub ca_file: Option<PathBuf>,
    /// Who logs in; nobody where none is given.
    pub username: Option<String>,
    /// With which password.
    pub password: Option<SecretText>,
    /// What this machine calls itself; the sender's domain where none is given.
    pub hello_name: Option<String>,
    /// From the first packet until the server takes mails.
    pub connect_timeout_seconds: u64,
    /// For one mail, from a connection to the server's answer.
    pub send_timeout_seconds: u64,
}

/// How a connection to a mail server is kept from others' eyes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// TLS from the first byte (RFC 8314).
    #[default]
    Tls,
    /// TLS after the command STARTTLS, or no mail.
    StartTls,
    /// None at all.
    None,
}

impl From<Security> for SmtpSecurity {
    fn from(security: Security) -> Self {
        match security {
            Security::Tls => Self::Tls,
            Security::StartTls => Self::StartTls,
            Security::None => Self::None,
        }
    }
}

impl Default for SmtpConfig {
    fn default() -> Self {
        let SmtpSettings { connect_timeout, send_timeout, .. } = SmtpSettings::new("", SmtpSecurity::default());
        Self {
            host: None,
            port: None,
            security: Security::default(),
            allow_unencrypted: false,
            ca_file: None,
            username: None,
            password: None,
            hello_name: None,
            connect_timeout_seconds: connect_timeout.as_secs(),
            send_timeout_seconds: send_timeout.as_secs(),
        }
    }
}

impl SmtpConfig {
    /// The same in the mailer's words, with the certificate authorities' file
    /// as it was read, for so many mails at once.
    pub fn settings(&self, extra_roots: Option<Vec<u8>>, senders: usize) -> SmtpSettings {
        let usual = SmtpSettings::new(self.host.clone().unwrap_or_default(), self.security.into());
        let credentials = self.username.clone().zip(self.password.clone());
        SmtpSettings {
            port: self.port.unwrap_or(usual.port),
            allow_unencrypted: self.allow_unencrypted,
            extra_roots,
            credentials: credentials
                .map(|(username, password)| SmtpCredentials { username, password: password.secret().clone() }),
            hello_name: self.hello_name.clone(),
            connect_timeout: Duration::from_secs(self.connect_timeout_seconds),
            send_timeout: Duration::from_secs(self.send_timeout_seconds),
            max_idle: senders,
            ..usual
        }
    }

    /// How long one attempt can take at most: each connection that waits may
    /// turn out to be dead before a new one is made.
    pub fn attempt_timeout(&self, senders: usize) -> Duration {
        let connections = u64::try_from(senders).unwrap_or(u64::MAX).saturating_add(1);
        Duration::from_secs(self.connect_timeout_seconds.saturating_mul(connections) + self.send_timeout_seconds)
    }

    pub(super) fn check(&self, problems: &mut Vec<String>) {
        if self.host.as_deref().is_none_or(|host| host.trim().is_empty()) {
            problems.push(
                "`mail.smtp.host` is not set, which `mail.transport = \"smtp\"` needs: name the mail server".to_owned(),
            );
        }
        check_range(problems, "mail.smtp.port", self.port.unwrap_or(1), 1, u16::MAX);
        check_range(problems, "mail.smtp.connect_timeout_seconds", self.connect_timeout_seconds, 1, 300);
        check_range(problems, "mail.smtp.send_timeout_seconds", self.send_timeout_seconds, 1, 600);
        match (&self.username, &self.password) {
            (Some(_), None) => problems.push(
                "`mail.smtp.password` is not set beside `mail.smtp.username`: set GUILDHALL_MAIL__SMTP__PASSWORD"
                    .to_owned(),
            ),
            (None, Some(_)) => problems.push(
                "`mail.smtp.username` is not set beside `mail.smtp.password`: set both, or leave both out".to_owned(),
            ),
            _ => {}
        }
    }
}
