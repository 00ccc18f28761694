use std::sync::Arc;

use anyhow::Context;
use async_trait::async_trait;
use guildhall_mail::{FileMailer, MailComposer, SmtpMailer};
use guildhall_ports::{Mail, MailError, Mailer};

use crate::config::{Config, MailTransport};
use crate::database::DatabaseUrl;

/// What a server sends mails with.
///
/// # Errors
/// Where the folder for mails, or the mail server's certificates, cannot be used.
pub(super) fn mailer(config: &Config) -> anyhow::Result<Arc<dyn Mailer>> {
    let composer = MailComposer::new(config.mail.sender()?, config.links.mail_links(&config.public_url())?);
    match config.mail.transport {
        MailTransport::File => {
            let folder = config.mail.directory(&config.database_url);
            let mailer = FileMailer::new(&folder, composer).with_context(|| {
                format!("cannot use {} for mails; name another folder in `mail.directory`", folder.display())
            })?;
            let folder = folder.display();
            match config.database_url {
                DatabaseUrl::Postgres(_) => {
                    tracing::warn!(%folder, "mails are only written to files; set `mail.transport` to smtp to send them");
                }
                DatabaseUrl::Sqlite(_) | DatabaseUrl::Memory => tracing::info!(%folder, "mails are written to files"),
            }
            Ok(Arc::new(mailer))
        }
        MailTransport::Smtp => {
            if config.public_url.is_none() {
                tracing::warn!(
                    public_url = config.public_url(),
                    "`public_url` is not set: links in mails lead to where this server listens"
                );
            }
            let smtp = &config.mail.smtp;
            let read = |file| std::fs::read(file).with_context(|| format!("cannot read `mail.smtp.ca_file`, {file:?}"));
            let extra_roots = smtp.ca_file.as_ref().map(read).transpose()?;
            let settings = smtp.settings(extra_roots, config.mail.senders);
            Ok(Arc::new(SmtpMailer::new(settings, composer).context("`mail.smtp` cannot be used")?))
        }
    }
}

/// Sends nothing: commands beside the server leave the queue to it.
pub(super) struct LeftToServer;

#[async_trait]
impl Mailer for LeftToServer {
    async fn send(&self, _: &Mail) -> Result<(), MailError> {
        Err(MailError::Temporary("only a server sends mails".to_owned()))
    }
}
