use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use guildhall_ports::{Throttle, ThrottleKey, Throttled};

/// How many attempts are let through: `burst` at once, then one more each `interval`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// At once.
    pub burst: NonZeroU32,
    /// Until one more is let through. Zero counts as one nanosecond.
    pub interval: Duration,
}

impl Rate {
    fn quota(self) -> Quota {
        let interval = self.interval.max(Duration::from_nanos(1));
        Quota::with_period(interval).map_or(Quota::per_second(NonZeroU32::MAX), |quota| quota.allow_burst(self.burst))
    }
}

/// What [`KeyedThrottle`] lets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThrottleRates {
    /// On one account, from anywhere.
    pub account: Rate,
    /// From one address, on any account.
    pub address: Rate,
    /// Mails caused by one user.
    pub mail: Rate,
    /// Mails to one address, whoever causes them.
    pub recipient: Rate,
}

impl Default for ThrottleRates {
    /// 10 at once and one more each 6 s on an account; 100 and one each second
    /// from an address; 500 mails and one each 7.2 s, which is 500 an hour, of
    /// a user; 10 mails and one each 6 minutes to an address.
    fn default() -> Self {
        const ACCOUNT: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);
        const ADDRESS: NonZeroU32 = NonZeroU32::MIN.saturating_add(99);
        const MAIL: NonZeroU32 = NonZeroU32::MIN.saturating_add(499);
        const RECIPIENT: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);
        Self {
            account: Rate { burst: ACCOUNT, interval: Duration::from_secs(6) },
            address: Rate { burst: ADDRESS, interval: Duration::from_secs(1) },
            mail: Rate { burst: MAIL, interval: Duration::from_millis(7_200) },
            recipient: Rate { burst: RECIPIENT, interval: Duration::from_secs(360) },
        }
    }
}

/// Counts attempts for each account and for each address (R-LOGIN-2), the
/// mails of each user, and those to each recipient.
///
/// Accounts are counted without regard to case. An IPv6 address counts as its
/// /64, which is what one customer of a provider holds.
///
/// Memory is bounded whatever is sent: a key is a place in a table of about a
/// million, found by a hash that nobody outside can predict, and places not
/// used lately are given back. Two keys may share a place; that costs one of
/// them an attempt once in a while, and nobody can arrange it.
///
/// ```
/// use guildhall_ports::{Throttle, ThrottleKey};
/// use guildhall_security::{KeyedThrottle, ThrottleRates};
///
/// let throttle = KeyedThrottle::new(ThrottleRates::default());
/// let key = ThrottleKey::Account { email: "user@example.com".to_owned(), address: Some("192.0.2.7".to_owned()) };
/// for _ in 0..10 {
///     assert!(throttle.attempt(&key).is_ok());
/// }
/// let refused = throttle.attempt(&key).unwrap_err();
/// assert!(refused.retry_after.as_secs() <= 6);
/// ```
#[derive(Debug)]
pub struct KeyedThrottle(Buckets<DefaultClock>);

/// The throttle over a clock that tests can own.
struct Buckets<C: Clock> {
    accounts: Limiter<C>,
    addresses: Limiter<C>,
    mails: Limiter<C>,
    recipients: Limiter<C>,
    rates: ThrottleRates,
    clock: C,
    hasher: RandomState,
    attempts: AtomicU32,
}

type Limiter<C> = RateLimiter<u32, DashMapStateStore<u32>, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// Places in each table, as bits.
const PLACES: u32 = 20;
/// Attempts between two sweeps.
const SWEEP: u32 = 8_192;

impl KeyedThrottle {
    /// Lets through what `rates` say.
    pub fn new(rates: ThrottleRates) -> Self {
        Self(Buckets::with_clock(rates, DefaultClock::default()))
    }
}

impl Throttle for KeyedThrottle {
    fn attempt_many(&self, key: &ThrottleKey, count: NonZeroU32) -> Result<(), Throttled> {
        self.0.attempt_many(key, count)
    }
}

impl<C: Clock + Clone> Buckets<C> {
    fn with_clock(rates: ThrottleRates, clock: C) -> Self {
        Self {
            accounts: RateLimiter::dashmap_with_clock(rates.account.quota(), clock.clone()),
            addresses: RateLimiter::dashmap_with_clock(rates.address.quota(), clock.clone()),
            mails: RateLimiter::dashmap_with_clock(rates.mail.quota(), clock.clone()),
            recipients: RateLimiter::dashmap_with_clock(rates.recipient.quota(), clock.clone()),
            rates,
            clock,
            hasher: RandomState::new(),
            attempts: AtomicU32::new(0),
        }
    }

    fn place(&self, key: &str) -> u32 {
        // The top bits: fits, since PLACES is less than 32.
        (self.hasher.hash_one(key) >> (64 - PLACES)) as u32
    }

