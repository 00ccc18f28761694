use std::fmt;

use guildhall_ports::SecretString;
use guildhall_security::HmacCursorSealer;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What keys are derived from. Neither prints nor serializes.
#[derive(Clone)]
pub struct SecretKey(SecretString);

impl SecretKey {
    /// Takes a text that is long enough to be a key.
    ///
    /// # Errors
    /// What to do instead.
    pub fn parse(text: String) -> Result<Self, String> {
        let least = HmacCursorSealer::MIN_SECRET;
        if text.trim().len() < least {
            return Err(format!(
                "must have at least {least} characters; make one with `openssl rand -base64 32`, or leave it out"
            ));
        }
        Ok(Self(SecretString::from(text.trim().to_owned())))
    }

    /// The secret itself.
    pub fn secret(&self) -> &SecretString {
        &self.0
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

impl Serialize for SecretKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("(hidden)")
    }
}

impl<'de> Deserialize<'de> for SecretKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
