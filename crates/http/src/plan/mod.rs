//! Plans: what an organization may do and have, and how much of it is used.

mod change;
mod entitlements;
mod limit_changes;
mod limits;
mod list;
mod quota;
mod schema;
mod usage;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(entitlements::read_entitlements)
        .service(usage::read_usage)
        .service(quota::acquire_quota)
        .service(quota::release_quota)
        .service(list::list_plans)
        .service(change::change_plan)
        .service(limits::set_limits);
}
