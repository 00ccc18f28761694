//! What the rules need from the world, as small object-safe traits.
//!
//! Storage ([`store`]) speaks in the domain's words (`add_member`,
//! `change_role`), never in a database's. Every adapter passes one conformance
//! suite (`guildhall-testkit`), so that unit tests on the in-memory store say
//! something about PostgreSQL.
//!
//! Feature `mock`: mockall mocks of every trait, for tests of interaction
//! (was it rolled back, was it retried).

mod answer_sealer;
mod clock;
mod cursor_sealer;
mod id_gen;
mod mail;
mod password;
pub mod store;
mod text_records;
mod throttle;
mod token;

pub use answer_sealer::AnswerSealer;
pub use clock::Clock;
pub use cursor_sealer::CursorSealer;
pub use id_gen::IdGen;
pub use mail::{Mail, MailContent, MailError, MailSealer, Mailer, QueuedMail};
pub use password::{HashError, PasswordHash, PasswordHasher, PasswordPolicy, PasswordVerdict};
pub use text_records::{LookupError, TextRecords};
pub use throttle::{Throttle, ThrottleKey, Throttled};
pub use token::{MintedToken, TokenKind, TokenMint};

/// A text that must not be printed: passwords and tokens on their way through.
pub use secrecy::{ExposeSecret, SecretString};

#[cfg(feature = "mock")]
pub use {
    answer_sealer::MockAnswerSealer,
    clock::MockClock,
    cursor_sealer::MockCursorSealer,
    id_gen::MockIdGen,
    mail::{MockMailSealer, MockMailer},
    password::{MockPasswordHasher, MockPasswordPolicy},
    text_records::MockTextRecords,
    throttle::MockThrottle,
    token::MockTokenMint,
};
