use std::error::Error as _;
use std::time::Duration;

use guildhall_ports::MailError;
use lettre::transport::smtp::Error;

/// What went wrong before the server took mails. It says nothing about the
/// mail: a wrong password must not throw away all that waits.
pub(super) fn connecting(error: &Error) -> MailError {
    MailError::Temporary(describe(error))
}

/// What the server said to this mail.
pub(super) fn sending(error: &Error) -> MailError {
    match error.status().map(u16::from) {
        // Log in first (RFC 4954, 6): about us, not about the mail.
        Some(530 | 534 | 535 | 538) => MailError::Temporary(describe(error)),
        Some(500..) => MailError::Permanent(describe(error)),
        _ => MailError::Temporary(describe(error)),
    }
}

/// The server did not answer.
pub(super) fn silence(stage: &str, limit: Duration) -> MailError {
    MailError::Temporary(format!("{stage} took longer than {limit:?}"))
}

/// Never the server's own words: a server may quote the mail that it refuses,
/// and the mail holds a token. Its codes say enough (RFC 3463).
fn describe(error: &Error) -> String {
    let said = || error.source().map(ToString::to_string).unwrap_or_default();
    if let Some(code) = error.status() {
        return match said().split_whitespace().next().filter(|word| is_enhanced(word)) {
            Some(enhanced) => format!("the mail server answered {code} {enhanced}"),
            None => format!("the mail server answered {code}"),
        };
    }
    if error.is_response() {
        return "the mail server's answer was incomplete or makes no sense".to_owned();
    }
    format!("no mail server to hand it to: {}", said())
}

/// Whether this is an enhanced status code, such as `5.1.1`.
fn is_enhanced(word: &str) -> bool {
    let mut parts = word.split('.');
    let class = matches!(parts.next(), Some("2" | "4" | "5"));
    let numbers: Vec<&str> = parts.collect();
    class
        && numbers.len() == 2
        && numbers.iter().all(|n| (1..=3).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::is_enhanced;

    #[test]
    fn enhanced_codes_are_three_numbers() {
        for good in ["5.1.1", "4.7.0", "2.0.0", "5.7.509"] {
            assert!(is_enhanced(good), "{good}");
        }
        for bad in ["", "5", "5.1", "5.1.1.1", "3.1.1", "5.x.1", "5..1", "5.1.1000", "127.0.0.1", "ghi_secret"] {
            assert!(!is_enhanced(bad), "{bad}");
        }
    }
}
