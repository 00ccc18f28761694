//! What successful answers have in common.

use actix_web::http::header::{CACHE_CONTROL, ETAG, HeaderValue, LOCATION};
use actix_web::{HttpRequest, HttpResponse};
use guildhall_app::EntityTag;
use serde::Serialize;

use crate::precondition::is_known;

/// 200 with a single resource and its entity tag, or 304 where the client has it.
pub(crate) fn resource(request: &HttpRequest, tag: &EntityTag, body: impl Serialize) -> HttpResponse {
    let quoted = format!("\"{}\"", tag.as_str());
    // Kept by the client only, and asked about before each use, so that 304 is of use.
    let cache = (CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if is_known(request, tag) {
        return HttpResponse::NotModified().insert_header((ETAG, quoted)).insert_header(cache).finish();
    }
    HttpResponse::Ok().insert_header((ETAG, quoted)).insert_header(cache).json(body)
}

/// 200 with a resource as it is after a change.
pub(crate) fn changed(tag: &EntityTag, body: impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((ETAG, format!("\"{}\"", tag.as_str()))).json(body)
}

/// 201 with a new resource, and where it is from now on.
pub(crate) fn created(location: String, body: impl Serialize) -> HttpResponse {
    HttpResponse::Created().insert_header((LOCATION, location)).json(body)
}

/// 201 with something new that has no address of its own.
pub(crate) fn made(body: impl Serialize) -> HttpResponse {
    HttpResponse::Created().json(body)
}

/// 202: it is on its way.
pub(crate) fn accepted() -> HttpResponse {
    HttpResponse::Accepted().finish()
}

/// 200.
pub(crate) fn ok(body: impl Serialize) -> HttpResponse {
    HttpResponse::Ok().json(body)
}

/// 204.
pub(crate) fn done() -> HttpResponse {
    HttpResponse::NoContent().finish()
}
