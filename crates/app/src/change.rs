/// What to do with a field that may be empty: the three meanings of PATCH.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// Leave it as it is (the field was absent).
    #[default]
    Keep,
    /// Empty it (`null`).
    Clear,
    /// Give it a value.
    Set(T),
}

impl<T> Change<T> {
    pub(crate) fn apply(self, field: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *field = None,
            Self::Set(value) => *field = Some(value),
        }
    }
}
