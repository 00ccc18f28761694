//! How one value of a file becomes one of Rust.

use std::str::FromStr;

use ::toml::de::DeValue;

use crate::Invalid;

/// A text that is a value of its own.
pub(super) fn text<T: FromStr<Err = Invalid>>(value: &DeValue<'_>) -> Result<T, Invalid> {
    plain_text(value)?.parse()
}

/// Yes or no.
pub(super) fn flag(value: &DeValue<'_>) -> Result<bool, Invalid> {
    value.as_bool().ok_or_else(|| Invalid::new("wrong_type", "must be true or false"))
}

/// A whole number within the bounds that `checked` knows.
pub(super) fn number<T>(
    checked: impl FnOnce(i64) -> Result<T, Invalid>,
) -> impl FnOnce(&DeValue<'_>) -> Result<T, Invalid> {
    move |value| {
        let number = value.as_integer().ok_or_else(|| Invalid::new("wrong_type", "must be a whole number"))?;
        // What has more digits than that is outside of all bounds.
        let ends = if number.as_str().starts_with('-') { i64::MIN } else { i64::MAX };
        checked(i64::from_str_radix(number.as_str(), number.radix()).unwrap_or(ends))
    }
}

/// What is below zero is out of all bounds, as what is above them.
pub(super) fn not_negative(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// One of a few names.
pub(super) fn choice<T: Copy>(names: &[(&'static str, T)]) -> impl Fn(&DeValue<'_>) -> Result<T, Invalid> {
    move |value| {
        let text = plain_text(value)?;
        let found = names.iter().find(|(name, _)| *name == text).map(|(_, choice)| *choice);
        found.ok_or_else(|| Invalid::new("unknown_value", format!("must be {}", one_of(names))))
    }
}

/// Any text.
pub(super) fn plain_text<'v>(value: &'v DeValue<'_>) -> Result<&'v str, Invalid> {
    value.as_str().ok_or_else(|| Invalid::new("wrong_type", "must be a text in quotes"))
}

/// `"a", "b" or "c"`.
fn one_of<T>(names: &[(&'static str, T)]) -> String {
    let quoted: Vec<String> = names.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}
