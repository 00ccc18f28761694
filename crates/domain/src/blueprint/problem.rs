use std::fmt;

use crate::Invalid;

/// Why a blueprint cannot be used: everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlueprintError {
    problems: Vec<BlueprintProblem>,
}

/// One thing that is wrong with a blueprint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlueprintProblem {
    /// Where in the file, counted from 1; none for a blueprint that was made in Rust.
    pub line: Option<usize>,
    /// Which key, such as `sessions.idle_seconds`; empty where it is the file itself.
    pub key: String,
    /// Which rule it breaks.
    pub rule: Invalid,
}

impl BlueprintError {
    /// More problems than this are counted, not printed.
    const PRINTED: usize = 50;

    pub(super) fn new(mut problems: Vec<BlueprintProblem>) -> Self {
        problems.sort_by_key(|problem| problem.line);
        Self { problems }
    }

    /// What is wrong, in the order of the file; never empty.
    pub fn problems(&self) -> &[BlueprintProblem] {
        &self.problems
    }
}

impl std::error::Error for BlueprintError {}

/// One line for each problem.
impl fmt::Display for BlueprintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.problems.iter().take(Self::PRINTED).enumerate() {
            write!(f, "{}{problem}", if i == 0 { "" } else { "\n" })?;
        }
        match self.problems.len().saturating_sub(Self::PRINTED) {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

impl fmt::Display for BlueprintProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if !self.key.is_empty() {
            write!(f, "`{}` ", self.key)?;
        }
        write!(f, "{}", self.rule)
    }
}

/// The path of `key` in a section, as TOML writes it. What a file calls its
/// keys is cut and escaped, since it is printed.
pub(super) fn key_path(section: &str, key: &str) -> String {
    const LONGEST: usize = 64;
    let bare = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let shown: String = key.chars().take(LONGEST).collect();
    let cut = if shown.len() < key.len() { "…" } else { "" };
    let key = if bare { format!("{shown}{cut}") } else { format!("\"{}{cut}\"", shown.escape_debug()) };
    if section.is_empty() { key } else { format!("{section}.{key}") }
}

/// The path of one of the values of an array, counted from 0.
pub(super) fn item_path(array: &str, index: usize) -> String {
    format!("{array}[{index}]")
}
