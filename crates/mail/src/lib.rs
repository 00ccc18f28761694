//! Guildhall's mails: what they say, and how they go out.
//!
//! | port | adapter |
//! |---|---|
//! | `Mailer` | [`SmtpMailer`] hands mails to a mail server |
//! | `Mailer` | [`FileMailer`] writes them into a folder, where there is no mail server |
//!
//! Both write the same mail with a [`MailComposer`]: text and HTML, from
//! templates that are compiled in. A mail is the same to the byte each time it
//! is written, with a Message-ID made of its id, so that a mail which was sent
//! twice is known to be one.
//!
//! # Example
//!
//! ```
//! use guildhall_domain::{Email, MailId, Name};
//! use guildhall_mail::{FileMailer, MailComposer, MailLinks, MailSender};
//! use guildhall_ports::{Mail, MailContent, Mailer, SecretString};
//! use time::macros::datetime;
//! use uuid::Uuid;
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let composer = MailComposer::new(
//!     MailSender::parse("Guildhall <no-reply@example.com>")?,
//!     MailLinks::below("https://guildhall.example.com")?,
//! );
//! # let folder = tempfile::tempdir()?;
//! # let folder = folder.path();
//! let mailer = FileMailer::new(folder, composer)?;
//!
//! let mail = Mail {
//!     id: MailId::from(Uuid::from_u128(1)),
//!     to: Email::parse("bob@example.com")?,
//!     created_at: datetime!(2026-03-01 12:00 UTC),
//!     content: MailContent::EmailVerification {
//!         name: Name::parse("Bob")?,
//!         token: SecretString::from("ghe_secret"),
//!         expires_at: datetime!(2026-03-02 12:00 UTC),
//!     },
//! };
//! mailer.send(&mail).await?;
//!
//! let written = std::fs::read_to_string(folder.join("00000000-0000-0000-0000-000000000001.eml"))?;
//! assert!(written.contains("Message-ID: <00000000-0000-0000-0000-000000000001@example.com>"));
//! # Ok(()) }
//! ```

mod composer;
mod file;
mod link;
mod one_line;
mod sender;
mod smtp;
mod template;

pub use composer::MailComposer;
pub use file::FileMailer;
pub use link::{InvalidLink, LinkPattern, MailLinks};
pub use sender::{InvalidSender, MailSender};
pub use smtp::{InvalidSmtp, SmtpCredentials, SmtpMailer, SmtpSecurity, SmtpSettings};
