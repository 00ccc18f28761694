//! The one way in which text becomes a value: trimmed, bounded, without control characters.

use crate::Invalid;

/// Trims `text` and refuses it when it is blank, longer than `max` characters,
/// or holds a control character (line breaks are let through where
/// `multiline`). Invisible direction marks are refused too, since a name made
/// with them can pass for another.
pub(crate) fn checked(text: &str, max: usize, multiline: bool) -> Result<String, Invalid> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Invalid::new("blank", "must not be blank"));
    }
    if text.chars().count() > max {
        return Err(Invalid::new("too_long", format!("must have at most {max} characters")));
    }
    let breaks = |c: char| multiline && matches!(c, '\n' | '\r' | '\t');
    if text.chars().any(|c| (c.is_control() && !breaks(c)) || is_direction_mark(c)) {
        return Err(Invalid::new("control_character", "must not hold control characters"));
    }
    Ok(text.to_owned())
}

/// A name for programs: 1 to 63 lower-case letters, digits or `_`, from a letter on.
pub(crate) fn key(text: &str) -> Result<String, Invalid> {
    let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if plain && text.len() <= 63 && text.starts_with(|c: char| c.is_ascii_lowercase()) {
        Ok(text.to_owned())
    } else {
        Err(Invalid::new("invalid_name", "must hold only a-z, 0-9 and _, and begin with a letter"))
    }
}

/// Bidirectional controls (UAX #9; CVE-2021-42574) and characters that show
/// nothing, with which one name can pass for another. The joiners U+200C and
/// U+200D stay: scripts and emoji need them.
fn is_direction_mark(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{2800}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{E0000}'..='\u{E007F}'
    )
}

/// Implements the traits that every text value has, over its `parse`.
macro_rules! text_value {
    ($type:ident) => {
        impl $type {
            /// The checked text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use text_value;

#[cfg(test)]
mod tests {
    use super::checked;

    #[test]
    fn bounds_count_characters_after_trimming() {
        assert_eq!(checked("  Ärzte  ", 5, false).unwrap(), "Ärzte");
        assert_eq!(checked(&"é".repeat(121), 120, false).unwrap_err().code, "too_long");
        assert_eq!(checked(" \u{a0} ", 5, false).unwrap_err().code, "blank");
    }

    #[test]
    fn control_and_direction_characters_are_refused() {
        for bad in ["a\u{0}b", "a\nb", "a\u{202e}b", "a\u{7f}b", "a\u{200b}b", "\u{3164}", "a\u{ad}b"] {
            assert_eq!(checked(bad, 10, false).unwrap_err().code, "control_character", "{bad:?}");
        }
        assert!(checked("a\nb", 10, true).is_ok());
    }
}
