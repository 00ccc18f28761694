//! What is wrong with a body that is not what it should be, said without repeating its values.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use guildhall_app::FieldError;
use guildhall_domain::Invalid;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};

use crate::problem::Problem;

/// Reads `bytes` once more, with the path to what is wrong.
pub(crate) fn explain<T: DeserializeOwned>(bytes: &[u8]) -> Problem {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let fault = match serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
        Err(error) if error.inner().classify() == Category::Data => {
            let message = error.inner().to_string();
            fault(&message, &pointer(error.path()))
        }
        Err(error) => return malformed(error.inner()),
        Ok(_) => match deserializer.end() {
            Err(error) => return malformed(&error),
            Ok(()) => FieldError::at("", Invalid::new("invalid_value", "must be another value")),
        },
    };
    Problem::invalid(vec![fault])
}

fn malformed(error: &serde_json::Error) -> Problem {
    let detail = format!("the body is not JSON (line {}, column {})", error.line(), error.column());
    Problem::new(StatusCode::BAD_REQUEST, "malformed_json", detail)
}

/// Turns serde's message about the value at `parent` into a code and a place.
///
/// The messages may quote values, which may be secrets: only what stands
/// behind the last `expected`, and the names of fields, are taken from them.
pub(crate) fn fault(message: &str, parent: &str) -> FieldError {
    // serde_json puts its position behind every message.
    let message = message.rsplit_once(" at line ").map_or(message, |(message, _)| message);
    let at =
        |pointer: &str, code, detail: Cow<'static, str>| FieldError::at(pointer.to_owned(), Invalid { code, detail });
    if let Some(name) = quoted(message, "missing field `", "`") {
        return at(&child(parent, name), "missing_field", "must be given".into());
    }
    if let Some(name) = quoted(message, "duplicate field `", "`") {
        return at(&child(parent, name), "duplicate_field", "must be given once".into());
    }
    let unknown =
        quoted(message, "unknown field `", "`, expected").or_else(|| quoted(message, "unknown field `", "`, there"));
    if let Some(name) = unknown {
        return at(&child(parent, name), "unknown_field", "is not a field of this request".into());
    }
    let code = if message.starts_with("invalid type") { "invalid_type" } else { "invalid_value" };
    match message.rsplit_once(", expected ") {
        Some((_, "i64")) => at(parent, code, "must be a whole number".into()),
        Some((_, expected)) => at(parent, code, format!("must be {expected}").into()),
        None => at(parent, code, "must be another value".into()),
    }
}

/// What stands between `before`, at the beginning, and the last `after`.
fn quoted<'a>(message: &'a str, before: &str, after: &str) -> Option<&'a str> {
    message.strip_prefix(before)?.rsplit_once(after).map(|(name, _)| name)
}

/// The longest name of a field that is repeated to the client, in characters.
const NAME_MAX: usize = 64;

/// The place of a field: the path to an unknown or repeated one names it already, that to a missing one does not.
fn child(parent: &str, name: &str) -> String {
    if parent == QUERY {
        // The query has names, not pointers.
        return shown(name);
    }
    let step = format!("/{}", escaped(name));
    if parent.ends_with(&step) { parent.to_owned() } else { format!("{parent}{step}") }
}

/// The parent of query parameters.
pub(crate) const QUERY: &str = "?";

/// A name as far as it is repeated to the client.
fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(NAME_MAX).collect()
}

/// A name as a step of a pointer (RFC 6901, 3).
pub(crate) fn escaped(name: &str) -> String {
    shown(name).replace('~', "~0").replace('/', "~1")
}

fn pointer(path: &Path) -> String {
    path.iter().fold(String::new(), |pointer, segment| match segment {
        Segment::Map { key } => format!("{pointer}/{}", escaped(key)),
        Segment::Seq { index } => format!("{pointer}/{index}"),
        Segment::Enum { variant } => format!("{pointer}/{}", escaped(variant)),
        Segment::Unknown => pointer,
    })
}
