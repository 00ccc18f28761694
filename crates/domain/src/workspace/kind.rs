use crate::Invalid;
use crate::text_value::{key, text_value};

/// What the blueprint calls a kind of workspace, in the singular: `workspace`,
/// `board`, `project`.
///
/// ```
/// use guildhall_domain::WorkspaceKindName;
/// assert_eq!(WorkspaceKindName::parse("board")?.as_str(), "board");
/// assert_eq!(WorkspaceKindName::parse("Board").unwrap_err().code, "invalid_name");
/// # Ok::<(), guildhall_domain::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkspaceKindName(String);

impl WorkspaceKindName {
    /// Checks a name: 1 to 63 lower-case letters, digits or `_`, from a letter on.
    ///
    /// # Errors
    /// `invalid_name`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        key(text).map(Self)
    }

    /// `workspace`.
    pub fn workspace() -> Self {
        Self("workspace".to_owned())
    }
}

text_value!(WorkspaceKindName);
