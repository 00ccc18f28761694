//! The floor of `make bench`: a bare actix-web server with one route that
//! answers a constant, on as many workers as Guildhall has.
//!
//! `floor ADDRESS WORKERS`
#![allow(clippy::unwrap_used, reason = "a tool for benches only")]

use actix_web::{App, HttpResponse, HttpServer, web};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let constant = || async { HttpResponse::Ok().content_type("application/json").body(r#"{"allowed":true}"#) };
    HttpServer::new(move || App::new().route("/", web::get().to(constant)))
        .workers(arguments[1].parse().unwrap())
        .bind(&arguments[0])?
        .run()
        .await
}
