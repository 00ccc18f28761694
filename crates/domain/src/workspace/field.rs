use crate::invitation::named;
use crate::text_value::{checked, key, text_value};
use crate::{Description, Invalid, Limit};

/// The name of a field that the blueprint declares for a kind of workspace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldName(String);

impl FieldName {
    /// Checks a name: 1 to 63 lower-case letters, digits or `_`, from a letter on.
    ///
    /// # Errors
    /// `invalid_name`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        key(text).map(Self)
    }
}

text_value!(FieldName);

named! {
    /// What a declared field holds.
    FieldType {
        /// A text of 1 to 2,000 characters.
        Text = "text",
        /// A whole number that every JSON reader keeps exactly (RFC 8259, 6).
        Integer = "integer",
        /// True or false.
        Boolean = "boolean",
    } else "unknown_type", "must be text, integer or boolean"
}

/// The value of a declared field.
///
/// ```
/// use guildhall_domain::{FieldType, FieldValue};
/// assert_eq!(FieldValue::text(" quarterly ")?, FieldValue::Text("quarterly".to_owned()));
/// assert_eq!(FieldValue::integer(1 << 53).unwrap_err().code, "out_of_range");
/// assert_eq!(FieldValue::Boolean(true).field_type(), FieldType::Boolean);
/// # Ok::<(), guildhall_domain::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(untagged))]
pub enum FieldValue {
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
}

impl FieldValue {
    /// Checks a text.
    ///
    /// # Errors
    /// `blank`, `too_long` or `control_character`.
    pub fn text(text: &str) -> Result<Self, Invalid> {
        checked(text, Description::MAX, true).map(Self::Text)
    }

    /// Checks a number.
    ///
    /// # Errors
    /// `out_of_range`.
    pub fn integer(number: i64) -> Result<Self, Invalid> {
        if number.unsigned_abs() <= Limit::MAX {
            Ok(Self::Integer(number))
        } else {
            Err(Invalid::new("out_of_range", "must be from -9007199254740991 to 9007199254740991"))
        }
    }

    /// The same as [`FieldValue::text`] and [`FieldValue::integer`] make it.
    pub(crate) fn within_bounds(&self) -> Result<Self, Invalid> {
        match self {
            Self::Boolean(_) => Ok(self.clone()),
            Self::Integer(number) => Self::integer(*number),
            Self::Text(text) => Self::text(text),
        }
    }

    /// What it is.
    pub fn field_type(&self) -> FieldType {
        match self {
            Self::Boolean(_) => FieldType::Boolean,
            Self::Integer(_) => FieldType::Integer,
            Self::Text(_) => FieldType::Text,
        }
    }
}

#[cfg(feature = "serde")]
mod serialization {
    use super::FieldValue;

    #[derive(serde::Deserialize)]
    #[serde(untagged, expecting = "must be a text, a whole number, true or false")]
    enum Unchecked {
        Boolean(bool),
        Integer(i64),
        Text(String),
    }

    impl<'de> serde::Deserialize<'de> for FieldValue {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let value = match Unchecked::deserialize(deserializer)? {
                Unchecked::Boolean(flag) => Self::Boolean(flag),
                Unchecked::Integer(number) => Self::Integer(number),
                Unchecked::Text(text) => Self::Text(text),
            };
            value.within_bounds().map_err(serde::de::Error::custom)
        }
    }
}
