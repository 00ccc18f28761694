//! How the domain's values stand in columns. Reading checks them, so that a
//! bad row is found where it is read.

mod binary;
mod entries;
mod json;
mod number;
mod text;

pub(crate) use binary::{Hash, Id, Ids};
pub(crate) use entries::{Entries, Moved};
pub(crate) use json::{Decided, Details, Fields, Grants, Held, Limits, Permissions};
pub(crate) use number::{Count, Time};
pub(crate) use text::Word;