    fn sweep_now_and_then(&self) {
        if self.attempts.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            for limiter in [&self.accounts, &self.addresses, &self.mails, &self.recipients] {
                limiter.retain_recent();
                limiter.shrink_to_fit();
            }
        }
    }

    fn attempt_many(&self, key: &ThrottleKey, count: NonZeroU32) -> Result<(), Throttled> {
        self.sweep_now_and_then();
        let (limiter, rate, place) = match key {
            ThrottleKey::Account { email, address } => {
                let address = address.as_deref().map(network).unwrap_or_default();
                let place = self.place(&format!("{} {address}", email.trim().to_lowercase()));
                (&self.accounts, self.rates.account, place)
            }
            ThrottleKey::Address(address) => (&self.addresses, self.rates.address, self.place(&network(address))),
            ThrottleKey::Mail(user) => (&self.mails, self.rates.mail, self.place(&user.to_string())),
            ThrottleKey::Recipient(email) => (&self.recipients, self.rates.recipient, self.place(email.as_str())),
        };
        match limiter.check_key_n(&place, count) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(refused)) => Err(Throttled { retry_after: refused.wait_time_from(self.clock.now()) }),
            // More than are ever let through at once.
            Err(_) => Err(Throttled { retry_after: rate.quota().burst_size_replenished_in() }),
        }
    }
}

impl<C: Clock> fmt::Debug for Buckets<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Buckets")
            .field("accounts", &self.accounts.len())
            .field("addresses", &self.addresses.len())
            .field("mails", &self.mails.len())
            .field("recipients", &self.recipients.len())
            .finish_non_exhaustive()
    }
}

