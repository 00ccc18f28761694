use std::fmt;
use std::path::Path;

use figment::error::{Error, Kind};
use figment::{Profile, Source};

/// Why the configuration cannot be used: one line for each thing to mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    problems: Vec<String>,
}

impl ConfigError {
    pub(super) fn invalid(problems: Vec<String>) -> Self {
        Self { problems }
    }

    pub(super) fn file(file: &Path, error: &std::io::Error) -> Self {
        let problem = format!("cannot read {}: {error}; check the path given to --config", file.display());
        Self { problems: vec![problem] }
    }

    pub(super) fn read(error: &Error) -> Self {
        Self { problems: error.clone().into_iter().map(|error| explain(&error)).collect() }
    }
}

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration cannot be used:")?;
        for problem in &self.problems {
            write!(f, "\n  - {problem}")?;
        }
        Ok(())
    }
}

/// The key as its source spells it, what is wrong, and where. Values are left
/// out: they may be secrets.
fn explain(error: &Error) -> String {
    let mut path = error.path.clone();
    let what = match &error.kind {
        Kind::UnknownField(field, known) => {
            // An unknown key is often in the path already, as the place where reading stopped.
            if path.last() != Some(field) {
                path.push(field.clone());
            }
            format!("is not a key; known here: {}", known.join(", "))
        }
        Kind::UnknownVariant(_, known) => format!("must be one of {}", known.join(", ")),
        Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) => format!("must be {}", plainly(expected)),
        Kind::ISizeOutOfRange(_) | Kind::USizeOutOfRange(_) => "is out of range".to_owned(),
        Kind::Message(message) => message.trim_end().to_owned(),
        other => other.to_string(),
    };
    let keys: Vec<&str> = path.iter().map(String::as_str).collect();
    let (key, place) = match &error.metadata {
        Some(metadata) => {
            let place = match metadata.source.as_ref().and_then(|source| source.file_path()) {
                Some(file) => format!(" ({})", file.display()),
                None => format!(" ({})", metadata.name),
            };
            let in_words_of_source = !matches!(metadata.source, Some(Source::File(_)));
            let key = if in_words_of_source { metadata.interpolate(&Profile::Default, &keys) } else { keys.join(".") };
            (key, place)
        }
        None => (keys.join("."), String::new()),
    };
    if key.is_empty() { format!("{what}{place}") } else { format!("`{key}` {what}{place}") }
}

/// What serde expected, for people who do not know Rust's types.
fn plainly(expected: &str) -> &str {
    match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number",
        "a nonzero u32" | "a nonzero usize" => "a whole number above 0",
        section if section.starts_with("struct ") => "a section with keys of its own",
        other => other,
    }
}
