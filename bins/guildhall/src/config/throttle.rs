use std::num::NonZeroU32;
use std::time::Duration;

use guildhall_app::invitation::BulkInvite;
use guildhall_security::{Rate, ThrottleRates};
use serde::{Deserialize, Serialize};

use super::check_range;

/// How often passwords can be tried, and mails be caused.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ThrottleConfig {
    /// Attempts on one account at once.
    pub account_burst: NonZeroU32,
    /// Until one more attempt on an account is let through.
    pub account_interval_ms: u64,
    /// Attempts from one address at once.
    pub address_burst: NonZeroU32,
    /// Until one more attempt from an address is let through.
    pub address_interval_ms: u64,
    /// Mails that one user causes at once (ASVS 2.4.1); at least as many as one request can cause.
    pub mail_burst: NonZeroU32,
    /// Until one more mail of a user is let through.
    pub mail_interval_ms: u64,
    /// Mails to one address at once, whoever causes them.
    pub recipient_burst: NonZeroU32,
    /// Until one more mail to an address is let through.
    pub recipient_interval_ms: u64,
}

impl Default for ThrottleConfig {
    fn default() -> Self {
        let ThrottleRates { account, address, mail, recipient } = ThrottleRates::default();
        let milliseconds = |rate: Rate| u64::try_from(rate.interval.as_millis()).unwrap_or(u64::MAX);
        Self {
            account_burst: account.burst,
            account_interval_ms: milliseconds(account),
            address_burst: address.burst,
            address_interval_ms: milliseconds(address),
            mail_burst: mail.burst,
            mail_interval_ms: milliseconds(mail),
            recipient_burst: recipient.burst,
            recipient_interval_ms: milliseconds(recipient),
        }
    }
}

impl ThrottleConfig {
    /// The same in the throttle's words.
    pub fn rates(&self) -> ThrottleRates {
        let rate = |burst, milliseconds| Rate { burst, interval: Duration::from_millis(milliseconds) };
        ThrottleRates {
            account: rate(self.account_burst, self.account_interval_ms),
            address: rate(self.address_burst, self.address_interval_ms),
            mail: rate(self.mail_burst, self.mail_interval_ms),
            recipient: rate(self.recipient_burst, self.recipient_interval_ms),
        }
    }

    pub(super) fn check(&self, problems: &mut Vec<String>) {
        const DAY: u64 = 24 * 3_600_000;
        const BULK: u64 = BulkInvite::MAX as u64;
        check_range(problems, "throttle.account_interval_ms", self.account_interval_ms, 0, DAY);
        check_range(problems, "throttle.address_interval_ms", self.address_interval_ms, 0, DAY);
        // The mails of one bulk are let through together, or never.
        check_range(problems, "throttle.mail_burst", self.mail_burst.get().into(), BULK, u32::MAX.into());
        check_range(problems, "throttle.mail_interval_ms", self.mail_interval_ms, 0, DAY);
        check_range(problems, "throttle.recipient_interval_ms", self.recipient_interval_ms, 0, DAY);
    }
}
