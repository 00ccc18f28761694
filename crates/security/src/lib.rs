//! Password hashing behind a bound, token digests, identifiers, throttling, sealed cursors, mails and answers.
//!
//! The adapters of `guildhall-ports` that reach for time, chance and
//! cryptography; storage has crates of its own.
//!
//! | port | adapter |
//! |---|---|
//! | `Clock` | [`SystemClock`] |
//! | `IdGen` | [`UuidV7Generator`] |
//! | `PasswordHasher` | [`Argon2Hasher`] |
//! | `PasswordPolicy` | [`StrengthPolicy`] |
//! | `TokenMint` | [`RandomTokenMint`], [`LocalTokenMint`] |
//! | `Throttle` | [`KeyedThrottle`] |
//! | `CursorSealer` | [`HmacCursorSealer`] |
//! | `MailSealer` | [`AeadMailSealer`] |
//! | `AnswerSealer` | [`AeadAnswerSealer`] |

mod answer_sealer;
mod clock;
mod cursor_sealer;
mod derived_key;
mod entropy;
mod envelope;
mod identifier;
mod local_token;
mod mail_sealer;
mod password_hasher;
mod password_policy;
mod throttle;
mod token;

pub use answer_sealer::AeadAnswerSealer;
pub use clock::SystemClock;
pub use cursor_sealer::HmacCursorSealer;
pub use derived_key::KeyTooShort;
pub use entropy::{EntropyError, random_secret};
pub use identifier::UuidV7Generator;
pub use local_token::{LocalTokenMint, WeakLocalToken};
pub use mail_sealer::AeadMailSealer;
pub use password_hasher::{Argon2Hasher, Argon2Parameters, HashBound, InvalidHashing};
pub use password_policy::{PasswordLimits, StrengthPolicy};
pub use throttle::{KeyedThrottle, Rate, ThrottleRates};
pub use token::RandomTokenMint;
