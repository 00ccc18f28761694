//! The description of the API, for programs and for people.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION};
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, get};
use utoipa_swagger_ui::Config;

use crate::problem::Problem;
use crate::state::HttpState;

/// The pages are ours alone: nothing is loaded from elsewhere. Swagger UI
/// needs inline styles and pictures in `data:` addresses.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The OpenAPI document.
#[get("/openapi.json")]
pub(crate) async fn document(state: Data<HttpState>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(state.openapi())
}

/// Swagger UI's files are addressed relative to `/docs/`.
#[get("/docs")]
pub(crate) async fn to_pages() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, "/docs/")).finish()
}

/// One file of Swagger UI, out of the binary.
#[get("/docs/{file:.*}")]
pub(crate) async fn pages(path: Path<String>, config: Data<Config<'static>>) -> Result<HttpResponse, Problem> {
    let config: Arc<Config<'static>> = config.into_inner();
    let Ok(Some(file)) = utoipa_swagger_ui::serve(&path, config) else {
        return Err(Problem::new(StatusCode::NOT_FOUND, "route_not_found", "there is nothing at this address"));
    };
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_TYPE, file.content_type))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((CACHE_CONTROL, "public, max-age=3600"));
    if file.gzpipped {
        response.insert_header((CONTENT_ENCODING, "gzip"));
    }
    Ok(response.body(file.bytes.into_owned()))
}