/// What one holder of addresses cannot change by taking another of them.
fn network(address: &str) -> String {
    let text = address.trim();
    match text.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).to_string(),
        Ok(address) => address.to_string(),
        Err(_) => text.to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::time::Duration;

    use governor::clock::{Clock, FakeRelativeClock};
    use guildhall_domain::{Email, UserId};
    use guildhall_ports::{ThrottleKey, Throttled};
    use uuid::Uuid;

    use super::{Buckets, KeyedThrottle, PLACES, Rate, SWEEP, ThrottleRates, network};

    /// How the application counts one.
    impl<C: Clock + Clone> Buckets<C> {
        fn attempt(&self, key: &ThrottleKey) -> Result<(), Throttled> {
            self.attempt_many(key, NonZeroU32::MIN)
        }
    }

    fn account(email: &str) -> ThrottleKey {
        ThrottleKey::Account { email: email.to_owned(), address: Some("192.0.2.7".to_owned()) }
    }

    /// R-LOGIN-2: whoever guesses elsewhere does not lock the owner out.
    #[test]
    fn an_attacker_does_not_use_up_the_owners_attempts() {
        let throttle = KeyedThrottle::new(ThrottleRates::default()).0;
        let from = |address: &str| ThrottleKey::Account {
            email: "owner@example.com".to_owned(),
            address: Some(address.to_owned()),
        };
        while throttle.attempt(&from("198.51.100.9")).is_ok() {}
        assert!(throttle.attempt(&from("192.0.2.7")).is_ok());
    }

    fn address(text: &str) -> ThrottleKey {
        ThrottleKey::Address(text.to_owned())
    }

    fn throttle() -> (Buckets<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        (Buckets::with_clock(ThrottleRates::default(), clock.clone()), clock)
    }

    // R-LOGIN-2: the account's key is lower-cased; nobody is locked out for ever.
    #[test]
    fn an_account_is_let_through_again_after_a_while() {
        let (throttle, clock) = throttle();
        for i in 0..10 {
            let spelling = if i % 2 == 0 { "User@Example.com" } else { " user@example.com " };
            assert!(throttle.attempt(&account(spelling)).is_ok(), "attempt {i}");
        }
        let refused = throttle.attempt(&account("USER@EXAMPLE.COM")).unwrap_err();
        assert_eq!(refused.retry_after, Duration::from_secs(6));
        assert!(throttle.attempt(&account("other@example.com")).is_ok());
        clock.advance(Duration::from_secs(6));
        assert!(throttle.attempt(&account("user@example.com")).is_ok());
        assert!(throttle.attempt(&account("user@example.com")).is_err());
        clock.advance(Duration::from_secs(60));
        for _ in 0..10 {
            assert!(throttle.attempt(&account("user@example.com")).is_ok());
        }
    }

    // R-LOGIN-2: buckets for addresses, apart from those of accounts.
    #[test]
    fn an_address_has_a_bucket_of_its_own() {
        let (throttle, clock) = throttle();
        for i in 0..100 {
            assert!(throttle.attempt(&address("192.0.2.1")).is_ok(), "attempt {i}");
        }
        assert_eq!(throttle.attempt(&address("192.0.2.1")).unwrap_err().retry_after, Duration::from_secs(1));
        assert!(throttle.attempt(&address("192.0.2.2")).is_ok());
        assert!(throttle.attempt(&account("192.0.2.1")).is_ok());
        clock.advance(Duration::from_secs(1));
        assert!(throttle.attempt(&address("192.0.2.1")).is_ok());
    }

    // ASVS 2.4.1: nobody makes a mail gun of this server.
    #[test]
    fn one_user_causes_so_many_mails_and_no_more() {
        let (throttle, clock) = throttle();
        for i in 0..500 {
            assert!(throttle.attempt(&mails(1)).is_ok(), "mail {i}");
        }
        assert_eq!(throttle.attempt(&mails(1)).unwrap_err().retry_after, Duration::from_millis(7_200));
        assert!(throttle.attempt(&mails(2)).is_ok());
        clock.advance(Duration::from_secs(3_600));
        for i in 0..500 {
            assert!(throttle.attempt(&mails(1)).is_ok(), "mail {i} an hour later");
        }
        assert!(throttle.attempt(&mails(1)).is_err());
    }

    fn mails(user: u128) -> ThrottleKey {
        ThrottleKey::Mail(UserId::from(Uuid::from_u128(user)))
    }

    fn recipient(email: &str) -> ThrottleKey {
        ThrottleKey::Recipient(Email::parse(email).unwrap())
    }

    // ASVS 2.4.1: many users cannot bury one address under mails either.
    #[test]
    fn one_address_gets_so_many_mails_and_no_more() {
        let (throttle, clock) = throttle();
        for i in 0..10 {
            let spelling = if i % 2 == 0 { "User@Example.com" } else { "user@example.com" };
            assert!(throttle.attempt(&recipient(spelling)).is_ok(), "mail {i}");
        }
        assert_eq!(throttle.attempt(&recipient("user@example.com")).unwrap_err().retry_after, Duration::from_secs(360));
        assert!(throttle.attempt(&recipient("other@example.com")).is_ok());
        assert!(throttle.attempt(&account("user@example.com")).is_ok());
        clock.advance(Duration::from_secs(360));
        assert!(throttle.attempt(&recipient("user@example.com")).is_ok());
        assert!(throttle.attempt(&recipient("user@example.com")).is_err());
    }

    // ASVS 2.4.1: a bulk is counted as the mails that it sends, all or none.
    #[test]
    fn many_are_counted_at_once() {
        let (throttle, clock) = throttle();
        let many = |count| NonZeroU32::new(count).unwrap();
        for i in 0..4 {
            assert!(throttle.attempt_many(&mails(1), many(100)).is_ok(), "bulk {i}");
        }
        assert!(throttle.attempt_many(&mails(1), many(50)).is_ok());
        // Those that were refused are not counted.
        for _ in 0..2 {
            let refused = throttle.attempt_many(&mails(1), many(100)).unwrap_err();
            assert_eq!(refused.retry_after, Duration::from_secs(360));
        }
        assert!(throttle.attempt_many(&mails(1), many(50)).is_ok());
        assert_eq!(throttle.attempt(&mails(1)).unwrap_err().retry_after, Duration::from_millis(7_200));
        clock.advance(Duration::from_secs(3_600));
        // More than the burst never goes through, and uses nothing up.
        let refused = throttle.attempt_many(&mails(1), many(501)).unwrap_err();
        assert_eq!(refused.retry_after, Duration::from_secs(3_600));
        assert!(throttle.attempt_many(&mails(1), many(500)).is_ok());
        assert!(throttle.attempt(&mails(2)).is_ok());
    }

    // R-LOGIN-2: taking another address of the same network does not help.
    #[test]
    fn an_ipv6_address_counts_as_its_network() {
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:DB8:1:2::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_eq!(network(" Unknown "), "unknown");
    }

    #[test]
    fn memory_is_bounded_and_given_back() {
        let (throttle, clock) = throttle();
        for i in 0..50_000 {
            assert!(throttle.place(&format!("{i}")) < 1 << PLACES);
            let _ = throttle.attempt(&account(&format!("{i}@example.com")));
        }
        assert!(throttle.accounts.len() > 45_000);
        clock.advance(Duration::from_secs(3_600));
        for _ in 0..SWEEP {
            let _ = throttle.attempt(&address("192.0.2.1"));
        }
        assert_eq!(throttle.accounts.len(), 0);
        assert!(throttle.attempt(&recipient("user@example.com")).is_ok());
        clock.advance(Duration::from_secs(3_600));
        for _ in 0..SWEEP {
            let _ = throttle.attempt(&address("192.0.2.1"));
        }
        assert_eq!(throttle.recipients.len(), 0);
    }

    #[test]
    fn an_interval_of_nothing_throttles_nothing() {
        let free = Rate { interval: Duration::ZERO, ..ThrottleRates::default().account };
        let clock = FakeRelativeClock::default();
        let rates = ThrottleRates { account: free, address: free, mail: free, recipient: free };
        let throttle = Buckets::with_clock(rates, clock.clone());
        for _ in 0..1_000 {
            assert!(throttle.attempt(&account("user@example.com")).is_ok());
            clock.advance(Duration::from_micros(1));
        }
    }
}
