//! Requests to join the organization of one's e-mail domain.

mod ask;
mod decide;
mod schema;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(ask::request_to_join)
        .service(decide::list_join_requests)
        .service(decide::approve_join_request)
        .service(decide::decline_join_request);
}
