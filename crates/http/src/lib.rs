//! The HTTP interface of Guildhall as a library for actix-web.
//!
//! Everything is registered by [`configure`]; [`request_context`] is the
//! middleware around it. Together they are a whole server, and a program that
//! has an actix-web application already mounts them in it:
//!
//! ```no_run
//! use actix_web::middleware::from_fn;
//! use actix_web::{App, HttpServer};
//! use guildhall_app::Guildhall;
//! use guildhall_http::{HttpSettings, HttpState, configure, request_context};
//!
//! # async fn serve(guildhall: Guildhall) -> std::io::Result<()> {
//! let state = HttpState::new(guildhall, HttpSettings::default());
//! HttpServer::new(move || App::new().wrap(from_fn(request_context)).configure(configure(state.clone())))
//!     .bind("127.0.0.1:8080")?
//!     .run()
//!     .await
//! # }
//! ```
//!
//! HTTP authenticates; it never authorizes: that happens in `guildhall-app`,
//! inside the transaction. What a request goes through, from the outside in:
//!
//! 1. [`request_context`]: request id, time limit, HEAD, security headers, the log line and the metrics;
//! 2. around the API alone, in `routes`: CORS, where origins are configured (and whatever else is to stand
//!    before every operation, such as limits on how often one may ask), and `remember_answer`, which answers
//!    requests that are sent again;
//! 3. extractors: `credential`, `path`, `precondition`, `query`, `body`;
//! 4. one handler per operation, which calls one use case.
//!
//! Every error leaves as `application/problem+json`, made in one place (`problem`).
#![allow(unused_qualifications, reason = "the macros of utoipa qualify what they name")]

mod account;
mod address;
mod answer;
mod api;
mod audit;
mod body;
mod client_address;
mod credential;
mod credit_scope;
mod credits;
mod documentation;
mod domain;
mod export;
mod head_request;
mod health;
mod idempotency;
mod invitation;
mod join_request;
mod json_fault;
mod kept_answer;
mod known_routes;
mod measurement;
mod member;
mod named_values;
mod openapi;
mod organization;
mod page;
mod path;
mod plan;
mod platform;
mod precondition;
mod problem;
mod query;
mod remember_answer;
mod repeatable_offer;
mod repeatable_operations;
mod request_context;
mod request_id;
mod required_key;
mod responses;
mod role;
mod routes;
mod state;
mod unknown_route;
mod validation;
mod workspace;
mod workspace_group;

pub use client_address::TrustedProxies;
pub use openapi::{openapi, openapi_of};
pub use request_context::request_context;
pub use routes::configure;
pub use state::{HttpSettings, HttpState, MetricsRenderer};
