use std::path::{Path, PathBuf};
use std::time::Duration;

use guildhall_app::MailSettings;
use guildhall_mail::{InvalidSender, MailSender};
use serde::{Deserialize, Serialize};

use super::{SmtpConfig, check_range};
use crate::database::DatabaseUrl;

/// How mails are sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MailConfig {
    /// Where to: into files, or to a mail server.
    pub transport: MailTransport,
    /// The folder of the files; `mail` beside the SQLite file, else `mail`,
    /// where none is given.
    pub directory: Option<PathBuf>,
    /// From whom mails come; must be given with a mail server.
    pub from: Option<String>,
    /// Mails on their way at once.
    pub senders: usize,
    /// How long after each failed attempt the next one comes; a mail is given
    /// up behind the last.
    pub retry_after_seconds: Vec<u64>,
    /// The mail server.
    pub smtp: SmtpConfig,
}

/// Where mails go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTransport {
    /// Into a folder, for an administrator to pass on.
    #[default]
    File,
    /// To a mail server.
    Smtp,
}

impl Default for MailConfig {
    fn default() -> Self {
        let seconds = |wait: &time::Duration| wait.whole_seconds().unsigned_abs();
        Self {
            transport: MailTransport::default(),
            directory: None,
            from: None,
            senders: 2,
            retry_after_seconds: MailSettings::default().retry_after.iter().map(seconds).collect(),
            smtp: SmtpConfig::default(),
        }
    }
}

impl MailConfig {
    /// From whom mails come.
    ///
    /// # Errors
    /// None after [`MailConfig::check`].
    pub fn sender(&self) -> Result<MailSender, InvalidSender> {
        MailSender::parse(self.from.as_deref().unwrap_or("Guildhall <guildhall@localhost>"))
    }

    /// Where the files go.
    pub fn directory(&self, database: &DatabaseUrl) -> PathBuf {
        match (&self.directory, database) {
            (Some(directory), _) => directory.clone(),
            (None, DatabaseUrl::Sqlite(file)) => file.with_file_name("mail"),
            (None, DatabaseUrl::Postgres(_) | DatabaseUrl::Memory) => Path::new("mail").to_owned(),
        }
    }

    /// The same in the application's words.
    pub fn settings(&self) -> MailSettings {
        let attempt_timeout = match self.transport {
            MailTransport::File => MailSettings::default().attempt_timeout,
            MailTransport::Smtp => self.smtp.attempt_timeout(self.senders),
        };
        let wait =
            |&seconds: &u64| time::Duration::try_from(Duration::from_secs(seconds)).unwrap_or(time::Duration::MAX);
        MailSettings { attempt_timeout, retry_after: self.retry_after_seconds.iter().map(wait).collect() }
    }

    pub(super) fn check(&self, problems: &mut Vec<String>) {
        const WEEK: u64 = 7 * 24 * 3_600;
        check_range(problems, "mail.senders", self.senders, 1, 64);
        if let Err(error) = self.sender() {
            problems.push(format!("`mail.from` {error}"));
        }
        if self.directory.as_deref().is_some_and(|directory| directory.as_os_str().is_empty()) {
            problems.push("`mail.directory` names no folder: leave it out for `mail` beside the database".to_owned());
        }
        if self.retry_after_seconds.len() > 100 || self.retry_after_seconds.iter().any(|it| !(1..=WEEK).contains(it)) {
            problems.push(format!(
                "`mail.retry_after_seconds` must have at most 100 waits of 1 to {WEEK} seconds, such as [60, 600, 3600]"
            ));
        }
        if self.transport == MailTransport::Smtp {
            if self.from.is_none() {
                problems.push(
                    "`mail.from` is not set, which `mail.transport = \"smtp\"` needs: write an address that mails may \
                     come from, such as \"Guildhall <no-reply@example.com>\""
                        .to_owned(),
                );
            }
            self.smtp.check(problems);
        }
    }
}
