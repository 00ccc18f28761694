use std::fmt;

use guildhall_ports::SecretString;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A password or token. Neither prints nor serializes.
#[derive(Clone)]
pub struct SecretText(SecretString);

impl SecretText {
    /// The secret itself.
    pub fn secret(&self) -> &SecretString {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(…)")
    }
}

impl Serialize for SecretText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("(hidden)")
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(SecretString::from(String::deserialize(deserializer)?)))
    }
}
