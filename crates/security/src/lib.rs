//! Password hashing behind a bound, token digests, identifiers, throttling and sealed cursors.
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
//! | `TokenMint` | [`RandomTokenMint`] |
//! | `Throttle` | [`KeyedThrottle`] |
//! | `CursorSealer` | [`HmacCursorSealer`] |

mod clock;
mod cursor_sealer;
mod entropy;
mod identifier;
mod password_hasher;
mod password_policy;
mod throttle;
mod token;

pub use clock::SystemClock;
pub use cursor_sealer::{HmacCursorSealer, KeyTooShort};
pub use entropy::{EntropyError, random_secret};
pub use identifier::UuidV7Generator;
pub use password_hasher::{Argon2Hasher, Argon2Parameters, HashBound, InvalidHashing};
pub use password_policy::{PasswordLimits, StrengthPolicy};
pub use throttle::{KeyedThrottle, Rate, ThrottleRates};
pub use token::RandomTokenMint;
