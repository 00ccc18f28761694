//! What the log says of mails. On its own, because other tests that log at the
//! same time would change what this one sees.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::{Arc, Mutex};

use guildhall_domain::{Email, MailId, Name};
use guildhall_mail::{FileMailer, MailComposer, MailLinks, MailSender};
use guildhall_ports::{Mail, MailContent, Mailer, SecretString};
use time::macros::datetime;
use uuid::Uuid;

fn mail() -> Mail {
    Mail {
        id: MailId::from(Uuid::from_u128(1)),
        to: Email::parse("bob@example.org").unwrap(),
        created_at: datetime!(2026-03-01 12:00 UTC),
        content: MailContent::Invitation {
            organization: Name::parse("Acme").unwrap(),
            inviter: None,
            role: "member".to_owned(),
            message: None,
            token: SecretString::from("ghi_secret"),
            expires_at: datetime!(2026-03-08 12:00 UTC),
        },
    }
}

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

// ASVS 16.2.5: the log says where a mail is, not what it says.
#[tokio::test]
async fn the_log_names_the_file_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let links = MailLinks::below("https://app.example.com").unwrap();
    let composer = MailComposer::new(MailSender::parse("no-reply@example.com").unwrap(), links);
    FileMailer::new(folder.path(), composer).unwrap().send(&mail()).await.unwrap();
    drop(guard);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert_eq!(log.lines().count(), 1, "{log}");
    assert!(log.contains("00000000-0000-0000-0000-000000000001.eml"), "{log}");
    for hidden in ["ghi_", "bob@", "Acme"] {
        assert!(!log.contains(hidden), "{log}");
    }
}
