//! Objects whose names are the client's: checked below their names, and read as changes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::str::FromStr;

use guildhall_app::Change;
use guildhall_domain::Invalid;
use validator::{ValidationErrors, ValidationErrorsKind};

use crate::json_fault::escaped;
use crate::validation::refused;

/// What is wrong, below the names at which it is.
pub(crate) fn named<'a>(
    checked: impl Iterator<Item = (&'a String, Result<(), Invalid>)>,
) -> Result<(), ValidationErrors> {
    let wrong = checked.filter_map(|(name, result)| Some((name, result.err()?)));
    let errors =
        wrong.map(|(name, invalid)| (Cow::Owned(escaped(name)), ValidationErrorsKind::Field(vec![refused(invalid)])));
    let errors = ValidationErrors(errors.collect());
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Values under names of the domain.
pub(crate) fn values<K: FromStr<Err = Invalid> + Ord, V, W>(
    fields: BTreeMap<String, V>,
    read: impl Fn(V) -> Result<W, Invalid>,
) -> Result<BTreeMap<K, W>, Invalid> {
    fields.into_iter().map(|(name, value)| Ok((name.parse()?, read(value)?))).collect()
}

/// Changes of values: `null` clears.
pub(crate) fn changes<K: FromStr<Err = Invalid> + Ord, V, W>(
    fields: BTreeMap<String, Option<V>>,
    read: impl Fn(V) -> Result<W, Invalid>,
) -> Result<BTreeMap<K, Change<W>>, Invalid> {
    values(fields, |value| match value {
        None => Ok(Change::Clear),
        Some(value) => read(value).map(Change::Set),
    })
}
