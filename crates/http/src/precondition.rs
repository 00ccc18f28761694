//! Entity tags that a client sends: `If-Match` and `If-None-Match` (RFC 9110, 13.1).

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, IF_MATCH, IF_NONE_MATCH};
use actix_web::{FromRequest, HttpRequest};
use guildhall_app::{EntityTag, Precondition};
use utoipa::IntoParams;

use crate::problem::Problem;

/// What the caller expects of a resource before changing it.
pub(crate) struct IfMatch(pub(crate) Precondition);

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match tags(request, IF_MATCH) {
            Ok(None) => Ok(Self(Precondition::None)),
            Ok(Some(Tags::Any)) => Ok(Self(Precondition::Exists)),
            // A weak tag never matches strongly (8.8.3.2).
            Ok(Some(Tags::These(tags))) => {
                let strong = tags.into_iter().filter(|tag| !tag.weak).map(|tag| EntityTag::new(tag.opaque));
                Ok(Self(Precondition::OneOf(strong.collect())))
            }
            Err(Malformed) => {
                let detail = "If-Match must be `*` or a list of entity tags in quotes";
                Err(Problem::new(StatusCode::BAD_REQUEST, "malformed_header", detail))
            }
        })
    }
}

/// Whether the client has this state of the resource already. What cannot be
/// read is ignored: at worst the resource is sent once more.
pub(crate) fn is_known(request: &HttpRequest, current: &EntityTag) -> bool {
    match tags(request, IF_NONE_MATCH) {
        Ok(Some(Tags::Any)) => true,
        Ok(Some(Tags::These(tags))) => tags.iter().any(|tag| tag.opaque == current.as_str()),
        Ok(None) | Err(Malformed) => false,
    }
}

/// What the description says about `If-Match`.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes what IfMatch reads")]
pub(crate) struct IfMatchParam {
    /// `*`, or entity tags (`ETag`) in quotes: only while the resource has one of these states; else 412.
    #[param(rename = "If-Match", value_type = String, required = false)]
    if_match: Option<String>,
}

/// What the description says about `If-None-Match`.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes what is_known reads")]
pub(crate) struct IfNoneMatchParam {
    /// `*`, or entity tags (`ETag`) in quotes: 304 while the resource has one of these states.
    #[param(rename = "If-None-Match", value_type = String, required = false)]
    if_none_match: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
enum Tags {
    Any,
    These(Vec<Tag>),
}

#[derive(Debug, PartialEq, Eq)]
struct Tag {
    weak: bool,
    opaque: String,
}

#[derive(Debug, PartialEq, Eq)]
struct Malformed;

fn tags(request: &HttpRequest, name: HeaderName) -> Result<Option<Tags>, Malformed> {
    let mut all = Vec::new();
    let mut found = false;
    for header in request.headers().get_all(name) {
        found = true;
        match parse(header.to_str().map_err(|_| Malformed)?)? {
            Tags::Any => return Ok(Some(Tags::Any)),
            Tags::These(tags) => all.extend(tags),
        }
    }
    Ok(found.then_some(Tags::These(all)))
}

/// Reads `*` or `"one", W/"two"`: a tag may hold commas.
fn parse(text: &str) -> Result<Tags, Malformed> {
    let mut rest = text.trim();
    if rest == "*" {
        return Ok(Tags::Any);
    }
    let mut tags = Vec::new();
    loop {
        let weak = rest.starts_with("W/");
        let quoted = rest.strip_prefix("W/").unwrap_or(rest).strip_prefix('"').ok_or(Malformed)?;
        let (opaque, behind) = quoted.split_once('"').ok_or(Malformed)?;
        if opaque.contains(|c: char| !c.is_ascii_graphic()) {
            return Err(Malformed);
        }
        tags.push(Tag { weak, opaque: opaque.to_owned() });
        rest = behind.trim_start();
        if rest.is_empty() {
            return Ok(Tags::These(tags));
        }
        rest = rest.strip_prefix(',').ok_or(Malformed)?.trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_lists_of_tags() {
        let tag = |weak, opaque: &str| Tag { weak, opaque: opaque.to_owned() };
        assert_eq!(parse(" * "), Ok(Tags::Any));
        assert_eq!(parse("\"a,b\" , W/\"c\""), Ok(Tags::These(vec![tag(false, "a,b"), tag(true, "c")])));
        for malformed in ["", "a", "\"a", "\"a\" \"b\"", "\"a\",", "w/\"a\"", "\"a b\""] {
            assert_eq!(parse(malformed), Err(Malformed), "{malformed}");
        }
    }
}
