use guildhall_mail::{InvalidLink, LinkPattern, MailLinks};
use serde::{Deserialize, Serialize};

/// Where the links in mails lead: patterns with `{token}`, and `{public_url}`
/// where it is this server's. The pages may be a product's own.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LinksConfig {
    /// To the page where an invitation is accepted.
    pub invitation: String,
    /// To the page that shows whose an e-mail address is.
    pub email_verification: String,
}

impl Default for LinksConfig {
    /// Behind `#` the token stays out of servers' logs (ASVS 14.2.1).
    fn default() -> Self {
        Self {
            invitation: "{public_url}/invitations#token={token}".to_owned(),
            email_verification: "{public_url}/verify-email#token={token}".to_owned(),
        }
    }
}

impl LinksConfig {
    /// The same in the mails' words.
    ///
    /// # Errors
    /// None after [`LinksConfig::check`].
    pub fn mail_links(&self, public_url: &str) -> Result<MailLinks, InvalidLink> {
        Ok(MailLinks {
            invitation: pattern(&self.invitation, public_url)?,
            email_verification: pattern(&self.email_verification, public_url)?,
        })
    }

    pub(super) fn check(&self, public_url: &str, problems: &mut Vec<String>) {
        for (key, value) in
            [("links.invitation", &self.invitation), ("links.email_verification", &self.email_verification)]
        {
            if let Err(error) = pattern(value, public_url) {
                problems.push(format!(
                    "`{key}` cannot be used ({error}): write an address such as https://app.example.com/join#token={{token}}"
                ));
            }
        }
    }
}

fn pattern(text: &str, public_url: &str) -> Result<LinkPattern, InvalidLink> {
    LinkPattern::parse(&text.replace("{public_url}", public_url))
}
