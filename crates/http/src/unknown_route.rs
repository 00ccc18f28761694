use actix_web::http::StatusCode;
use actix_web::http::header::HeaderValue;
use actix_web::{HttpRequest, HttpResponse};

use crate::problem::Problem;
use crate::state::HttpState;

/// Answers what no route answers: 405 for a wrong method, else 404.
pub(crate) async fn unknown_route(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let methods = HttpState::of(&request)?.known_routes();
    let methods = methods.map(|known| known.methods(request.path())).unwrap_or_default();
    match HeaderValue::from_str(&methods.join(", ")) {
        Ok(allow) if !methods.is_empty() => Err(Problem::method_not_allowed(allow)),
        _ => Err(Problem::new(StatusCode::NOT_FOUND, "route_not_found", "there is nothing at this address")),
    }
}
