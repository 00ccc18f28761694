//! Mails and mailers that the tests share.

use std::time::Duration;

use guildhall_domain::{Description, Email, MailId, Name};
use guildhall_mail::{MailComposer, MailLinks, MailSender, SmtpMailer, SmtpSecurity, SmtpSettings};
use guildhall_ports::{Mail, MailContent, SecretString};
use mail_parser::{MessageParser, MimeHeaders};
use time::macros::datetime;
use uuid::Uuid;

use crate::smtp_server::SmtpServer;

pub const TOKEN: &str = "ghi_Zx3kPq9LmN0vBt7RwYc2Hs5JdGf8UeAoIi1TrSlMzXk";
pub const INVITATION_LINK: &str =
    "https://app.example.com/invitations#token=ghi_Zx3kPq9LmN0vBt7RwYc2Hs5JdGf8UeAoIi1TrSlMzXk";

pub fn composer() -> MailComposer {
    MailComposer::new(
        MailSender::parse("Guildhall <no-reply@example.com>").unwrap(),
        MailLinks::below("https://app.example.com").unwrap(),
    )
}

pub fn settings(server: &SmtpServer) -> SmtpSettings {
    SmtpSettings {
        port: server.port(),
        connect_timeout: Duration::from_secs(10),
        send_timeout: Duration::from_secs(10),
        ..SmtpSettings::new("127.0.0.1", SmtpSecurity::None)
    }
}

pub fn mailer(server: &SmtpServer) -> SmtpMailer {
    SmtpMailer::new(settings(server), composer()).unwrap()
}

pub fn mail(number: u128, content: MailContent) -> Mail {
    Mail {
        id: MailId::from(Uuid::from_u128(number)),
        to: Email::parse("bob@example.org").unwrap(),
        created_at: datetime!(2026-03-01 12:00:01.5 UTC),
        content,
    }
}

pub fn invitation() -> MailContent {
    invitation_to("Acme", Some("Alice"), "member", Some("Come in!\nWe have cake."))
}

pub fn invitation_to(organization: &str, inviter: Option<&str>, role: &str, message: Option<&str>) -> MailContent {
    MailContent::Invitation {
        organization: Name::parse(organization).unwrap(),
        inviter: inviter.map(|inviter| Name::parse(inviter).unwrap()),
        role: role.to_owned(),
        message: message.map(|message| Description::parse(message).unwrap()),
        token: SecretString::from(TOKEN),
        expires_at: datetime!(2026-03-08 12:30 UTC),
    }
}

pub fn verification() -> MailContent {
    MailContent::EmailVerification {
        name: Name::parse("Bob").unwrap(),
        token: SecretString::from("ghe_token"),
        expires_at: datetime!(2026-03-02 12:30 UTC),
    }
}

/// A mail, decoded as a mail program would.
pub struct Decoded {
    pub headers: Vec<(String, String)>,
    pub text: String,
    pub html: String,
}

impl Decoded {
    pub fn parse(bytes: &[u8]) -> Self {
        let message = MessageParser::default().parse(bytes).unwrap();
        let types: Vec<_> = message.parts.iter().map(|part| part.content_type().unwrap()).collect();
        let types: Vec<_> = types.iter().map(|it| format!("{}/{}", it.ctype(), it.subtype().unwrap())).collect();
        assert_eq!(types, ["multipart/alternative", "text/plain", "text/html"]);
        let subject = message.subject().unwrap();
        let headers = message
            .headers_raw()
            .map(|(name, value)| (name.to_owned(), if name == "Subject" { subject } else { value.trim() }.to_owned()));
        Self {
            headers: headers.collect(),
            text: message.body_text(0).unwrap().replace("\r\n", "\n"),
            html: message.body_html(0).unwrap().replace("\r\n", "\n"),
        }
    }

    pub fn header(&self, name: &str) -> &str {
        let mut found = self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        let (_, value) = found.next().unwrap_or_else(|| panic!("no {name}"));
        assert!(found.next().is_none(), "two of {name}");
        value
    }
}
