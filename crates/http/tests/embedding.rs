//! Guildhall inside somebody else's application.

mod support;

use std::sync::Arc;

use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, HttpResponse, web};
use guildhall_app::{Guildhall, Settings};
use guildhall_http::{HttpSettings, HttpState, configure, request_context};
use guildhall_store_memory::MemoryStore;

async fn teapot() -> HttpResponse {
    HttpResponse::ImATeapot().insert_header(("cache-control", "max-age=60")).body("short and stout")
}

#[actix_web::test]
async fn other_routes_stay_as_they_are() {
    let guildhall = Guildhall::new(support::ports(Arc::new(MemoryStore::new())), Settings::default());
    let state = HttpState::new(guildhall, HttpSettings::default());
    let app = App::new()
        .wrap(from_fn(request_context))
        .route("/teapot", web::get().to(teapot))
        .configure(configure(state))
        .default_service(web::to(async || HttpResponse::NotFound().body("theirs")));
    let app = init_service(app).await;
    let get = async |path: &str| {
        let response = call_service(&app, TestRequest::get().uri(path).to_request()).await;
        let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let (status, cache, id) = (response.status().as_u16(), header("cache-control"), header("x-request-id"));
        assert!(id.is_some());
        (status, cache.unwrap(), String::from_utf8(read_body(response).await.to_vec()).unwrap())
    };
    assert_eq!(get("/teapot").await, (418, "max-age=60".to_owned(), "short and stout".to_owned()));
    assert_eq!(get("/nothing").await, (404, "no-store".to_owned(), "theirs".to_owned()));
    assert_eq!(get("/healthz").await.0, 200);
    let (status, _, body) = get("/api/v1/auth/me").await;
    assert_eq!(status, 401);
    assert!(body.contains("\"code\":\"unauthenticated\""), "{body}");
    // What is theirs answers to HEAD as they decided.
    let head = TestRequest::default().method(actix_web::http::Method::HEAD);
    assert_eq!(call_service(&app, head.uri("/teapot").to_request()).await.status().as_u16(), 404);
    // No metrics are mounted where none are given.
    assert_eq!(get("/metrics").await.0, 404);
}
