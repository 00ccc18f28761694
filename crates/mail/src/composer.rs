use std::time::{Duration, SystemTime};

use askama::Template;
use guildhall_domain::{Email, MailId, Timestamp};
use guildhall_ports::{Mail, MailContent, MailError};
use lettre::Message;
use lettre::address::Envelope;
use lettre::message::header::{ContentTransferEncoding, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, MultiPart, SinglePart};

use crate::link::MailLinks;
use crate::one_line::one_line;
use crate::sender::{MailSender, ascii_domain};
use crate::template::{
    EmailVerification, EmailVerificationHtml, EmailVerificationText, Invitation, InvitationHtml, InvitationText,
    readable,
};

/// Writes mails: subject, text and HTML, and the headers around them.
#[derive(Debug, Clone)]
pub struct MailComposer {
    sender: MailSender,
    links: MailLinks,
}

/// The longest subject, in characters.
const MAX_SUBJECT: usize = 150;
/// The longest of the names in a mail; the domain's are shorter.
const MAX_NAME: usize = 200;

/// What a mail says, before headers are put around it.
struct Letter {
    subject: String,
    text: String,
    html: String,
}

impl MailComposer {
    /// Writes mails from `sender` that lead to `links`.
    pub fn new(sender: MailSender, links: MailLinks) -> Self {
        Self { sender, links }
    }

    /// From whom the mails come.
    pub fn sender(&self) -> &MailSender {
        &self.sender
    }

    /// The whole mail. The same mail gives the same bytes, whenever it is written.
    pub(crate) fn compose(&self, mail: &Mail) -> Result<Message, MailError> {
        let letter = self.letter(mail).map_err(|_| permanent("its template cannot be filled in"))?;
        let parts = MultiPart::alternative()
            .boundary(format!("mail-{}", mail.id))
            .singlepart(SinglePart::plain(body(&letter.text)))
            .singlepart(SinglePart::html(body(&letter.html)));
        let from = self.sender.mailbox();
        let to = recipient(&mail.to).ok_or_else(|| permanent("its recipient's address cannot be written in a mail"))?;
        // Given, because lettre would read it from the headers, and stumbles over addresses in quotes.
        let envelope = Envelope::new(Some(from.email.clone()), vec![to.email.clone()]);
        Message::builder()
            .envelope(envelope.map_err(|_| permanent("it has no recipient"))?)
            .message_id(Some(self.message_id(mail.id)))
            .date(date(mail.created_at))
            .from(from.clone())
            .to(to)
            .subject(one_line(&letter.subject, MAX_SUBJECT))
            // Keeps programs from answering (RFC 3834).
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()))
            .multipart(parts)
            .map_err(|_| permanent("it cannot be put together"))
    }

    fn message_id(&self, id: MailId) -> String {
        format!("<{id}@{}>", self.sender.host())
    }

    fn letter(&self, mail: &Mail) -> askama::Result<Letter> {
        let name = |text: &str| one_line(text, MAX_NAME);
        let to = mail.to.to_string();
        match &mail.content {
            MailContent::Invitation { organization, inviter, role, message, token, expires_at } => {
                let invitation = Invitation {
                    organization: name(organization.as_str()),
                    inviter: inviter.as_ref().map(|inviter| name(inviter.as_str())),
                    role: name(role),
                    message: message.as_ref().map(|message| lines(message.as_str())).unwrap_or_default(),
                    to,
                    link: self.links.invitation.with(token),
                    expires_at: readable(*expires_at),
                };
                Ok(Letter {
                    subject: format!("Invitation to {}", invitation.organization),
                    text: InvitationText { mail: &invitation }.render()?,
                    html: InvitationHtml { mail: &invitation }.render()?,
                })
            }
            MailContent::EmailVerification { name: account, token, expires_at } => {
                let verification = EmailVerification {
                    name: name(account.as_str()),
                    to,
                    link: self.links.email_verification.with(token),
                    expires_at: readable(*expires_at),
                };
                Ok(Letter {
                    subject: "Confirm your e-mail address".to_owned(),
                    text: EmailVerificationText { mail: &verification }.render()?,
                    html: EmailVerificationHtml { mail: &verification }.render()?,
                })
            }
        }
    }
}

/// A text as a part of a mail. What is ASCII stays as it is, so that a link in
/// a file can be copied; lettre would break lines of more than 76 characters.
fn body(text: &str) -> Body {
    const LONGEST: usize = 998; // RFC 5322, 2.1.1
    let text = lines(text).join("\r\n");
    let plain = text.bytes().all(|b| b.is_ascii() && b != 0) && text.split("\r\n").all(|line| line.len() <= LONGEST);
    if plain {
        Body::dangerous_pre_encoded(text.into_bytes(), ContentTransferEncoding::SevenBit)
    } else {
        Body::new(text)
    }
}

/// The lines of a text, whatever ends them; a carriage return on its own must
/// not go out (RFC 5321, 2.3.8).
fn lines(text: &str) -> Vec<String> {
    text.replace("\r\n", "\n").split(['\n', '\r']).map(str::to_owned).collect()
}

fn permanent(why: &str) -> MailError {
    MailError::Permanent(why.to_owned())
}

fn recipient(to: &Email) -> Option<Mailbox> {
    let address = to.as_str().parse().ok()?;
    Some(Mailbox::new(None, ascii_domain(&address)?))
}

/// The moment for the header, which knows the years 1970 to 9999 only.
fn date(moment: Timestamp) -> SystemTime {
    const LAST: u64 = 253_402_300_799;
    let seconds = u64::try_from(moment.unix_timestamp()).unwrap_or_default().min(LAST);
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}
