use std::borrow::Cow;

use guildhall_domain::Invalid;

use super::AppError;

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Which field, as a JSON pointer (RFC 6901) into the body, or the name of a query parameter.
    pub pointer: Cow<'static, str>,
    /// Stable, snake_case.
    pub code: &'static str,
    /// What would be accepted.
    pub detail: Cow<'static, str>,
}

impl FieldError {
    /// Says where a refused value stood.
    pub fn at(pointer: impl Into<Cow<'static, str>>, invalid: Invalid) -> Self {
        Self { pointer: pointer.into(), code: invalid.code, detail: invalid.detail }
    }
}

impl AppError {
    /// One wrong field.
    pub fn invalid(pointer: impl Into<Cow<'static, str>>, invalid: Invalid) -> Self {
        Self::Invalid(vec![FieldError::at(pointer, invalid)])
    }
}

impl From<Invalid> for AppError {
    fn from(invalid: Invalid) -> Self {
        Self::invalid("", invalid)
    }
}
