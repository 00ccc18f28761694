//! How the content of a mail is written before it is sealed: JSON of structs
//! that belong to this format alone, so that a queue outlives an update.

use std::borrow::Cow;

use guildhall_domain::{Description, Name, Timestamp};
use guildhall_ports::{ExposeSecret, MailContent, SecretString};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// Times are microseconds since 1970, which is as exact as any store keeps them.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Content<'a> {
    Invitation {
        #[serde(borrow)]
        organization: Cow<'a, str>,
        #[serde(borrow)]
        inviter: Option<Cow<'a, str>>,
        #[serde(borrow)]
        role: Cow<'a, str>,
        #[serde(borrow)]
        message: Option<Cow<'a, str>>,
        #[serde(borrow)]
        token: Cow<'a, str>,
        expires_at: i64,
    },
    EmailVerification {
        #[serde(borrow)]
        name: Cow<'a, str>,
        #[serde(borrow)]
        token: Cow<'a, str>,
        expires_at: i64,
    },
}

/// The content as JSON, in a buffer that is wiped.
pub(super) fn write(content: &MailContent) -> Zeroizing<Vec<u8>> {
    let written = match content {
        MailContent::Invitation { organization, inviter, role, message, token, expires_at } => Content::Invitation {
            organization: organization.as_str().into(),
            inviter: inviter.as_ref().map(|inviter| inviter.as_str().into()),
            role: role.into(),
            message: message.as_ref().map(|message| message.as_str().into()),
            token: token.expose_secret().into(),
            expires_at: microseconds(*expires_at),
        },
        MailContent::EmailVerification { name, token, expires_at } => Content::EmailVerification {
            name: name.as_str().into(),
            token: token.expose_secret().into(),
            expires_at: microseconds(*expires_at),
        },
    };
    // Long enough that it does not grow, which would leave a copy behind unwiped.
    let mut text = Zeroizing::new(Vec::with_capacity(written.longest()));
    // Texts and numbers always serialize, and a vector takes all that is written.
    let _ = serde_json::to_writer(&mut *text, &written);
    text
}

/// What was written; none where it breaks a rule that became stricter since.
pub(super) fn read(text: &[u8]) -> Option<MailContent> {
    Some(match serde_json::from_slice(text).ok()? {
        Content::Invitation { organization, inviter, role, message, token, expires_at } => MailContent::Invitation {
            organization: Name::parse(&organization).ok()?,
            inviter: inviter.as_deref().map(Name::parse).transpose().ok()?,
            role: role.into_owned(),
            message: message.as_deref().map(Description::parse).transpose().ok()?,
            token: SecretString::from(token.into_owned()),
            expires_at: moment(expires_at)?,
        },
        Content::EmailVerification { name, token, expires_at } => MailContent::EmailVerification {
            name: Name::parse(&name).ok()?,
            token: SecretString::from(token.into_owned()),
            expires_at: moment(expires_at)?,
        },
    })
}

impl Content<'_> {
    /// No JSON of this is longer: a byte becomes six at most (`\u0000`).
    fn longest(&self) -> usize {
        let texts = match self {
            Self::Invitation { organization, inviter, role, message, token, .. } => {
                let optional = [inviter, message].map(|text| text.as_ref().map_or(0, |text| text.len()));
                organization.len() + role.len() + token.len() + optional.iter().sum::<usize>()
            }
            Self::EmailVerification { name, token, .. } => name.len() + token.len(),
        };
        texts * 6 + 256
    }
}

fn microseconds(moment: Timestamp) -> i64 {
    // Nine thousand years of microseconds fit.
    i64::try_from(moment.unix_timestamp_nanos() / 1_000).unwrap_or(i64::MAX)
}

fn moment(microseconds: i64) -> Option<Timestamp> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(microseconds) * 1_000).ok()
}
