use std::borrow::Cow;

/// Why a value was refused: a stable code for programs, a sentence for people.
///
/// The sentence never repeats the value, which may be a secret or hold control
/// characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Invalid {
    /// Stable, snake_case: `blank`, `too_long`, `control_character`, ….
    pub code: &'static str,
    /// What would be accepted.
    pub detail: Cow<'static, str>,
}

impl Invalid {
    /// Makes a refusal with its code and sentence.
    pub fn new(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { code, detail: detail.into() }
    }

    /// The same for a constant.
    pub(crate) const fn fixed(code: &'static str, detail: &'static str) -> Self {
        Self { code, detail: Cow::Borrowed(detail) }
    }
}
