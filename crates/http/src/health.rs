//! Is the process alive, is storage, and what are its figures?

use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer;
use crate::problem::Problem;
use crate::request_context::note_route;
use crate::responses::Fallible;
use crate::state::HttpState;

/// That all is well (C-141).
#[derive(Serialize, ToSchema)]
#[schema(as = Health, examples(json!({"ok": true})))]
pub(crate) struct HealthBody {
    /// Always true: what is not well is a problem.
    ok: bool,
}

const WELL: HealthBody = HealthBody { ok: true };

/// Is the process alive?
#[utoipa::path(
    tag = "Operations",
    security(()),
    responses((status = 200, description = "It is.", body = HealthBody))
)]
#[get("/healthz")]
pub(crate) async fn liveness() -> HttpResponse {
    answer::ok(WELL)
}

/// Is the process alive? The same as `/healthz`.
#[utoipa::path(
    tag = "Operations",
    security(()),
    responses((status = 200, description = "It is.", body = HealthBody))
)]
#[get("/health")]
pub(crate) async fn health() -> HttpResponse {
    answer::ok(WELL)
}

/// Does storage answer?
#[utoipa::path(
    tag = "Operations",
    security(()),
    responses((status = 200, description = "It does.", body = HealthBody), Fallible)
)]
#[get("/readyz")]
pub(crate) async fn readiness(request: HttpRequest, state: Data<HttpState>) -> Result<HttpResponse, Problem> {
    note_route(&request);
    state.guildhall().ready().await?;
    Ok(answer::ok(WELL))
}

/// The process's metrics, in the text format of Prometheus.
#[get("/metrics")]
pub(crate) async fn metrics(state: Data<HttpState>) -> HttpResponse {
    let text = state.metrics().map(|render| render()).unwrap_or_default();
    HttpResponse::Ok().insert_header((CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")).body(text)
}
