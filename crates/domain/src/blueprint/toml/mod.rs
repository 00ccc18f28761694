//! Blueprints as TOML files.

mod fields;
mod kinds;
mod reader;
mod value;

use ::toml::de::DeTable;

use self::reader::Reader;
use super::check::Violation;
use super::{Blueprint, BlueprintError};
use crate::Invalid;

impl Blueprint {
    /// The longest file, in bytes.
    pub const MAX_FILE: usize = 64 * 1_024;

    /// Reads a blueprint. What the file does not say is as in
    /// [`Blueprint::default`].
    ///
    /// ```
    /// use guildhall_domain::blueprint::{Blueprint, MembershipMode};
    ///
    /// let blueprint = Blueprint::from_toml("membership = 'exclusive'\n[sessions]\nidle_seconds = 3600\n")?;
    /// assert_eq!(blueprint.membership, MembershipMode::Exclusive);
    ///
    /// let error = Blueprint::from_toml("[sessions]\nidle_seconds = -1\n").unwrap_err();
    /// assert_eq!(error.to_string(), "line 2: `sessions.idle_seconds` must be from 120 to 31622400 (366 days)");
    /// # Ok::<(), guildhall_domain::blueprint::BlueprintError>(())
    /// ```
    ///
    /// # Errors
    /// [`BlueprintError`] with everything that is wrong with the file; of a
    /// file that is no TOML, with what is wrong with that alone.
    pub fn from_toml(text: &str) -> Result<Self, BlueprintError> {
        let mut reader = Reader::new(text);
        if text.len() > Self::MAX_FILE {
            reader.refuse_file(Invalid::new("too_large", "the file has more than 64 KiB"));
            return Err(reader.into_error());
        }
        let (root, faults) = DeTable::parse_recoverable(text);
        if !faults.is_empty() {
            for fault in &faults {
                reader.refuse_syntax(fault);
            }
            return Err(reader.into_error());
        }
        let mut blueprint = Self::default();
        blueprint.read(reader.root(root.get_ref()));
        for Violation { key, other, rule } in blueprint.violations() {
            reader.refuse_rule(key, other.as_deref(), rule);
        }
        if reader.found_nothing_wrong() { Ok(blueprint) } else { Err(reader.into_error()) }
    }
}
