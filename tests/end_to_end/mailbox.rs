use std::path::Path;
use std::time::Duration;

use mail_parser::MessageParser;
use tempfile::TempDir;

use crate::client::Client;

/// The directory that a server sends its mails into.
pub struct Mailbox {
    directory: TempDir,
}

/// A mail as its reader sees it.
#[derive(Debug, Clone)]
pub struct Received {
    pub message_id: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl Mailbox {
    pub fn new() -> Self {
        Self { directory: TempDir::with_prefix("guildhall-mail-").unwrap() }
    }

    pub fn directory(&self) -> String {
        self.directory.path().display().to_string()
    }

    pub fn mails(&self) -> Vec<Received> {
        let mut files: Vec<_> = std::fs::read_dir(self.directory.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|it| it == "eml"))
            .collect();
        // Ids are in the order of time.
        files.sort();
        files.iter().map(|file| read(file)).collect()
    }

    /// The newest mail to somebody that is about something, as soon as it is there.
    pub async fn newest(&self, to: &str, about: &str) -> Received {
        for _ in 0..400 {
            let found = self.mails().into_iter().rfind(|mail| mail.to == to && mail.subject.contains(about));
            if let Some(mail) = found {
                return mail;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        let there: Vec<_> = self.mails().into_iter().map(|mail| (mail.to, mail.subject)).collect();
        panic!("no mail about {about:?} to {to} came; there are {there:?}");
    }

    /// Follows the link that shows whose an address is, logged in as who got it.
    pub async fn verify(&self, who: &Client) {
        let token = self.newest(&who.email, "your e-mail address").await.token();
        who.post("/api/v1/auth/verify-email", serde_json::json!({ "token": token })).await.expect(200);
    }
}

impl Received {
    pub fn parse(raw: &[u8]) -> Self {
        let message = MessageParser::default().parse(raw).expect("a mail");
        Self {
            message_id: message.message_id().expect("a Message-ID").to_owned(),
            to: message.to().unwrap().first().unwrap().address().unwrap().to_owned(),
            subject: message.subject().unwrap().to_owned(),
            text: message.body_text(0).unwrap().into_owned(),
            html: message.body_html(0).unwrap().into_owned(),
        }
    }

    /// The token in the mail's link.
    pub fn token(&self) -> String {
        let rest = self.text.split_once("#token=").expect("a link with a token").1;
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect()
    }
}

fn read(file: &Path) -> Received {
    Received::parse(&std::fs::read(file).unwrap())
}
