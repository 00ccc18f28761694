//! Custom roles of an organization.

mod create;
mod delete;
mod read;
mod schema;
mod update;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(read::list_roles)
        .service(create::create_role)
        .service(read::read_role)
        .service(update::update_role)
        .service(delete::delete_role);
}
