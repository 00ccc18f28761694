//! Organizations.

mod active;
mod by_domain;
mod create;
mod delete;
mod list;
mod named;
mod read;
mod schema;
mod update;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use by_domain::find_organization_by_domain;
pub(crate) use list::list_organizations_bare;
pub(crate) use named::NamedOrganizationBody;
pub(crate) use schema::{MyOrganizationBody, OrganizationBody};

pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list_organizations)
        .service(list::list_my_organizations)
        .service(create::create_organization)
        .service(active::switch_organization)
        .service(read::read_organization)
        .service(update::update_organization)
        .service(delete::delete_organization)
        .service(delete::delete_organization_by_post);
}
