use std::time::Duration;

use async_trait::async_trait;
use guildhall_ports::{ExposeSecret, Mail, MailError, Mailer};
use lettre::Message;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::{ClientId, Extension};
use tokio::time::timeout;

use super::connection::{Dial, Idle, Tls};
use super::fault;
use super::settings::{InvalidSmtp, SmtpSecurity, SmtpSettings};
use crate::composer::MailComposer;

/// Hands mails to a mail server by SMTP (RFC 5321), one recipient each.
///
/// A mail is refused for good where the server answers 5xx to it. All else may
/// go another time: 4xx, no connection, no answer in time, a wrong password.
/// Errors hold the server's codes but never its words, which may quote the mail.
///
/// A server whose answer gets lost may have the mail already. It gets it again
/// with the same Message-ID.
#[derive(Debug)]
pub struct SmtpMailer {
    composer: MailComposer,
    dial: Dial,
    idle: Idle,
    connect_timeout: Duration,
    send_timeout: Duration,
}

impl SmtpMailer {
    /// A mailer with these settings. It connects when there is a mail to send.
    ///
    /// # Errors
    /// [`InvalidSmtp`].
    ///
    /// ```
    /// use guildhall_mail::{InvalidSmtp, MailComposer, MailLinks, MailSender, SmtpMailer, SmtpSecurity, SmtpSettings};
    ///
    /// let composer = MailComposer::new(
    ///     MailSender::parse("no-reply@example.com")?,
    ///     MailLinks::below("https://guildhall.example.com")?,
    /// );
    /// SmtpMailer::new(SmtpSettings::new("localhost", SmtpSecurity::None), composer.clone())?;
    ///
    /// let in_clear = SmtpSettings::new("smtp.example.com", SmtpSecurity::None);
    /// assert!(matches!(SmtpMailer::new(in_clear, composer), Err(InvalidSmtp::Unencrypted(_))));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(settings: SmtpSettings, composer: MailComposer) -> Result<Self, InvalidSmtp> {
        if settings.security == SmtpSecurity::None && !settings.allow_unencrypted && !settings.is_here() {
            return Err(InvalidSmtp::Unencrypted(settings.host));
        }
        let hello_name = settings.hello_name.as_deref().unwrap_or(composer.sender().host());
        for (what, name) in [("the mail server's name", settings.bare_host()), ("the hello name", hello_name)] {
            if name.is_empty() || !name.bytes().all(|b| b.is_ascii_graphic()) {
                return Err(InvalidSmtp::Name(what));
            }
        }
        let hello_name = ClientId::Domain(hello_name.to_owned());
        let tls = match settings.security {
            SmtpSecurity::None => Tls::Never,
            SmtpSecurity::StartTls => Tls::AfterCommand(tls_parameters(&settings)?),
            SmtpSecurity::Tls => Tls::Always(tls_parameters(&settings)?),
        };
        let host = settings.bare_host().to_owned();
        let credentials = settings
            .credentials
            .map(|login| Credentials::new(login.username, login.password.expose_secret().to_owned()));
        Ok(Self {
            composer,
            dial: Dial { host, port: settings.port, hello_name, tls, credentials },
            idle: Idle::new(settings.max_idle, settings.idle_timeout),
            connect_timeout: settings.connect_timeout,
            send_timeout: settings.send_timeout,
        })
    }

    /// A connection that waited and still lives, or a new one.
    async fn connection(&self) -> Result<AsyncSmtpConnection, MailError> {
        while let Some(mut connection) = self.idle.take() {
            if timeout(self.connect_timeout, connection.test_connected()).await == Ok(true) {
                return Ok(connection);
            }
        }
        timeout(self.connect_timeout, self.dial.connect())
            .await
            .map_err(|_| fault::silence("connecting to the mail server", self.connect_timeout))?
            .map_err(|error| fault::connecting(&error))
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = self.composer.compose(mail)?;
        let mut connection = self.connection().await?;
        timeout(self.send_timeout, hand_over(&mut connection, &message))
            .await
            .map_err(|_| fault::silence("sending", self.send_timeout))??;
        self.idle.put(connection);
        tracing::debug!(mail = %mail.id, "mail handed to the mail server");
        Ok(())
    }
}

async fn hand_over(connection: &mut AsyncSmtpConnection, message: &Message) -> Result<(), MailError> {
    let recipients = message.envelope().to();
    if !recipients.iter().all(|to| AsRef::<str>::as_ref(to).is_ascii())
        && !connection.server_info().supports_feature(Extension::SmtpUtfEight)
    {
        let why = "the mail server takes no addresses beyond ASCII (SMTPUTF8)";
        return Err(MailError::Permanent(why.to_owned()));
    }
    let sent = connection.send(message.envelope(), &message.formatted()).await;
    sent.map(|_| ()).map_err(|error| fault::sending(&error))
}

/// What a certificate begins with; without one, lettre would trust nobody new and say nothing.
const PEM: &[u8] = b"-----BEGIN CERTIFICATE-----";

fn tls_parameters(settings: &SmtpSettings) -> Result<TlsParameters, InvalidSmtp> {
    let mut builder = TlsParameters::builder(settings.bare_host().to_owned());
    if let Some(pem) = &settings.extra_roots {
        if !pem.windows(PEM.len()).any(|part| part == PEM) {
            return Err(InvalidSmtp::Roots("there is no certificate among them".to_owned()));
        }
        let roots = Certificate::from_pem(pem).map_err(|error| InvalidSmtp::Roots(error.to_string()))?;
        builder = builder.add_root_certificate(roots);
    }
    builder.build().map_err(|error| InvalidSmtp::Roots(error.to_string()))
}
