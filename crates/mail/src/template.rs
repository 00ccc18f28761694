//! What mails say. The templates stand in `templates/`; what goes into the HTML
//! ones is escaped (ASVS 1.2.1).

use askama::Template;
use guildhall_domain::Timestamp;
use time::UtcOffset;
use time::macros::format_description;

/// What both forms of an invitation are made of.
pub(crate) struct Invitation {
    pub organization: String,
    pub inviter: Option<String>,
    pub role: String,
    /// The inviter's words, line by line.
    pub message: Vec<String>,
    pub to: String,
    pub link: String,
    pub expires_at: String,
}

#[derive(Template)]
#[template(path = "invitation.txt")]
pub(crate) struct InvitationText<'a> {
    pub mail: &'a Invitation,
}

#[derive(Template)]
#[template(path = "invitation.html")]
pub(crate) struct InvitationHtml<'a> {
    pub mail: &'a Invitation,
}

/// What both forms of a verification are made of.
pub(crate) struct EmailVerification {
    pub name: String,
    pub to: String,
    pub link: String,
    pub expires_at: String,
}

#[derive(Template)]
#[template(path = "email_verification.txt")]
pub(crate) struct EmailVerificationText<'a> {
    pub mail: &'a EmailVerification,
}

#[derive(Template)]
#[template(path = "email_verification.html")]
pub(crate) struct EmailVerificationHtml<'a> {
    pub mail: &'a EmailVerification,
}

/// A moment as people read it, such as `4 March 2026, 05:06 UTC`.
pub(crate) fn readable(moment: Timestamp) -> String {
    let format = format_description!("[day padding:none] [month repr:long] [year], [hour]:[minute] UTC");
    let moment = moment.checked_to_offset(UtcOffset::UTC).unwrap_or(moment);
    // The format asks for nothing that a moment does not have.
    moment.format(format).unwrap_or_else(|_| moment.to_string())
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::readable;

    #[test]
    fn moments_are_readable_and_in_utc() {
        assert_eq!(readable(datetime!(2026-03-04 05:06:07 UTC)), "4 March 2026, 05:06 UTC");
        assert_eq!(readable(datetime!(2026-12-31 23:30 -01:00)), "1 January 2027, 00:30 UTC");
    }
}
