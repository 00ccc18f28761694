//! Internet domains of an organization.

mod change;
mod claim;
mod read;
mod schema;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(read::list_domains)
        .service(claim::claim_domain)
        .service(read::read_domain)
        .service(change::update_domain)
        .service(change::remove_domain)
        .service(claim::verify_domain);
}
