//! The audit log of an organization.

mod export;
mod list;
mod schema;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list::list_audit_events);
}
