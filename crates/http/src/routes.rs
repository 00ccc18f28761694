//! Where everything is.

use actix_cors::Cors;
use actix_web::http::Method;
use actix_web::http::header::{
    AUTHORIZATION, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, HeaderName, IF_MATCH, IF_NONE_MATCH, LINK, LOCATION,
    RETRY_AFTER,
};
use actix_web::middleware::Condition;
use actix_web::web::{self, Data};
use utoipa_actix_web::service_config::ServiceConfig as Described;
use utoipa_swagger_ui::Config;

use crate::address::{DOCUMENT, UNVERSIONED, VERSIONED};
use crate::api::api;
use crate::idempotency::IDEMPOTENCY_KEY;
use crate::kept_answer::IDEMPOTENT_REPLAYED;
use crate::openapi::openapi_of;
use crate::remember_answer::RememberAnswers;
use crate::request_id::REQUEST_ID;
use crate::state::{HttpSettings, HttpState};
use crate::unknown_route::unknown_route;
use crate::{account, documentation, health, organization, workspace};

/// Registers everything, at the root of an actix-web application, in which
/// [`request_context`](crate::request_context) is to be wrapped around it.
///
/// Sets the application's default service, which answers 404 and 405; an
/// application with one of its own sets it afterwards.
pub fn configure(state: HttpState) -> impl FnOnce(&mut web::ServiceConfig) + Clone {
    move |config| {
        state.describe(|guildhall| openapi_of(guildhall.blueprint()));
        let cors = || Condition::new(!state.settings().cors_origins.is_empty(), cors(state.settings()));
        let of_kinds =
            |config: &mut web::ServiceConfig| workspace::routes_of_kinds(config, state.guildhall().workspace_kinds());
        let versioned =
            web::scope(VERSIONED).configure(described(api)).configure(of_kinds).wrap(RememberAnswers).wrap(cors());
        let unversioned = web::scope(UNVERSIONED)
            .service(documentation::document)
            .service(organization::list_organizations_bare)
            .service(workspace::list_workspaces_bare)
            .configure(described(api))
            .configure(of_kinds)
            .wrap(RememberAnswers)
            .wrap(cors());
        config
            .service(versioned)
            .service(unversioned)
            .service(web::scope("/auth").service(account::read_me_unprefixed).wrap(cors()))
            .service(documentation::document)
            .service(health::liveness)
            .service(health::health)
            .service(health::readiness)
            .app_data(Data::new(Config::from(DOCUMENT).validator_url("none")))
            .service(documentation::to_pages)
            .service(documentation::pages)
            .default_service(web::to(unknown_route));
        if state.metrics().is_some() {
            config.service(health::metrics);
        }
        config.app_data(Data::new(state));
    }
}

/// Registers what is described, without its description.
fn described(routes: fn(&mut Described<'_>)) -> impl FnOnce(&mut web::ServiceConfig) {
    move |config| routes(&mut Described::new(config))
}

/// Pages of the configured origins may call the API and read what it answers.
fn cors(settings: &HttpSettings) -> Cors {
    let origins = settings.cors_origins.clone();
    let api_key = HeaderName::from_static("x-api-key");
    Cors::default()
        .allowed_origin_fn(move |origin, _| origins.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes()))
        .allowed_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allowed_headers([AUTHORIZATION, CONTENT_TYPE, IF_MATCH, IF_NONE_MATCH, IDEMPOTENCY_KEY, REQUEST_ID, api_key])
        .expose_headers([CONTENT_DISPOSITION, ETAG, LINK, LOCATION, RETRY_AFTER, REQUEST_ID, IDEMPOTENT_REPLAYED])
        .max_age(600)
}
